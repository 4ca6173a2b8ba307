package io.pie4j.inferlet;

import io.pie4j.api.Model;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the store keeps of a saved context; its pages are an export.
 *
 * @param export the pages' name
 * @param model whose they are
 * @param tokens all, dropped ones included
 * @param positions one a token
 * @param starts of each page, which of the tokens is its first
 * @param counts of each page, how many of them it holds
 * @param chat the conversation, if it is one
 */
record Saved(
    String export,
    String model,
    int[] tokens,
    int[] positions,
    int[] starts,
    int[] counts,
    Chat.Saved chat) {
  private static final int VERSION = 1;

  /** Of tokens that fill pages from position 0 on. */
  static Saved plain(String export, Model model, int[] tokens) {
    int pageSize = model.pageSize();
    int[] positions = new int[tokens.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i;
    }
    int[] starts = new int[(tokens.length + pageSize - 1) / pageSize];
    int[] counts = new int[starts.length];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = i * pageSize;
      counts[i] = Math.min(pageSize, tokens.length - starts[i]);
    }
    return new Saved(
        export, model.name(), tokens.clone(), positions, starts, counts, Chat.Saved.EMPTY);
  }

  byte[] encode() {
    Writer out = new Writer();
    out.number(VERSION);
    out.text(export);
    out.text(model);
    out.numbers(tokens);
    int[] steps = positions.clone(); // mostly ones, of a byte each
    for (int i = steps.length - 1; i > 0; i--) {
      steps[i] -= positions[i - 1];
    }
    out.numbers(steps);
    out.numbers(starts);
    out.numbers(counts);
    out.number(chat.now().written());
    out.number(chat.now().cued() ? 1 : 0);
    out.number(chat.now().end());
    out.number(chat.turns().size());
    for (Chat.Turn turn : chat.turns()) {
      out.text(turn.role());
      out.text(turn.content());
      out.number(turn.ofModel() ? 1 : 0);
    }
    return Arrays.copyOf(out.bytes, out.size);
  }

  /** Empty if the bytes are something else. */
  static Optional<Saved> decode(byte[] bytes) {
    Reader in = new Reader(bytes);
    try {
      if (in.number() != VERSION) {
        return Optional.empty();
      }
      String export = in.text();
      String model = in.text();
      int[] tokens = in.numbers();
      int[] positions = in.numbers();
      for (int i = 1; i < positions.length; i++) {
        positions[i] += positions[i - 1];
      }
      int[] starts = in.numbers();
      int[] counts = in.numbers();
      Saved saved = new Saved(export, model, tokens, positions, starts, counts, chat(in));
      return saved.isWhole() && in.at == bytes.length ? Optional.of(saved) : Optional.empty();
    } catch (Malformed _) {
      return Optional.empty();
    }
  }

  private static Chat.Saved chat(Reader in) {
    Chat.State now = new Chat.State(in.number(), in.number() != 0, in.number());
    List<Chat.Turn> turns = new ArrayList<>();
    int count = in.length();
    for (int i = 0; i < count; i++) {
      turns.add(new Chat.Turn(in.text(), in.text(), in.number() != 0));
    }
    return new Chat.Saved(turns, now);
  }

  private boolean isWhole() {
    if (chat.now().end() > tokens.length || chat.now().written() > chat.turns().size()) {
      return false;
    }
    if (tokens.length != positions.length || starts.length != counts.length) {
      return false;
    }
    int end = 0;
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] < end || counts[i] < 1 || counts[i] > tokens.length - starts[i]) {
        return false;
      }
      end = starts[i] + counts[i];
    }
    return true;
  }

  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class Writer {
    private byte[] bytes = new byte[256];
    private int size;

    void number(int value) {
      int left = value;
      while ((left & ~0x7f) != 0) {
        write((left & 0x7f) | 0x80);
        left >>>= 7;
      }
      write(left);
    }

    void numbers(int[] values) {
      number(values.length);
      for (int value : values) {
        number(value);
      }
    }

    void text(String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      number(encoded.length);
      for (byte b : encoded) {
        write(b);
      }
    }

    private void write(int b) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, size * 2);
      }
      bytes[size++] = (byte) b;
    }
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    int number() {
      int value = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        int b = read();
        value |= (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new Malformed();
    }

    int[] numbers() {
      int[] values = new int[length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = number();
      }
      return values;
    }

    String text() {
      int length = length();
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** Of something that takes a byte an entry at least. */
    private int length() {
      int length = number();
      if (length < 0 || length > bytes.length - at) {
        throw new Malformed();
      }
      return length;
    }

    private byte read() {
      if (at == bytes.length) {
        throw new Malformed();
      }
      return bytes[at++];
    }
  }
}
