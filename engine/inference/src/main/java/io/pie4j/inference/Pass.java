package io.pie4j.inference;

import java.util.List;

/**
 * One trip through embed → forward → sample for the commands of many queues, all in physical ids.
 *
 * <p>The stages run in this order; within a stage commands are independent. A stage sees what
 * earlier stages of the same pass wrote. Arrays are not copied: whoever builds a pass gives them
 * away.
 */
public record Pass(
    List<CopySlots> copies,
    List<EmbedText> embeds,
    List<Forward> forwards,
    List<Readout> readouts) {

  public Pass {
    copies = List.copyOf(copies);
    embeds = List.copyOf(embeds);
    forwards = List.copyOf(forwards);
    readouts = List.copyOf(readouts);
  }

  public boolean isEmpty() {
    return copies.isEmpty() && embeds.isEmpty() && forwards.isEmpty() && readouts.isEmpty();
  }

  /** New tokens over all forwards. */
  public int tokens() {
    return forwards.stream().mapToInt(Forward::tokens).sum();
  }
}
