package io.pie4j.inference;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Runs new tokens through all layers.
 *
 * <p>Every new token attends to the visible slots of {@code pages} and to the new tokens of this
 * command, itself included: those whose position is not above its own (and, in a model with a
 * sliding window, not further back than the window), or exactly those that {@code mask} says. New
 * tokens attend to each other from this command's own keys and values, so they need no slots. A
 * token that sees nothing at all, not even itself, takes nothing from attention.
 *
 * @param pages physical input pages in attention order; a page may occur more than once
 * @param visible for each input page the slots to attend to, slot i as bit i
 * @param inputs physical embeds of the new tokens, in order
 * @param writeSlots physical slots (page × page size + offset) that receive the new tokens' keys,
 *     values and positions: one a token, or none at all
 * @param outputs physical embeds that receive the final hidden states of the last {@code
 *     outputs.length} new tokens, with their positions; they may be inputs too
 * @param mask explicit mask; columns are the visible slots in order (page by page, low bit first),
 *     then the new tokens
 * @param adapter what {@link Driver#loadAdapter} gave, to add its weights
 */
public record Forward(
    int[] pages,
    int[] visible,
    int[] inputs,
    int[] writeSlots,
    int[] outputs,
    Optional<AttentionMask> mask,
    OptionalInt adapter) {

  /** A forward of the model as it is. */
  public Forward(
      int[] pages,
      int[] visible,
      int[] inputs,
      int[] writeSlots,
      int[] outputs,
      Optional<AttentionMask> mask) {
    this(pages, visible, inputs, writeSlots, outputs, mask, OptionalInt.empty());
  }

  public Forward {
    if (pages.length != visible.length) {
      throw new IllegalArgumentException(
          pages.length + " pages for " + visible.length + " visibility words");
    }
    if (inputs.length == 0) {
      throw new IllegalArgumentException("a forward needs at least one new token");
    }
    if (writeSlots.length != 0 && writeSlots.length != inputs.length) {
      throw new IllegalArgumentException(
          writeSlots.length + " slots for " + inputs.length + " new tokens");
    }
    if (outputs.length > inputs.length) {
      throw new IllegalArgumentException(
          outputs.length + " outputs for " + inputs.length + " new tokens");
    }
    int columns = context(visible) + inputs.length;
    mask.ifPresent(m -> {
      if (m.rows() != inputs.length || m.columns() != columns) {
        throw new IllegalArgumentException(
            "mask is "
                + m.rows()
                + " × "
                + m.columns()
                + ", must be "
                + inputs.length
                + " × "
                + columns);
      }
    });
  }

  public int tokens() {
    return inputs.length;
  }

  /** Visible tokens of the input pages. */
  public int context() {
    return context(visible);
  }

  private static int context(int[] visible) {
    int sum = 0;
    for (int word : visible) {
      sum += Integer.bitCount(word);
    }
    return sum;
  }
}
