package io.pie4j.control;

import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.Stage;
import io.pie4j.control.VirtualEmbed.Content;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.Forward;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** The forwards of a pass, long ones in chunks. */
final class ForwardStage {
  private final PageTable pages;
  private final EmbedTable embeds;
  private final CopyStage copies;
  private final PassWrites writes;
  private final int maxTokens;
  private final int chunkTokens;

  /** Of a pass's tokens, what long prefills may take before everybody else was asked. */
  private final int prefillTokens;

  private final List<Forward> forwards = new ArrayList<>();
  private int tokens;
  private int prefilled;

  ForwardStage(
      DriverInfo info,
      int prefillChunkTokens,
      PageTable pages,
      EmbedTable embeds,
      CopyStage copies,
      PassWrites writes) {
    this.pages = pages;
    this.embeds = embeds;
    this.copies = copies;
    this.writes = writes;
    maxTokens = info.maxTokensPerPass();
    prefillTokens = Math.max(1, maxTokens / 2);
    chunkTokens = Math.min(prefillChunkTokens, prefillTokens);
  }

  List<Forward> commands() {
    return forwards;
  }

  int tokens() {
    return tokens;
  }

  void clear() {
    forwards.clear();
    tokens = 0;
    prefilled = 0;
  }

  /**
   * Admits a forward, or its next chunk. The cut depends on the command alone and not on what else
   * is in the pass, so that a program's results do not depend on its neighbours.
   *
   * @param rationed whether long prefills must leave room for others
   */
  boolean admit(QueueState queue, ForwardTokens c, boolean rationed) {
    if (!usable(c)) {
      return false;
    }
    int total = c.inputs().length;
    int from = queue.tokensDone;
    if (from == 0) {
      judge(queue, c);
    }
    int count = queue.chunked ? Math.min(chunkTokens, total - from) : total;
    if (tokens + count > maxTokens
        || (queue.chunked && rationed && prefilled + count > prefillTokens)) {
      return false;
    }
    if (!mayTouch(c, from, count)) {
      return false;
    }
    int[] take = writeSlots(c, count);
    int unshared = 0;
    for (int i = 0; i < take.length; i++) {
      VirtualPage page = c.outputPages()[i];
      if (take[i] == 0) {
        continue;
      }
      // Checked for a shared page too: unsharing another of this command's pages may make it the
      // last.
      if (!pages.forwardMayWrite(page.physical(), take[i])
          || (pages.isShared(page)
              && !copies.mayUnshare(queue.space, c.call(), page, 0, ++unshared))) {
        return false;
      }
    }
    int contexts = c.inputPages().length + (from > 0 ? c.outputPages().length : 0);
    VirtualPage[] context = new VirtualPage[contexts];
    int[] visible = new int[contexts];
    int used = context(queue, c, context, visible);
    for (int i = 0; i < used; i++) {
      if (!pages.forwardMayRead(context[i].physical(), visible[i])) {
        return false;
      }
    }
    if (c.mask().isPresent()) {
      requireColumns(c, visible, used);
    }
    commit(queue, c, count, take, Arrays.copyOf(context, used), Arrays.copyOf(visible, used));
    return true;
  }

  private void commit(
      QueueState queue,
      ForwardTokens c,
      int count,
      int[] take,
      VirtualPage[] context,
      int[] visible) {
    int from = queue.tokensDone;
    for (int i = 0; i < take.length; i++) {
      if (take[i] != 0 && pages.isShared(c.outputPages()[i])) {
        copies.unshare(c.outputPages()[i], 0);
      }
    }
    int[] read = new int[context.length];
    for (int i = 0; i < read.length; i++) {
      read[i] = context[i].physical();
      pages.forwardReads(read[i], visible[i]);
    }
    int[] slots = write(c, count, take);
    int[] inputs = PassBuilder.physical(c.inputs(), from, from + count);
    for (int input : inputs) {
      embeds.reads(input, Stage.FORWARD);
    }
    int[] outputs = output(c, from, count);
    OptionalInt adapter = c.adapter().isPresent() ? c.adapter().get().place() : OptionalInt.empty();
    forwards.add(new Forward(read, visible, inputs, slots, outputs, c.mask(), adapter));
    tokens += count;
    if (queue.chunked) {
      prefilled += count;
      for (int i = 0; i < take.length; i++) {
        queue.chunkSlots[i] |= take[i];
      }
    }
    queue.tokensDone = from + count;
  }

  private int[] write(ForwardTokens c, int count, int[] take) {
    int[] slots = new int[take.length == 0 ? 0 : count];
    int filled = 0;
    for (int i = 0; i < take.length; i++) {
      VirtualPage page = c.outputPages()[i];
      for (int bits = take[i]; bits != 0; bits &= bits - 1) {
        slots[filled++] = page.physical() * pages.pageSize() + Integer.numberOfTrailingZeros(bits);
      }
      if (take[i] != 0) {
        pages.forwardWrites(page.physical(), take[i]);
        writes.tokens(page, take[i]);
      }
    }
    return slots;
  }

  /** Outputs may be inputs in another order, so all positions are read before one is written. */
  private int[] output(ForwardTokens c, int from, int count) {
    int first = c.inputs().length - c.outputs().length;
    int to = Math.max(0, from + count - first);
    int start = Math.max(0, from - first);
    int[] positions = new int[to - start];
    for (int i = start; i < to; i++) {
      positions[i - start] = c.inputs()[first + i].position;
    }
    for (int i = start; i < to; i++) {
      embeds.writes(c.outputs()[i].physical, Stage.FORWARD);
      writes.embed(c.outputs()[i], Content.OUTPUT, positions[i - start]);
    }
    return PassBuilder.physical(c.outputs(), start, to);
  }

  private boolean usable(ForwardTokens c) {
    for (int i = 0; i < c.inputPages().length; i++) {
      if (!Binding.usable(c.call(), "input-pages", i, c.inputPages()[i])) {
        return false;
      }
    }
    for (int i = 0; i < c.outputPages().length; i++) {
      if (!Binding.usable(c.call(), "output-pages", i, c.outputPages()[i])) {
        return false;
      }
    }
    for (int i = 0; i < c.inputs().length; i++) {
      if (!Binding.usable(c.call(), "input-embeds", i, c.inputs()[i])) {
        return false;
      }
    }
    for (int i = 0; i < c.outputs().length; i++) {
      if (!Binding.usable(c.call(), "output-embeds", i, c.outputs()[i])) {
        return false;
      }
    }
    return true;
  }

  /** Decides before the first token runs whether the whole command can, and whether in chunks. */
  private void judge(QueueState queue, ForwardTokens c) {
    int total = c.inputs().length;
    for (int i = 0; i < total; i++) {
      requireInput(c, i);
    }
    int room = 0;
    for (VirtualPage page : c.outputPages()) {
      room += Integer.bitCount(pages.freeSlots(page));
    }
    if (c.outputPages().length > 0 && room < total) {
      throw ControlException.invalid(
          c.call() + ": output-pages have " + room + " free slots for " + total + " new tokens");
    }
    queue.chunked = total > chunkTokens && chunkable(c);
    if (queue.chunked) {
      queue.chunkSlots = new int[c.outputPages().length];
    } else if (total > maxTokens) {
      throw ControlException.invalid(
          c.call()
              + ": "
              + total
              + " new tokens whose positions do not increase must fit one pass, the limit is "
              + maxTokens);
    }
  }

  private static void requireInput(ForwardTokens c, int i) {
    VirtualEmbed input = c.inputs()[i];
    if (input.content == Content.EMPTY) {
      throw ControlException.invalid(
          c.call()
              + ": input-embeds["
              + i
              + "]: embed "
              + input.id
              + " is empty; embed-txt or a forward must write it first");
    }
  }

  /**
   * Chunks give what the whole would give if no token can see one of a later chunk (positions
   * increase strictly), later chunks find the earlier ones' keys (there are output pages, and room
   * in the page list), and no chunk's output replaces a later chunk's input.
   */
  private boolean chunkable(ForwardTokens c) {
    if (c.mask().isPresent()
        || c.outputPages().length == 0
        || c.inputPages().length + c.outputPages().length > pages.total()) {
      return false;
    }
    VirtualEmbed[] inputs = c.inputs();
    for (int i = 1; i < inputs.length; i++) {
      if (inputs[i].position <= inputs[i - 1].position) {
        return false;
      }
    }
    for (int i = 0; i < inputs.length; i++) {
      inputs[i].mark = i + 1;
    }
    int firstOutput = inputs.length - c.outputs().length;
    boolean safe = true;
    for (int i = 0; i < c.outputs().length; i++) {
      safe &= c.outputs()[i].mark <= firstOutput + i + 1;
    }
    for (VirtualEmbed input : inputs) {
      input.mark = 0;
    }
    return safe;
  }

  private boolean mayTouch(ForwardTokens c, int from, int count) {
    for (int i = from; i < from + count; i++) {
      requireInput(c, i);
      if (!embeds.mayRead(c.inputs()[i].physical, Stage.FORWARD)) {
        return false;
      }
    }
    int first = c.inputs().length - c.outputs().length;
    for (int i = Math.max(from, first); i < from + count; i++) {
      if (!embeds.mayWrite(c.outputs()[i - first].physical, Stage.FORWARD)) {
        return false;
      }
    }
    return true;
  }

  /** The free slots that the next tokens go to, for each output page. */
  private int[] writeSlots(ForwardTokens c, int count) {
    int[] take = new int[c.outputPages().length];
    int left = count;
    for (int i = 0; i < take.length && left > 0; i++) {
      take[i] = PageTable.lowest(pages.freeSlots(c.outputPages()[i]), left);
      left -= Integer.bitCount(take[i]);
    }
    if (take.length > 0 && left > 0) {
      throw ControlException.invalid(
          c.call() + ": output-pages have no free slots for " + left + " of the new tokens");
    }
    return take;
  }

  /**
   * Input pages with visible slots, then the slots that earlier chunks wrote: those count once, as
   * if the chunks were one command, wherever their pages occur among the input pages.
   *
   * @return how many entries were filled
   */
  private static int context(
      QueueState queue, ForwardTokens c, VirtualPage[] context, int[] visible) {
    int used = 0;
    for (VirtualPage page : c.inputPages()) {
      int bits = page.visible();
      if (queue.tokensDone > 0) {
        for (int i = 0; i < c.outputPages().length; i++) {
          bits &= c.outputPages()[i] == page ? ~queue.chunkSlots[i] : -1;
        }
      }
      if (bits != 0) {
        context[used] = page;
        visible[used++] = bits;
      }
    }
    if (queue.tokensDone > 0) {
      for (int i = 0; i < c.outputPages().length; i++) {
        int bits = c.outputPages()[i].visible() & queue.chunkSlots[i];
        if (bits != 0) {
          context[used] = c.outputPages()[i];
          visible[used++] = bits;
        }
      }
    }
    return used;
  }

  private static void requireColumns(ForwardTokens c, int[] visible, int used) {
    int columns = c.inputs().length;
    for (int i = 0; i < used; i++) {
      columns += Integer.bitCount(visible[i]);
    }
    int given = c.mask().orElseThrow().columns();
    if (given != columns) {
      throw ControlException.invalid(
          c.call()
              + ": mask covers "
              + given
              + " columns, there are "
              + columns
              + " (visible tokens of input-pages, then new tokens)");
    }
  }
}
