package io.pie4j.inferlet.constraint;

import io.pie4j.api.Api;
import io.pie4j.api.Model;
import io.pie4j.api.SpecialToken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model's tokens as a trie of their bytes, built once a program. The <em>plain</em> tokens, whole
 * characters that JSON's strings hold without an escape, are a part of their own: most states allow
 * all of them or none, which needs no walk.
 *
 * <p>The trie is four arrays in the order of a walk: a node's children follow it, up to its end.
 * Special tokens and those without bytes, or with more than 255, are not in it and never allowed.
 */
public final class Vocabulary {
  private static final int MAX_BYTES = 255;

  final int size;
  final int[] stopTokens;
  private final byte[][] texts;

  /** All tokens of the trie in its order. */
  final int[] order;

  /** How many of them are plain, and these by their number of characters. */
  final int plainCount;

  final int[] plainByLength;
  final int[] plainOfLength;
  final long[] plainBits;

  final byte[] values;
  final byte[] depths;
  final int[] ends;

  /** Index in the order of the first token that is not above or before a node. */
  final int[] starts;

  /** The root of all tokens that are not plain; the plain ones' root is node 0. */
  final int restRoot;

  /**
   * @param texts every token's bytes, by id
   * @param stopTokens allowed where a text may end, and nowhere else
   * @param specials never allowed elsewhere either
   */
  public Vocabulary(List<byte[]> texts, int[] stopTokens, int[] specials) {
    size = texts.size();
    this.stopTokens = stopTokens.clone();
    this.texts = texts.toArray(new byte[0][]);
    for (int token : stopTokens) {
      this.texts[token] = new byte[0];
    }
    for (int token : specials) {
      this.texts[token] = new byte[0];
    }
    int[] lengths = new int[size];
    int[] plain = new int[size];
    int[] rest = new int[size];
    int plainTokens = 0;
    int restTokens = 0;
    for (int i = 0; i < size; i++) {
      byte[] text = this.texts[i];
      lengths[i] = plainLength(text);
      if (lengths[i] > 0) {
        plain[plainTokens++] = i;
      } else if (text.length > 0 && text.length <= MAX_BYTES) {
        rest[restTokens++] = i;
      }
    }
    plainCount = plainTokens;
    plain = sorted(Arrays.copyOf(plain, plainTokens));
    rest = sorted(Arrays.copyOf(rest, restTokens));
    order = Arrays.copyOf(plain, plainTokens + restTokens);
    System.arraycopy(rest, 0, order, plainTokens, restTokens);
    plainBits = new long[(size + 63) >> 6];
    plainOfLength = new int[MAX_BYTES + 2];
    for (int token : plain) {
      plainBits[token >> 6] |= 1L << token;
      plainOfLength[lengths[token] + 1]++;
    }
    for (int i = 1; i < plainOfLength.length; i++) {
      plainOfLength[i] += plainOfLength[i - 1];
    }
    plainByLength = new int[plainTokens];
    int[] at = plainOfLength.clone();
    for (int token : plain) {
      plainByLength[at[lengths[token]]++] = token;
    }

    int nodes = nodes(plain) + nodes(rest);
    values = new byte[nodes];
    depths = new byte[nodes];
    ends = new int[nodes];
    starts = new int[nodes + 1];
    restRoot = addAll(plain, 0, 0);
    addAll(rest, restRoot, plainTokens);
    starts[nodes] = order.length;
  }

  /** Of a model; asks the engine once for all its tokens. */
  public static Vocabulary of(Api api, Model model) {
    int[] specials =
        api.tokenize().specialTokens(model).stream().mapToInt(SpecialToken::id).toArray();
    return new Vocabulary(api.tokenize().getVocabs(model), model.stopTokens(), specials);
  }

  /** A token's bytes; none if it is special. */
  byte[] text(int token) {
    return texts[token];
  }

  /**
   * Cuts bytes into tokens, always the longest; the model's own tokenizer may cut otherwise.
   *
   * @throws IllegalStateException if the vocabulary lacks a byte
   */
  public int[] tokens(byte[] text) {
    int[] tokens = new int[text.length];
    int count = 0;
    for (int at = 0; at < text.length; at += texts[tokens[count++]].length) {
      tokens[count] = longest(text, at);
      if (tokens[count] < 0) {
        throw new IllegalStateException("no token begins with byte " + (text[at] & 0xff));
      }
    }
    return Arrays.copyOf(tokens, count);
  }

  /** The longest token that these bytes begin with; none if there is no such token. */
  int longest(byte[] text, int from) {
    int best = -1;
    for (int root : new int[] {0, restRoot}) {
      int node = root + 1;
      int end = ends[root];
      int at = from;
      while (node < end && at < text.length) {
        if (values[node] == text[at]) {
          int token = starts[node] < starts[node + 1] ? order[starts[node]] : -1;
          if (token >= 0 && (best < 0 || texts[token].length > texts[best].length)) {
            best = token;
          }
          end = ends[node];
          node++;
          at++;
        } else {
          node = ends[node];
        }
      }
    }
    return best;
  }

  /** Adds all plain tokens of at most so many characters. */
  void addPlain(int maxLength, TokenSet.Collector to) {
    int count = maxLength < MAX_BYTES ? plainOfLength[maxLength + 1] : plainCount;
    if (count < plainCount / 2) {
      for (int i = 0; i < count; i++) {
        to.add(plainByLength[i]);
      }
    } else {
      to.addAll(plainBits);
      for (int i = count; i < plainCount; i++) {
        to.remove(plainByLength[i]);
      }
    }
  }

  /** Characters if all are plain, else 0. */
  private static int plainLength(byte[] text) {
    if (text.length > MAX_BYTES) {
      return 0;
    }
    int count = 0;
    for (int i = 0; i < text.length; count++) {
      int lead = text[i] & 0xff;
      if (lead < 0x20 || lead == '"' || lead == '\\') {
        return 0;
      }
      int length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      if (length > 1 && !isCharacter(text, i, length)) {
        return 0;
      }
      i += length;
    }
    return count;
  }

  private static boolean isCharacter(byte[] text, int from, int length) {
    if (from + length > text.length || (text[from] & 0xff) < 0xc2 || (text[from] & 0xff) > 0xf4) {
      return false;
    }
    int c = text[from] & (0xff >> (length + 1));
    for (int i = 1; i < length; i++) {
      if ((text[from + i] & 0xc0) != 0x80) {
        return false;
      }
      c = c << 6 | (text[from + i] & 0x3f);
    }
    return Utf8.length(c) == length && c <= CharSet.MAX && (c < 0xd800 || c > 0xdfff);
  }

  /** By bytes. A long holds the first five and the token, which sorts nearly all. */
  private int[] sorted(int[] tokens) {
    long[] keys = new long[tokens.length];
    for (int i = 0; i < keys.length; i++) {
      byte[] text = texts[tokens[i]];
      long key = 0;
      for (int b = 0; b < 5; b++) {
        key = key << 8 | (b < text.length ? text[b] & 0xff : 0);
      }
      keys[i] = (key << 24 | tokens[i]) ^ Long.MIN_VALUE;
    }
    Arrays.sort(keys);
    int[] sorted = new int[tokens.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = (int) keys[i] & 0xffffff;
    }
    for (int from = 0, to; from < keys.length; from = to) {
      to = from + 1;
      while (to < keys.length && keys[to] >> 24 == keys[from] >> 24) {
        to++;
      }
      if (to > from + 1) {
        sortByAllBytes(sorted, from, to);
      }
    }
    return sorted;
  }

  private void sortByAllBytes(int[] tokens, int from, int to) {
    List<Integer> ids = new ArrayList<>();
    for (int i = from; i < to; i++) {
      ids.add(tokens[i]);
    }
    ids.sort((a, b) -> compare(texts[a], texts[b]));
    for (int i = from; i < to; i++) {
      tokens[i] = ids.get(i - from);
    }
  }

  private static int compare(byte[] a, byte[] b) {
    for (int i = 0; i < a.length && i < b.length; i++) {
      if (a[i] != b[i]) {
        return (a[i] & 0xff) - (b[i] & 0xff);
      }
    }
    return a.length - b.length;
  }

  private int nodes(int[] tokens) {
    int nodes = 1;
    for (int i = 0; i < tokens.length; i++) {
      nodes += texts[tokens[i]].length - shared(tokens, i);
    }
    return nodes;
  }

  /** Bytes that a token shares with the one before. */
  private int shared(int[] tokens, int index) {
    if (index == 0) {
      return 0;
    }
    byte[] a = texts[tokens[index - 1]];
    byte[] b = texts[tokens[index]];
    int shared = 0;
    while (shared < a.length && shared < b.length && a[shared] == b[shared]) {
      shared++;
    }
    return shared;
  }

  private int addAll(int[] tokens, int root, int firstIndex) {
    int[] path = new int[MAX_BYTES + 1];
    path[0] = root;
    starts[root] = firstIndex;
    int node = root + 1;
    int depth = 0;
    for (int i = 0; i < tokens.length; i++) {
      byte[] text = texts[tokens[i]];
      int shared = shared(tokens, i);
      for (; depth > shared; depth--) {
        ends[path[depth]] = node;
      }
      for (; depth < text.length; node++) {
        values[node] = text[depth++];
        depths[node] = (byte) depth;
        starts[node] = firstIndex + i;
        path[depth] = node;
      }
    }
    for (; depth >= 0; depth--) {
      ends[path[depth]] = node;
    }
    return node;
  }
}
