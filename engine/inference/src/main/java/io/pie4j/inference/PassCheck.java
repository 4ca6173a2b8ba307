package io.pie4j.inference;

import java.util.Optional;

/**
 * Holds every id of a pass against the driver's bounds, so that kernels need no checks of their own
 * and a mistake above is an exception instead of a wild read.
 */
final class PassCheck {
  private final DriverInfo info;

  PassCheck(DriverInfo info) {
    this.info = info;
  }

  void check(Pass pass) {
    long tokens = 0;
    pass.saves().forEach(this::check);
    pass.loads().forEach(this::check);
    for (CopySlots copy : pass.copies()) {
      below("slot", copy.sourceSlots(), info.slotCount());
      below("slot", copy.targetSlots(), info.slotCount());
    }
    for (EmbedText embed : pass.embeds()) {
      below("token", embed.tokens(), info.vocabularySize());
      below("position", embed.positions(), info.maxPositions());
      below("embed", embed.embeds(), info.embedCount());
    }
    for (Forward forward : pass.forwards()) {
      check(forward);
      tokens += forward.tokens();
    }
    atMost("new tokens", tokens, info.maxTokensPerPass());
    for (Readout readout : pass.readouts()) {
      check(readout);
    }
    atMost("readouts", pass.readouts().size(), info.maxReadoutsPerPass());
  }

  private void check(PageImage image) {
    below("page", image.page(), info.pageCount());
    if (image.memory().byteSize() != info.pageBytes()) {
      throw new DriverException(
          "memory of %d bytes for a page of %d"
              .formatted(image.memory().byteSize(), info.pageBytes()));
    }
  }

  private void check(Forward forward) {
    if (forward.adapter().isPresent()) {
      below("adapter", forward.adapter().getAsInt(), info.adaptersMax());
    }
    atMost("input pages of a forward", forward.pages().length, info.pageCount());
    below("page", forward.pages(), info.pageCount());
    for (int visible : forward.visible()) {
      if ((visible & 0xFFFFFFFFL) >>> info.pageSize() != 0) {
        throw new DriverException(
            "visible slots %#x are beyond the page size %d".formatted(visible, info.pageSize()));
      }
    }
    below("embed", forward.inputs(), info.embedCount());
    below("slot", forward.writeSlots(), info.slotCount());
    below("embed", forward.outputs(), info.embedCount());
  }

  private void check(Readout readout) {
    below("embed", readout.embed(), info.embedCount());
    if (readout instanceof Readout.Score score) {
      below("token", score.tokens(), info.vocabularySize());
    }
    Optional<long[]> allowed =
        readout instanceof Readout.Draw draw ? draw.allowed() : Optional.empty();
    if (allowed.isPresent()) {
      checkAllowed(allowed.get());
    }
  }

  private void checkAllowed(long[] allowed) {
    int vocabulary = info.vocabularySize();
    if (allowed.length != AttentionMask.wordsPerRow(vocabulary)) {
      throw new DriverException(
          "%d words of allowed tokens for a vocabulary of %d, must be %d"
              .formatted(allowed.length, vocabulary, AttentionMask.wordsPerRow(vocabulary)));
    }
    long any = 0;
    for (int i = 0; i < allowed.length - 1; i++) {
      any |= allowed[i];
    }
    int rest = vocabulary & 63;
    long last = allowed[allowed.length - 1];
    any |= rest == 0 ? last : last & (1L << rest) - 1;
    if (any == 0) {
      throw new DriverException("a draw allows no token at all");
    }
  }

  private static void below(String what, int[] values, int bound) {
    for (int value : values) {
      below(what, value, bound);
    }
  }

  private static void below(String what, int value, int bound) {
    if (value < 0 || value >= bound) {
      throw new DriverException("%s %d is outside 0..%d".formatted(what, value, bound - 1));
    }
  }

  private static void atMost(String what, long value, int bound) {
    if (value > bound) {
      throw new DriverException("%d %s, at most %d are possible".formatted(value, what, bound));
    }
  }
}
