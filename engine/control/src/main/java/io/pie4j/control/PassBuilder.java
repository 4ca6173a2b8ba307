package io.pie4j.control;

import io.pie4j.control.Command.CopyPage;
import io.pie4j.control.Command.EmbedTokens;
import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.Stage;
import io.pie4j.control.ControlException.Code;
import io.pie4j.control.VirtualEmbed.Content;
import io.pie4j.inference.CopySlots;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import io.pie4j.inference.Readout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pass that is being formed: admits commands one by one, turning virtual ids into physical
 * ones.
 *
 * <p>Every admit method first checks and then changes: it returns false, or throws, with nothing
 * changed. False means that the command has to wait for a later pass (a conflict, no room, memory
 * not bound yet); an exception that the command is wrong as things stand before it.
 */
final class PassBuilder {
  private final PageTable pages;
  private final EmbedTable embeds;
  private final int maxTokens;
  private final int maxReadouts;
  private final int chunkTokens;

  /** Of a pass's tokens, what long prefills may take before everybody else was asked. */
  private final int prefillTokens;

  private final List<CopySlots> copies = new ArrayList<>();
  private final List<EmbedText> embedTexts = new ArrayList<>();
  private final List<Forward> forwards = new ArrayList<>();
  private final List<Readout> readouts = new ArrayList<>();
  private int tokens;
  private int prefilled;

  private final List<VirtualEmbed> embedsWritten = new ArrayList<>();
  private final List<SlotsWritten> slotsWritten = new ArrayList<>();

  private record SlotsWritten(VirtualPage page, int slots) {}

  PassBuilder(DriverInfo info, int prefillChunkTokens, PageTable pages, EmbedTable embeds) {
    this.pages = pages;
    this.embeds = embeds;
    maxTokens = info.maxTokensPerPass();
    maxReadouts = info.maxReadoutsPerPass();
    prefillTokens = Math.max(1, maxTokens / 2);
    chunkTokens = Math.min(prefillChunkTokens, prefillTokens);
  }

  int tokens() {
    return tokens;
  }

  boolean isEmpty() {
    return copies.isEmpty() && embedTexts.isEmpty() && forwards.isEmpty() && readouts.isEmpty();
  }

  /** Whether there is an answer of the right kind for every readout. */
  boolean answeredBy(PassResult result) {
    boolean fits = result.readouts().size() == readouts.size();
    for (int i = 0; fits && i < readouts.size(); i++) {
      fits =
          switch (readouts.get(i)) {
            case Readout.TopK _ -> result.readouts().get(i) instanceof Readout.Result.Distribution;
            case Readout.Draw _ -> result.readouts().get(i) instanceof Readout.Result.Token;
          };
    }
    return fits;
  }

  Pass build() {
    return new Pass(copies, embedTexts, forwards, readouts);
  }

  /** Forgets the pass; what it wrote stays written. */
  void clear() {
    copies.clear();
    embedTexts.clear();
    forwards.clear();
    readouts.clear();
    embedsWritten.clear();
    slotsWritten.clear();
    tokens = 0;
    prefilled = 0;
  }

  /** The pass has failed: nothing that it should have written counts as written. */
  void undo() {
    for (VirtualEmbed embed : embedsWritten) {
      embed.content = Content.EMPTY;
    }
    for (SlotsWritten w : slotsWritten) {
      w.page.written &= ~w.slots;
    }
  }

  boolean copy(CopyPage c) {
    if (!usable(c.call(), "source", c.source()) || !usable(c.call(), "target", c.target())) {
      return false;
    }
    int read = PageTable.slots(c.sourceOffset(), c.count());
    int write = PageTable.slots(c.targetOffset(), c.count());
    int empty = read & ~c.source().written;
    if (empty != 0) {
      throw ControlException.invalid(
          c.call()
              + ": source: page "
              + c.source().id
              + " holds no token in slot "
              + Integer.numberOfTrailingZeros(empty));
    }
    int from = c.source().physical;
    boolean shared = pages.isShared(c.target());
    if (!pages.copyMayRead(from, read)
        || (!shared && !pages.copyMayWrite(c.target().physical, write))
        || (shared && !mayUnshare(c.call(), c.target(), write, 1))) {
      return false;
    }
    if (shared) {
      unshare(c.target(), write);
    }
    int to = c.target().physical;
    copies.add(new CopySlots(slotNumbers(from, read), slotNumbers(to, write)));
    pages.copyReads(from, read);
    pages.copyWrites(to, write);
    wrote(c.target(), write);
    return true;
  }

  boolean embed(EmbedTokens c) {
    for (int i = 0; i < c.embeds().length; i++) {
      VirtualEmbed embed = c.embeds()[i];
      if (!usable(c.call(), "embeds", i, embed) || !embeds.mayWrite(embed.physical, Stage.EMBED)) {
        return false;
      }
    }
    for (int i = 0; i < c.embeds().length; i++) {
      VirtualEmbed embed = c.embeds()[i];
      embeds.writes(embed.physical, Stage.EMBED);
      embed.content = Content.INPUT;
      embed.position = c.positions()[i];
      embedsWritten.add(embed);
    }
    embedTexts.add(
        new EmbedText(c.tokens(), c.positions(), physical(c.embeds(), 0, c.embeds().length)));
    return true;
  }

  boolean readout(String call, VirtualEmbed embed) {
    if (!usable(call, "embed", embed)) {
      return false;
    }
    if (embed.content != Content.OUTPUT) {
      throw ControlException.invalid(
          call + ": embed " + embed.id + " holds no output; a forward must write it first");
    }
    return readouts.size() < maxReadouts && embeds.mayRead(embed.physical, Stage.READOUT);
  }

  /** Adds what {@link #readout(String, VirtualEmbed)} allowed; gives its index in the pass. */
  int add(VirtualEmbed embed, Readout readout) {
    embeds.reads(embed.physical, Stage.READOUT);
    readouts.add(readout);
    return readouts.size() - 1;
  }

  /**
   * Admits a forward, or its next chunk. The cut depends on the command alone and not on what else
   * is in the pass, so that a program's results do not depend on its neighbours.
   *
   * @param rationed whether long prefills must leave room for others
   */
  boolean forward(QueueState queue, ForwardTokens c, boolean rationed) {
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
    int firstOutput = total - c.outputs().length;
    int outputFrom = Math.max(0, from - firstOutput);
    int outputTo = Math.max(0, from + count - firstOutput);
    if (!mayTouch(c, from, count, outputFrom, outputTo)) {
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
      if (!pages.forwardMayWrite(page.physical, take[i])
          || (pages.isShared(page) && !mayUnshare(c.call(), page, 0, ++unshared))) {
        return false;
      }
    }
    int contexts = c.inputPages().length + (from > 0 ? c.outputPages().length : 0);
    VirtualPage[] context = new VirtualPage[contexts];
    int[] visible = new int[contexts];
    int used = context(queue, c, context, visible);
    for (int i = 0; i < used; i++) {
      if (!pages.forwardMayRead(context[i].physical, visible[i])) {
        return false;
      }
    }
    if (c.mask().isPresent()) {
      requireColumns(c, visible, used);
    }

    for (int i = 0; i < take.length; i++) {
      if (take[i] != 0 && pages.isShared(c.outputPages()[i])) {
        unshare(c.outputPages()[i], 0);
      }
    }
    int[] read = new int[used];
    for (int i = 0; i < used; i++) {
      read[i] = context[i].physical;
      pages.forwardReads(read[i], visible[i]);
    }
    int[] slots = new int[take.length == 0 ? 0 : count];
    int filled = 0;
    for (int i = 0; i < take.length; i++) {
      VirtualPage page = c.outputPages()[i];
      for (int bits = take[i]; bits != 0; bits &= bits - 1) {
        slots[filled++] = page.physical * pages.pageSize() + Integer.numberOfTrailingZeros(bits);
      }
      if (take[i] != 0) {
        pages.forwardWrites(page.physical, take[i]);
        wrote(page, take[i]);
      }
    }
    int[] inputs = physical(c.inputs(), from, from + count);
    for (int input : inputs) {
      embeds.reads(input, Stage.FORWARD);
    }
    int[] outputs = physical(c.outputs(), outputFrom, outputTo);
    int[] positions = new int[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      positions[i] = c.inputs()[firstOutput + outputFrom + i].position;
    }
    for (int i = 0; i < outputs.length; i++) {
      VirtualEmbed output = c.outputs()[outputFrom + i];
      embeds.writes(output.physical, Stage.FORWARD);
      output.content = Content.OUTPUT;
      output.position = positions[i];
      embedsWritten.add(output);
    }
    forwards.add(new Forward(read, Arrays.copyOf(visible, used), inputs, slots, outputs, c.mask()));
    tokens += count;
    if (queue.chunked) {
      prefilled += count;
      for (int i = 0; i < take.length; i++) {
        queue.chunkSlots[i] |= take[i];
      }
    }
    queue.tokensDone = from + count;
    return true;
  }

  private boolean usable(ForwardTokens c) {
    for (int i = 0; i < c.inputPages().length; i++) {
      if (!usable(c.call(), "input-pages", i, c.inputPages()[i])) {
        return false;
      }
    }
    for (int i = 0; i < c.outputPages().length; i++) {
      if (!usable(c.call(), "output-pages", i, c.outputPages()[i])) {
        return false;
      }
    }
    for (int i = 0; i < c.inputs().length; i++) {
      if (!usable(c.call(), "input-embeds", i, c.inputs()[i])) {
        return false;
      }
    }
    for (int i = 0; i < c.outputs().length; i++) {
      if (!usable(c.call(), "output-embeds", i, c.outputs()[i])) {
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

  private boolean mayTouch(ForwardTokens c, int from, int count, int outputFrom, int outputTo) {
    for (int i = from; i < from + count; i++) {
      requireInput(c, i);
      if (!embeds.mayRead(c.inputs()[i].physical, Stage.FORWARD)) {
        return false;
      }
    }
    for (int i = outputFrom; i < outputTo; i++) {
      if (!embeds.mayWrite(c.outputs()[i].physical, Stage.FORWARD)) {
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

  /**
   * @param nth how many pages the command needs so far, this one included
   */
  private boolean mayUnshare(String call, VirtualPage page, int replaced, int nth) {
    if (nth > pages.free()) {
      if (pages.released() > 0) {
        return false;
      }
      throw new ControlException(
          Code.OUT_OF_MEMORY,
          call
              + ": page "
              + page.id
              + " is shared and must be copied to be written, "
              + pages.free()
              + " pages are free");
    }
    return pages.copyMayRead(page.physical, page.written & ~replaced);
  }

  /** Copy on write: a page of its own, and the tokens copied in the copy stage of this pass. */
  private void unshare(VirtualPage page, int replaced) {
    int kept = page.written & ~replaced;
    int from = page.physical;
    pages.copyReads(from, kept);
    pages.unshare(page);
    if (kept != 0) {
      copies.add(new CopySlots(slotNumbers(from, kept), slotNumbers(page.physical, kept)));
      pages.copyWrites(page.physical, kept);
      slotsWritten.add(new SlotsWritten(page, kept));
    }
  }

  private void wrote(VirtualPage page, int slots) {
    page.written |= slots;
    page.hidden &= ~slots;
    slotsWritten.add(new SlotsWritten(page, slots));
  }

  private int[] slotNumbers(int physical, int slots) {
    int[] numbers = new int[Integer.bitCount(slots)];
    int n = 0;
    for (int bits = slots; bits != 0; bits &= bits - 1) {
      numbers[n++] = physical * pages.pageSize() + Integer.numberOfTrailingZeros(bits);
    }
    return numbers;
  }

  private static int[] physical(VirtualEmbed[] embeds, int from, int to) {
    int[] physical = new int[to - from];
    for (int i = from; i < to; i++) {
      physical[i - from] = embeds[i].physical;
    }
    return physical;
  }

  private static boolean usable(String call, String argument, int index, VirtualPage page) {
    return page.binding == Binding.BOUND || usable(call, argument + "[" + index + "]", page);
  }

  private static boolean usable(String call, String argument, int index, VirtualEmbed embed) {
    return embed.binding == Binding.BOUND || usable(call, argument + "[" + index + "]", embed);
  }

  static boolean usable(String call, String argument, VirtualPage page) {
    return usable(page.binding, call, argument, "page " + page.id);
  }

  private static boolean usable(String call, String argument, VirtualEmbed embed) {
    return usable(embed.binding, call, argument, "embed " + embed.id);
  }

  /** False if the allocation has not run yet; it was called earlier, so it will. */
  private static boolean usable(Binding binding, String call, String argument, String what) {
    return switch (binding) {
      case BOUND -> true;
      case PENDING -> false;
      case FAILED ->
          throw new ControlException(
              Code.OUT_OF_MEMORY,
              call + ": " + argument + ": " + what + " got no memory when it was allocated");
      case FREED ->
          throw new ControlException(
              Code.NOT_FOUND, call + ": " + argument + ": " + what + " was freed on another queue");
    };
  }
}
