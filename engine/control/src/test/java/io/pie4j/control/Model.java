package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one queue of a program should do, command by command, in plain form: no passes, no physical
 * pages. {@link CheckedDriver} computes the same function.
 */
final class Model {

  static final class Page {
    final long[] keys;
    final int[] positions;
    int written;
    int hidden;

    Page(int size) {
      keys = new long[size];
      positions = new int[size];
    }

    Page copy() {
      Page page = new Page(keys.length);
      System.arraycopy(keys, 0, page.keys, 0, keys.length);
      System.arraycopy(positions, 0, page.positions, 0, keys.length);
      page.written = written;
      return page;
    }

    int free() {
      return keys.length - Integer.bitCount(written);
    }

    void put(int slot, long key, int position) {
      keys[slot] = key;
      positions[slot] = position;
      written |= 1 << slot;
      hidden &= ~(1 << slot);
    }
  }

  static final class Embed {
    boolean written;
    boolean output;
    long content;
    int position;

    void put(long content, int position, boolean output) {
      this.content = content;
      this.position = position;
      this.output = output;
      written = true;
    }
  }

  /** What a future should give. */
  record Expected(long content, @Nullable Code failure, int epoch) {}

  private final int maxTokens;
  private final int chunk;
  final Map<Integer, Page> pages = new TreeMap<>();
  final Map<Integer, Embed> embeds = new TreeMap<>();
  private int epoch;
  private @Nullable Code error;
  private int errorEpoch;

  Model(int maxTokens, int chunk) {
    this.maxTokens = maxTokens;
    this.chunk = chunk;
  }

  boolean failed() {
    return error != null && epoch <= errorEpoch;
  }

  void seen(Expected expected) {
    if (expected.failure() != null) {
      epoch = Math.max(epoch, expected.epoch() + 1);
    }
  }

  private void fail() {
    error = Code.INVALID_ARGUMENT;
    errorEpoch = epoch;
  }

  private Expected answer(long content) {
    return new Expected(content, failed() ? error : null, errorEpoch);
  }

  Expected synchronizeAnswer() {
    return answer(0);
  }

  Expected readout(int id) {
    Embed embed = embed(id);
    if (!failed() && !(embed.written && embed.output)) {
      fail();
    }
    return answer(embed.content);
  }

  void embed(int[] tokens, int[] positions, int[] ids) {
    if (failed()) {
      return;
    }
    for (int i = 0; i < ids.length; i++) {
      embed(ids[i]).put(CheckedDriver.mix(tokens[i], positions[i]), positions[i], false);
    }
  }

  void mask(int id, boolean[] hidden) {
    if (failed()) {
      return;
    }
    Page page = page(id);
    page.hidden = 0;
    for (int i = 0; i < hidden.length; i++) {
      page.hidden |= hidden[i] ? (1 << i) & page.written : 0;
    }
  }

  void truncate(int id, int tokens) {
    if (failed()) {
      return;
    }
    Page page = page(id);
    int kept = (int) ((1L << tokens) - 1);
    page.written &= kept;
    page.hidden &= kept;
  }

  void copy(int source, int target, int from, int to, int count) {
    if (failed()) {
      return;
    }
    Page a = page(source);
    Page b = page(target);
    for (int i = 0; i < count; i++) {
      if ((a.written & 1 << (from + i)) == 0) {
        fail();
        return;
      }
    }
    for (int i = 0; i < count; i++) {
      b.put(to + i, a.keys[from + i], a.positions[from + i]);
    }
  }

  /** Visible tokens of pages. */
  int context(int[] ids) {
    int sum = 0;
    for (int id : ids) {
      sum += Integer.bitCount(page(id).written & ~page(id).hidden);
    }
    return sum;
  }

  /**
   * @param adapter what the adapter adds to outputs
   */
  void forward(
      int[] inPages,
      int[] inputs,
      int[] outPages,
      int[] outputs,
      Optional<int[][]> rows,
      long adapter) {
    if (failed()) {
      return;
    }
    List<Long> keys = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (int id : inPages) {
      Page page = page(id);
      for (int i = 0; i < page.keys.length; i++) {
        if ((page.written & ~page.hidden & 1 << i) != 0) {
          keys.add(page.keys[i]);
          positions.add(page.positions[i]);
        }
      }
    }
    int context = keys.size();
    int room = 0;
    for (int id : outPages) {
      room += page(id).free();
    }
    boolean increasing = true;
    int last = -1;
    for (int id : inputs) {
      Embed embed = embed(id);
      if (!embed.written) {
        fail();
        return;
      }
      increasing &= embed.position > last;
      last = embed.position;
      keys.add(CheckedDriver.mix(embed.content, embed.position));
      positions.add(embed.position);
    }
    boolean chunked = increasing && rows.isEmpty() && outPages.length > 0 && inputs.length > chunk;
    if ((outPages.length > 0 && room < inputs.length)
        || (inputs.length > maxTokens && !chunked)
        || (rows.isPresent() && sum(rows.get()[0]) != keys.size())) {
      fail();
      return;
    }
    long[] results = new long[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      Embed embed = embed(inputs[i]);
      long sum = 0;
      for (int k = 0; k < keys.size(); k++) {
        boolean sees =
            rows.isEmpty() ? positions.get(k) <= embed.position : covers(rows.get()[i], k);
        sum += sees ? keys.get(k) : 0;
      }
      results[i] = CheckedDriver.mix(sum, embed.content) + adapter;
    }
    int next = 0;
    for (int id : outPages) {
      Page page = page(id);
      for (int i = 0; i < page.keys.length && next < inputs.length; i++) {
        if ((page.written & 1 << i) == 0) {
          page.put(i, keys.get(context + next), positions.get(context + next));
          next++;
        }
      }
    }
    int first = inputs.length - outputs.length;
    for (int i = 0; i < outputs.length; i++) {
      embed(outputs[i]).put(results[first + i], positions.get(context + first + i), true);
    }
  }

  private Page page(int id) {
    Page page = pages.get(id);
    if (page == null) {
      throw new AssertionError("no page " + id);
    }
    return page;
  }

  private Embed embed(int id) {
    Embed embed = embeds.get(id);
    if (embed == null) {
      throw new AssertionError("no embed " + id);
    }
    return embed;
  }

  static int sum(int[] runs) {
    int sum = 0;
    for (int run : runs) {
      sum += run;
    }
    return sum;
  }

  private static boolean covers(int[] runs, int column) {
    int end = 0;
    for (int i = 0; i < runs.length; i++) {
      end += runs[i];
      if (column < end) {
        return i % 2 == 1;
      }
    }
    return false;
  }
}
