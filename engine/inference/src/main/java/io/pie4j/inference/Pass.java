package io.pie4j.inference;

import java.util.List;

/**
 * One trip through embed → forward → sample for the commands of many queues, all in physical ids.
 *
 * <p>The stages run in this order; within a stage commands are independent. A stage sees what
 * earlier stages of the same pass wrote. Arrays are not copied: whoever builds a pass gives them
 * away.
 *
 * @param saves pages to write to memory, before anything else; they keep their content
 * @param loads pages to read back from memory, which may be pages that were just saved
 * @param copies between pages
 * @param embeds tokens to embed
 * @param forwards new tokens through all layers
 * @param readouts what is derived from output embeds
 */
public record Pass(
    List<PageImage> saves,
    List<PageImage> loads,
    List<CopySlots> copies,
    List<EmbedText> embeds,
    List<Forward> forwards,
    List<Readout> readouts) {

  public Pass {
    saves = List.copyOf(saves);
    loads = List.copyOf(loads);
    copies = List.copyOf(copies);
    embeds = List.copyOf(embeds);
    forwards = List.copyOf(forwards);
    readouts = List.copyOf(readouts);
  }

  /** A pass that moves no pages in or out. */
  public Pass(
      List<CopySlots> copies,
      List<EmbedText> embeds,
      List<Forward> forwards,
      List<Readout> readouts) {
    this(List.of(), List.of(), copies, embeds, forwards, readouts);
  }

  public boolean isEmpty() {
    return saves.isEmpty()
        && loads.isEmpty()
        && copies.isEmpty()
        && embeds.isEmpty()
        && forwards.isEmpty()
        && readouts.isEmpty();
  }

  /** New tokens over all forwards. */
  public int tokens() {
    int tokens = 0;
    for (Forward forward : forwards) {
      tokens += forward.tokens();
    }
    return tokens;
  }
}
