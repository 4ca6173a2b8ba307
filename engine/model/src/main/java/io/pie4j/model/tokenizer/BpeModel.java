package io.pie4j.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Byte pair encoding of one word: begin with a token for each character and make the merge of
 * lowest rank, leftmost first, until none is left. O(n log n) for a word of n characters.
 *
 * <p>What Hugging Face's implementation does in corner cases is kept: a queued merge is still good
 * if the pair now standing there makes the same token.
 */
final class BpeModel {
  static final int NONE = -1;

  /**
   * How characters that are no tokens are written, and more.
   *
   * @param byteLevel words are spelled in GPT-2's byte alphabet
   * @param byteFallback characters without a token are spelled by tokens such as {@code <0x0A>}
   * @param unknown the token of characters that cannot be written, or {@link #NONE} to drop them
   * @param fuseUnknown unknown characters side by side make one unknown token
   * @param ignoreMerges a word that is a token is that token, whatever the merges say
   */
  record Settings(
      boolean byteLevel,
      boolean byteFallback,
      int unknown,
      boolean fuseUnknown,
      boolean ignoreMerges) {}

  private final Settings settings;
  private final Map<String, Integer> ids;
  private final PairTable merges;
  private final int[] idOfBmp = new int[0x10000];
  private final int[] idOfByte = new int[256];
  private final WordCache cache = new WordCache();

  BpeModel(Settings settings, Map<String, Integer> ids, PairTable merges) {
    this.settings = settings;
    this.ids = ids;
    this.merges = merges;
    Arrays.fill(idOfBmp, NONE);
    for (var token : ids.entrySet()) {
      if (token.getKey().length() == 1) {
        idOfBmp[token.getKey().charAt(0)] = token.getValue();
      }
    }
    for (int b = 0; b < idOfByte.length; b++) {
      idOfByte[b] = ids.getOrDefault(String.format("<0x%02X>", b), NONE);
    }
  }

  /** Appends the ids of a word. */
  void encode(String word, IntList out) {
    var known = cache.get(word);
    if (known == null) {
      known = encode(settings.byteLevel ? ByteAlphabet.encode(word) : word);
      cache.put(word, known);
    }
    out.addAll(known);
  }

  private int[] encode(String spelled) {
    if (settings.ignoreMerges) {
      var whole = ids.get(spelled);
      if (whole != null) {
        return new int[] {whole};
      }
    }
    return merge(symbols(spelled));
  }

  private int[] symbols(String spelled) {
    var symbols = new IntList();
    var unknownPending = false;
    for (int i = 0; i < spelled.length(); ) {
      var c = spelled.codePointAt(i);
      i += Character.charCount(c);
      var id = idOf(c);
      if (id != NONE) {
        if (unknownPending) {
          symbols.add(settings.unknown);
          unknownPending = false;
        }
        symbols.add(id);
      } else if (!(settings.byteFallback && addBytes(c, symbols)) && settings.unknown != NONE) {
        if (unknownPending && !settings.fuseUnknown) {
          symbols.add(settings.unknown);
        }
        unknownPending = true;
      }
    }
    if (unknownPending) {
      symbols.add(settings.unknown);
    }
    return symbols.toArray();
  }

  private int idOf(int codePoint) {
    return Character.isBmpCodePoint(codePoint)
        ? idOfBmp[codePoint]
        : ids.getOrDefault(Character.toString(codePoint), NONE);
  }

  private boolean addBytes(int codePoint, IntList symbols) {
    var bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    for (var b : bytes) {
      if (idOfByte[b & 0xFF] == NONE) {
        return false;
      }
    }
    for (var b : bytes) {
      symbols.add(idOfByte[b & 0xFF]);
    }
    return true;
  }

  private int[] merge(int[] symbols) {
    var size = symbols.length;
    var next = new int[size];
    var previous = new int[size];
    var queue = new MergeQueue(size);
    for (int i = 0; i < size; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
      if (i + 1 < size) {
        offer(symbols, i, i + 1, queue);
      }
    }
    while (!queue.isEmpty()) {
      var left = queue.firstPosition();
      var merged = queue.firstMerged();
      queue.removeFirst();
      var right = next[left];
      if (symbols[left] == NONE || right == size) {
        continue;
      }
      var slot = merges.find(symbols[left], symbols[right]);
      if (slot == PairTable.NOT_FOUND || merges.merged(slot) != merged) {
        continue;
      }
      symbols[left] = merged;
      symbols[right] = NONE;
      next[left] = next[right];
      if (next[left] < size) {
        previous[next[left]] = left;
        offer(symbols, left, next[left], queue);
      }
      if (previous[left] >= 0) {
        offer(symbols, previous[left], left, queue);
      }
    }
    return Arrays.stream(symbols).filter(id -> id != NONE).toArray();
  }

  private void offer(int[] symbols, int left, int right, MergeQueue queue) {
    var slot = merges.find(symbols[left], symbols[right]);
    if (slot != PairTable.NOT_FOUND) {
      queue.add(merges.rank(slot), left, merges.merged(slot));
    }
  }
}
