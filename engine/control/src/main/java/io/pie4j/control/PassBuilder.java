package io.pie4j.control;

import io.pie4j.control.Command.AllProbabilities;
import io.pie4j.control.Command.CopyPage;
import io.pie4j.control.Command.EmbedTokens;
import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.NextDistribution;
import io.pie4j.control.Command.ReadsOut;
import io.pie4j.control.Command.Sample;
import io.pie4j.control.Command.Score;
import io.pie4j.control.Command.Stage;
import io.pie4j.control.Message.Queued;
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
  private final int vocabularySize;
  private final long maxValues;
  private final PassWrites writes = new PassWrites();
  private final PageMoves moves;
  private final CopyStage copies;
  private final List<EmbedText> embedTexts = new ArrayList<>();
  private final ForwardStage forwards;
  private final List<Readout> readouts = new ArrayList<>();

  /** Numbers that the readouts will give. */
  private long values;

  PassBuilder(
      DriverInfo info,
      ControlSettings settings,
      PageTable pages,
      EmbedTable embeds,
      PageMoves moves,
      Contention contention) {
    this.moves = moves;
    this.embeds = embeds;
    maxReadouts = info.maxReadoutsPerPass();
    vocabularySize = info.vocabularySize();
    maxValues = settings.readoutValuesMax();
    copies = new CopyStage(pages, contention, writes);
    forwards = new ForwardStage(info, settings.prefillChunkTokens(), pages, embeds, copies, writes);
  }

  int tokens() {
    return forwards.tokens();
  }

  boolean isEmpty() {
    return moves.isEmpty()
        && copies.commands().isEmpty()
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
    return new Pass(
        moves.saves(), moves.loads(), copies.commands(), embedTexts, forwards.commands(), readouts);
  }

  /** Forgets the pass; what it wrote stays written. */
  void clear() {
    copies.commands().clear();
    embedTexts.clear();
    forwards.clear();
    readouts.clear();
    values = 0;
    writes.clear();
  }

  /** The pass has failed: nothing that it should have written counts as written. */
  void undo() {
    writes.undo();
  }

  boolean copy(QueueState queue, CopyPage c) {
    return copies.admit(queue.space, c);
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

  boolean readout(Queued queued, ReadsOut c) {
    VirtualEmbed embed = c.embed();
    if (!Binding.usable(c.call(), "embed", embed)) {
      return false;
    }
    if (embed.content != Content.OUTPUT) {
      throw ControlException.invalid(
          c.call() + ": embed " + embed.id + " holds no output; a forward must write it first");
    }
    int more = values(c);
    if (readouts.size() >= maxReadouts
        || (values + more > maxValues && !readouts.isEmpty())
        || !embeds.mayRead(embed.physical, Stage.READOUT)) {
      return false;
    }
    embeds.reads(embed.physical, Stage.READOUT);
    values += more;
    queued.readout = readouts.size();
    readouts.add(c.readout());
    return true;
  }

  private int values(ReadsOut c) {
    return switch (c) {
      case NextDistribution d -> d.topK();
      case AllProbabilities _ -> vocabularySize;
      case Score s -> s.tokens().length;
      case Sample _ -> 1;
    };
  }

  static int[] physical(VirtualEmbed[] embeds, int from, int to) {
    int[] physical = new int[to - from];
    for (int i = from; i < to; i++) {
      physical[i - from] = embeds[i].physical;
    }
    return physical;
  }
}
