package io.pie4j.inference.cpu;

import io.pie4j.inference.AttentionMask;
import io.pie4j.inference.Forward;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The new tokens of all forwards of a pass, one after the other, and what each may attend to.
 *
 * <p>What a forward attends to are <i>entries</i>: its input pages, then the pages that hold the
 * pass's new tokens, each with its visible slots. Reused from pass to pass.
 */
final class Batch {
  /** Tokens of a group. */
  static final int GROUP_MAX = 16;

  /** Slots of all tokens of a group together: a bound on attention's working memory. */
  private static final int GROUP_SLOTS = 1 << 18;

  private final PagedKv kv;
  private final int window;
  private List<Forward> forwards = List.of();
  private int tokens;
  private int outputs;
  private long attentionPairs;

  // Tokens in the order of groups; group g is groupStart[g] to groupStart[g + 1] - 1.
  private int[] order = new int[0];
  private int[] groupStart = new int[0];
  private int groups;
  private long[] byFirstPage = new long[0];

  // By token.
  private int[] forwardOf = new int[0];
  private int[] positions = new int[0];

  // By forward; entries of forward f are entryStart[f] to entryStart[f + 1] - 1.
  private int[] firstToken = new int[0];
  private int[] entryStart = new int[0];

  // By entry; the column is that of the first visible slot in an explicit mask.
  private int[] entryPage = new int[0];
  private int[] entryVisible = new int[0];
  private int[] entryColumn = new int[0];

  /**
   * @param window a token sees only positions above its own less this
   */
  Batch(PagedKv kv, int window) {
    this.kv = kv;
    this.window = window;
  }

  /** Takes over a pass's forwards: reads positions, takes memory, writes the slots' positions. */
  void fill(List<Forward> forwards, EmbedTable embeds) {
    this.forwards = forwards;
    tokens = 0;
    outputs = 0;
    int entries = 0;
    for (Forward forward : forwards) {
      tokens += forward.tokens();
      outputs += forward.outputs().length;
      entries += forward.pages().length + forward.tokens() / kv.pageSize() + 2;
    }
    forwardOf = Scratch.atLeast(forwardOf, tokens);
    positions = Scratch.atLeast(positions, tokens);
    firstToken = Scratch.atLeast(firstToken, forwards.size() + 1);
    entryStart = Scratch.atLeast(entryStart, forwards.size() + 1);
    entryPage = Scratch.atLeast(entryPage, entries);
    entryVisible = Scratch.atLeast(entryVisible, entries);
    entryColumn = Scratch.atLeast(entryColumn, entries);
    attentionPairs = 0;
    int token = 0;
    int entry = 0;
    for (int f = 0; f < forwards.size(); f++) {
      Forward forward = forwards.get(f);
      firstToken[f] = token;
      entryStart[f] = entry;
      token = addTokens(f, forward, token, embeds);
      entry = addEntries(f, forward, entry);
      attentionPairs += (long) forward.tokens() * (entry - entryStart[f]) * kv.pageSize();
    }
    firstToken[forwards.size()] = token;
    entryStart[forwards.size()] = entry;
  }

  /**
   * Parts the tokens into groups whose attention goes through their pages together: neighbours of
   * one forward and of forwards that begin with the same page, since those share more pages.
   *
   * @param wanted groups, if there are as many tokens
   */
  void group(int wanted) {
    order = Scratch.atLeast(order, tokens);
    groupStart = Scratch.atLeast(groupStart, tokens + 1);
    byFirstPage = Scratch.atLeast(byFirstPage, forwards.size());
    for (int f = 0; f < forwards.size(); f++) {
      byFirstPage[f] = (long) entryPage[entryStart[f]] << 32 | f;
    }
    Arrays.sort(byFirstPage, 0, forwards.size());
    int most = Math.clamp(tokens / Math.max(wanted, 1), 1, GROUP_MAX);
    groups = 0;
    int count = 0;
    int slots = 0;
    for (int i = 0; i < forwards.size(); i++) {
      int f = (int) byFirstPage[i];
      boolean apart = i == 0 || byFirstPage[i - 1] >>> 32 != byFirstPage[i] >>> 32;
      slots = Math.max(slots, (entryStart[f + 1] - entryStart[f]) * kv.pageSize());
      for (int token = firstToken[f]; token < firstToken[f + 1]; token++) {
        int size = count - (groups == 0 ? 0 : groupStart[groups - 1]);
        if (apart || size == most || (long) (size + 1) * slots > GROUP_SLOTS) {
          groupStart[groups++] = count;
          slots = (entryStart[f + 1] - entryStart[f]) * kv.pageSize();
          apart = false;
        }
        order[count++] = token;
      }
    }
    groupStart[groups] = count;
  }

  int groups() {
    return groups;
  }

  /** Tokens of a group. */
  int groupSize(int group) {
    return groupStart[group + 1] - groupStart[group];
  }

  /** A group's i-th token. */
  int tokenOf(int group, int i) {
    return order[groupStart[group] + i];
  }

  private int addTokens(int f, Forward forward, int token, EmbedTable embeds) {
    int[] slots = forward.writeSlots();
    for (int i = 0; i < forward.tokens(); i++, token++) {
      int position = embeds.position(forward.inputs()[i]);
      forwardOf[token] = f;
      positions[token] = position;
      kv.setPosition(kv.pageOfNew(token), token % kv.pageSize(), position);
      if (slots.length != 0) {
        int page = slots[i] / kv.pageSize();
        kv.touch(page);
        kv.setPosition(page, slots[i] % kv.pageSize(), position);
      }
    }
    return token;
  }

  private int addEntries(int f, Forward forward, int entry) {
    int column = 0;
    int[] pages = forward.pages();
    for (int i = 0; i < pages.length; i++) {
      int visible = forward.visible()[i];
      if (visible != 0) {
        kv.touch(pages[i]);
        column = addEntry(entry++, pages[i], visible, column);
      }
    }
    int first = firstToken[f];
    int end = first + forward.tokens();
    int size = kv.pageSize();
    for (int from = first; from < end; from = from / size * size + size) {
      int to = Math.min(end, from / size * size + size);
      long bits = ((1L << (to - from)) - 1) << (from % size);
      column = addEntry(entry++, kv.pageOfNew(from), (int) bits, column);
    }
    return entry;
  }

  private int addEntry(int entry, int page, int visible, int column) {
    entryPage[entry] = page;
    entryVisible[entry] = visible;
    entryColumn[entry] = column;
    return column + Integer.bitCount(visible);
  }

  List<Forward> forwards() {
    return forwards;
  }

  int tokens() {
    return tokens;
  }

  int outputs() {
    return outputs;
  }

  /** Slots looked at by all tokens together. */
  long attentionPairs() {
    return attentionPairs;
  }

  int position(int token) {
    return positions[token];
  }

  Forward forward(int token) {
    return forwards.get(forwardOf[token]);
  }

  int firstToken(int forward) {
    return firstToken[forward];
  }

  /** The tokens of all forwards that name an adapter, ascending. */
  int[] rowsOfAdapter(int adapter) {
    int[] rows = new int[tokens];
    int count = 0;
    for (int f = 0; f < forwards.size(); f++) {
      OptionalInt named = forwards.get(f).adapter();
      if (named.isPresent() && named.getAsInt() == adapter) {
        for (int token = firstToken[f]; token < firstToken[f + 1]; token++) {
          rows[count++] = token;
        }
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /** A token's index within its forward. */
  int indexInForward(int token) {
    return token - firstToken[forwardOf[token]];
  }

  /**
   * Lists the pages of which the tokens of a group see anything, with the slots that they see, in
   * {@code scratch}.
   */
  void look(int group, Scratch scratch) {
    int seen = 0;
    for (int i = 0; i < groupSize(group); i++) {
      scratch.firstPage[i] = seen;
      seen = look(tokenOf(group, i), scratch, seen);
    }
    scratch.firstPage[groupSize(group)] = seen;
  }

  private int look(int token, Scratch scratch, int at) {
    int f = forwardOf[token];
    int first = entryStart[f];
    int count = entryStart[f + 1] - first;
    scratch.pages = Scratch.longer(scratch.pages, at, count);
    scratch.masks = Scratch.longer(scratch.masks, at, count);
    Optional<AttentionMask> mask = forwards.get(f).mask();
    int position = positions[token];
    int from = Math.max(0, position - window + 1);
    int seen = at;
    for (int e = first; e < first + count; e++) {
      int slots =
          mask.isPresent()
              ? explicit(mask.get(), token - firstToken[f], entryColumn[e], entryVisible[e])
              : kv.within(entryPage[e], entryVisible[e], from, position);
      if (slots != 0) {
        scratch.pages[seen] = entryPage[e];
        scratch.masks[seen] = slots;
        seen++;
      }
    }
    return seen;
  }

  /** Spreads a row's bits from {@code column} on over the visible slots. */
  private static int explicit(AttentionMask mask, int row, int column, int visible) {
    long[] words = mask.words();
    int word = row * AttentionMask.wordsPerRow(mask.columns()) + (column >>> 6);
    long bits = words[word] >>> column;
    if ((column & 63) > 32 && word + 1 < words.length) {
      bits |= words[word + 1] << -column;
    }
    return Integer.expand((int) bits, visible);
  }
}
