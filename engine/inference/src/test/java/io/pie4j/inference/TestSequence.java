package io.pie4j.inference;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A program's view in tests: tokens one after the other in pages of its own. */
final class TestSequence {
  private final int pageSize;
  private final int[] pages;
  private int length;

  TestSequence(Driver driver, int... pages) {
    this.pageSize = driver.info().pageSize();
    this.pages = pages;
  }

  int length() {
    return length;
  }

  int[] pages() {
    return pages;
  }

  /** The pages that hold tokens. */
  int[] usedPages() {
    return Arrays.copyOf(pages, (length + pageSize - 1) / pageSize);
  }

  /** All tokens so far, as bits of each used page. */
  int[] visible() {
    int[] visible = new int[usedPages().length];
    for (int i = 0; i < visible.length; i++) {
      int held = Math.min(pageSize, length - i * pageSize);
      visible[i] = (int) ((1L << held) - 1);
    }
    return visible;
  }

  int slot(int index) {
    return pages[index / pageSize] * pageSize + index % pageSize;
  }

  /** Slots of the next {@code count} tokens. */
  int[] nextSlots(int count) {
    int[] slots = new int[count];
    for (int i = 0; i < count; i++) {
      slots[i] = slot(length + i);
    }
    return slots;
  }

  /** Appends the inputs' tokens behind those so far. */
  Forward append(int[] inputs, int... outputs) {
    Forward forward =
        new Forward(
            usedPages(), visible(), inputs, nextSlots(inputs.length), outputs, Optional.empty());
    length += inputs.length;
    return forward;
  }

  /** The same without keeping the new tokens. */
  Forward peek(int[] inputs, int... outputs) {
    return new Forward(usedPages(), visible(), inputs, new int[0], outputs, Optional.empty());
  }

  /** Says that tokens are there which something else wrote. */
  TestSequence holding(int tokens) {
    length = tokens;
    return this;
  }

  /** Embeds the tokens at the next positions to the embeds from {@code firstEmbed} on. */
  EmbedText embed(int[] tokens, int firstEmbed) {
    return embed(tokens, length, firstEmbed);
  }

  static EmbedText embed(int[] tokens, int firstPosition, int firstEmbed) {
    return new EmbedText(
        tokens, range(firstPosition, tokens.length), range(firstEmbed, tokens.length));
  }

  static int[] range(int first, int count) {
    int[] range = new int[count];
    Arrays.setAll(range, i -> first + i);
    return range;
  }

  static Pass pass(EmbedText embed, Forward forward, Readout... readouts) {
    return new Pass(List.of(), List.of(embed), List.of(forward), List.of(readouts));
  }
}
