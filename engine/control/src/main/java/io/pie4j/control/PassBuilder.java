package io.pie4j.control;

import io.pie4j.control.Command.CopyPage;
import io.pie4j.control.Command.EmbedTokens;
import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.Stage;
import io.pie4j.control.VirtualEmbed.Content;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import io.pie4j.inference.Readout;
import java.util.ArrayList;
import java.util.List;

/**
 * The pass that is being formed: admits commands one by one, turning virtual ids into physical
 * ones.
 *
 * <p>Every admit method first checks and then changes: it returns false, or throws, with nothing
 * changed. False means that the command has to wait for a later pass (a conflict, no room, memory
 * not bound yet); an exception that the command is wrong as things stand before it.
 */
final class PassBuilder {
  private final EmbedTable embeds;
  private final int maxReadouts;
  private final PassWrites writes = new PassWrites();
  private final CopyStage copies;
  private final List<EmbedText> embedTexts = new ArrayList<>();
  private final ForwardStage forwards;
  private final List<Readout> readouts = new ArrayList<>();

  PassBuilder(DriverInfo info, int prefillChunkTokens, PageTable pages, EmbedTable embeds) {
    this.embeds = embeds;
    maxReadouts = info.maxReadoutsPerPass();
    copies = new CopyStage(pages, writes);
    forwards = new ForwardStage(info, prefillChunkTokens, pages, embeds, copies, writes);
  }

  int tokens() {
    return forwards.tokens();
  }

  boolean isEmpty() {
    return copies.commands().isEmpty()
        && embedTexts.isEmpty()
        && forwards.commands().isEmpty()
        && readouts.isEmpty();
  }

  /** Whether there is an answer of the right kind for every readout. */
  boolean answeredBy(PassResult result) {
    boolean fits = result.readouts().size() == readouts.size();
    for (int i = 0; fits && i < readouts.size(); i++) {
      fits =
          switch (readouts.get(i)) {
            case Readout.TopK _ -> result.readouts().get(i) instanceof Readout.Result.Distribution;
            case Readout.Draw _ -> result.readouts().get(i) instanceof Readout.Result.Token;
            case Readout.Full _ -> result.readouts().get(i) instanceof Readout.Result.Probabilities;
            case Readout.Score _ -> result.readouts().get(i) instanceof Readout.Result.Scores;
          };
    }
    return fits;
  }

  Pass build() {
    return new Pass(copies.commands(), embedTexts, forwards.commands(), readouts);
  }

  /** Forgets the pass; what it wrote stays written. */
  void clear() {
    copies.commands().clear();
    embedTexts.clear();
    forwards.clear();
    readouts.clear();
    writes.clear();
  }

  /** The pass has failed: nothing that it should have written counts as written. */
  void undo() {
    writes.undo();
  }

  boolean copy(CopyPage c) {
    return copies.admit(c);
  }

  boolean embed(EmbedTokens c) {
    for (int i = 0; i < c.embeds().length; i++) {
      VirtualEmbed embed = c.embeds()[i];
      if (!Binding.usable(c.call(), "embeds", i, embed)
          || !embeds.mayWrite(embed.physical, Stage.EMBED)) {
        return false;
      }
    }
    for (int i = 0; i < c.embeds().length; i++) {
      VirtualEmbed embed = c.embeds()[i];
      embeds.writes(embed.physical, Stage.EMBED);
      writes.embed(embed, Content.INPUT, c.positions()[i]);
    }
    embedTexts.add(
        new EmbedText(c.tokens(), c.positions(), physical(c.embeds(), 0, c.embeds().length)));
    return true;
  }

  /**
   * Admits a forward, or its next chunk.
   *
   * @param rationed whether long prefills must leave room for others
   */
  boolean forward(QueueState queue, ForwardTokens c, boolean rationed) {
    return forwards.admit(queue, c, rationed);
  }

  /** Whether a readout of this embed fits. */
  boolean readout(String call, VirtualEmbed embed) {
    if (!Binding.usable(call, "embed", embed)) {
      return false;
    }
    if (embed.content != Content.OUTPUT) {
      throw ControlException.invalid(
          call + ": embed " + embed.id + " holds no output; a forward must write it first");
    }
    return readouts.size() < maxReadouts && embeds.mayRead(embed.physical, Stage.READOUT);
  }

  /** Adds what {@link #readout(String, VirtualEmbed)} allowed; gives its index in the pass. */
  int add(VirtualEmbed embed, Readout readout) {
    embeds.reads(embed.physical, Stage.READOUT);
    readouts.add(readout);
    return readouts.size() - 1;
  }

  static int[] physical(VirtualEmbed[] embeds, int from, int to) {
    int[] physical = new int[to - from];
    for (int i = from; i < to; i++) {
      physical[i - from] = embeds[i].physical;
    }
    return physical;
  }
}
