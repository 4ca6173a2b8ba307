package io.pie4j.control;

import io.pie4j.inference.AttentionMask;
import io.pie4j.inference.Readout;
import java.util.Optional;

/** One queued call of a program, its ids already resolved to the program's own objects. */
sealed interface Command {

  /** The call's name in the programming interface. */
  String call();

  /** Costs the driver nothing; done by the loop itself. */
  sealed interface Bookkeeping extends Command {}

  /** Takes part in a pass. */
  sealed interface Staged extends Command {
    Stage stage();
  }

  /** A program can wait for the answer. */
  sealed interface Answered extends Command {
    Pending<?> answer();
  }

  /** The stages of a pass in their order. */
  enum Stage {
    COPY(0),
    EMBED(1),
    FORWARD(2),
    READOUT(3);

    final byte number;

    Stage(int number) {
      this.number = (byte) number;
    }
  }

  record AllocatePages(VirtualPage[] pages) implements Bookkeeping {
    @Override
    public String call() {
      return "alloc-kvpage";
    }
  }

  record FreePages(VirtualPage[] pages) implements Bookkeeping {
    @Override
    public String call() {
      return "dealloc-kvpage";
    }
  }

  record ExportPages(VirtualPage[] pages, Export export) implements Bookkeeping {
    @Override
    public String call() {
      return "export-kvpage";
    }
  }

  record ImportPages(VirtualPage[] pages, Export export) implements Bookkeeping {
    @Override
    public String call() {
      return "import-kvpage";
    }
  }

  record AllocateEmbeds(VirtualEmbed[] embeds) implements Bookkeeping {
    @Override
    public String call() {
      return "alloc-emb";
    }
  }

  record FreeEmbeds(VirtualEmbed[] embeds) implements Bookkeeping {
    @Override
    public String call() {
      return "dealloc-emb";
    }
  }

  /**
   * @param hidden slot i as bit i
   */
  record MaskPage(VirtualPage page, int hidden) implements Bookkeeping {
    @Override
    public String call() {
      return "mask-kvpage";
    }
  }

  record TruncatePage(VirtualPage page, int tokens) implements Bookkeeping {
    @Override
    public String call() {
      return "truncate-kvpage";
    }
  }

  record Synchronize(Pending<Done> answer) implements Bookkeeping, Answered {
    @Override
    public String call() {
      return "synchronize";
    }
  }

  record CopyPage(
      VirtualPage source, VirtualPage target, int sourceOffset, int targetOffset, int count)
      implements Staged {
    @Override
    public String call() {
      return "copy-kvpage";
    }

    @Override
    public Stage stage() {
      return Stage.COPY;
    }
  }

  record EmbedTokens(int[] tokens, int[] positions, VirtualEmbed[] embeds) implements Staged {
    @Override
    public String call() {
      return "embed-txt";
    }

    @Override
    public Stage stage() {
      return Stage.EMBED;
    }
  }

  record ForwardTokens(
      VirtualPage[] inputPages,
      VirtualEmbed[] inputs,
      VirtualPage[] outputPages,
      VirtualEmbed[] outputs,
      Optional<AttentionMask> mask,
      Optional<Adapters.Entry> adapter)
      implements Staged {
    @Override
    public String call() {
      return adapter.isEmpty() ? "forward" : "forward-with-adapter";
    }

    @Override
    public Stage stage() {
      return Stage.FORWARD;
    }
  }

  /** Derives something from an output embed. */
  sealed interface ReadsOut extends Staged, Answered {
    VirtualEmbed embed();

    /** What the driver is asked for; the embed has its memory by then. */
    Readout readout();

    /** Hands the driver's answer to the program; false if that had been given up. */
    boolean complete(Readout.Result result);

    @Override
    default Stage stage() {
      return Stage.READOUT;
    }
  }

  record NextDistribution(VirtualEmbed embed, int topK, Pending<Readout.Result.Distribution> answer)
      implements ReadsOut {
    @Override
    public String call() {
      return "get-next-dist";
    }

    @Override
    public Readout readout() {
      return new Readout.TopK(embed.physical, topK);
    }

    @Override
    public boolean complete(Readout.Result result) {
      return answer.complete((Readout.Result.Distribution) result);
    }
  }

  record AllProbabilities(VirtualEmbed embed, Pending<Readout.Result.Probabilities> answer)
      implements ReadsOut {
    @Override
    public String call() {
      return "get-full-dist";
    }

    @Override
    public Readout readout() {
      return new Readout.Full(embed.physical);
    }

    @Override
    public boolean complete(Readout.Result result) {
      return answer.complete((Readout.Result.Probabilities) result);
    }
  }

  record Score(VirtualEmbed embed, int[] tokens, Pending<Readout.Result.Scores> answer)
      implements ReadsOut {
    @Override
    public String call() {
      return "score";
    }

    @Override
    public Readout readout() {
      return new Readout.Score(embed.physical, tokens);
    }

    @Override
    public boolean complete(Readout.Result result) {
      return answer.complete((Readout.Result.Scores) result);
    }
  }

  record Sample(
      VirtualEmbed embed,
      Sampling sampling,
      Optional<long[]> allowed,
      Pending<Readout.Result.Token> answer)
      implements ReadsOut {
    @Override
    public String call() {
      return "sample";
    }

    @Override
    public Readout readout() {
      return new Readout.Draw(
          embed.physical,
          sampling.temperature(),
          sampling.topK(),
          sampling.topP(),
          sampling.minP(),
          sampling.seed(),
          allowed);
    }

    @Override
    public boolean complete(Readout.Result result) {
      return answer.complete((Readout.Result.Token) result);
    }
  }
}
