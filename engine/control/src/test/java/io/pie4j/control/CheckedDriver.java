package io.pie4j.control;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AttentionMask;
import io.pie4j.inference.CopySlots;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverException;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.PageImage;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import io.pie4j.inference.Readout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * A driver that holds the scheduler to the contract: an {@link AssertionError} when two commands of
 * a pass conflict or something unwritten is read. Its arithmetic is a hash over what a token may
 * see, the same however a context is cut into pages and passes, so a wrong slot anywhere changes
 * what is read out. A pass is over when the test says so.
 */
final class CheckedDriver implements Driver {
  private static final int WRITTEN = 0x57;
  private static final int EMPTY = 0x45;

  private final DriverInfo info;
  private final long[] keys;
  private final int[] keyPositions;
  private final boolean[] keyWritten;
  private final long[] embeds;
  private final int[] embedPositions;
  private final boolean[] embedWritten;

  // Who touched what in the pass being checked: the command's number, by stage.
  private final int[][] slotReader;
  private final int[][] slotWriter;
  private final int[][] embedReader;
  private final int[][] embedWriter;
  private int commands;

  private final BitSet adapters = new BitSet();
  private final float[] scales;
  private volatile Optional<Pass> underWay = Optional.empty();
  private CompletableFuture<PassResult> answer = new CompletableFuture<>();
  private DispatchForm form = DispatchForm.PASSES;
  private int most = Integer.MAX_VALUE;
  int passes;
  int largestPass;
  int copies;
  int saves;
  int loads;

  /** The pass that was started last. */
  Optional<Pass> last = Optional.empty();

  CheckedDriver(DriverInfo info) {
    this.info = info;
    int slots = info.pageCount() * info.pageSize();
    keys = new long[slots];
    keyPositions = new int[slots];
    keyWritten = new boolean[slots];
    embeds = new long[info.embedCount()];
    embedPositions = new int[info.embedCount()];
    embedWritten = new boolean[info.embedCount()];
    scales = new float[info.adaptersMax()];
    slotReader = new int[4][slots];
    slotWriter = new int[4][slots];
    embedReader = new int[4][info.embedCount()];
    embedWriter = new int[4][info.embedCount()];
  }

  static long mix(long a, long b) {
    long h = (a ^ Long.rotateLeft(b, 29)) * 0x9E3779B97F4A7C15L;
    h = (h ^ h >>> 32) * 0xBF58476D1CE4E5B9L;
    return h ^ h >>> 29;
  }

  /** What a readout of this content gives: 60 bits of it as three tokens. */
  static int[] tokens(long content, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (int) (content >>> (20 * (i % 3))) & 0xFFFFF;
    }
    return ids;
  }

  /** The same as floats, which hold 20 bits exactly. */
  static float[] probabilities(long content) {
    int[] tokens = tokens(content, 3);
    return new float[] {tokens[0], tokens[1], tokens[2]};
  }

  static float[] scores(long content, int... tokens) {
    float[] scores = new float[tokens.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = mix(content, tokens[i]) & 0xFFFFF;
    }
    return scores;
  }

  @Override
  public DriverInfo info() {
    return info;
  }

  boolean busy() {
    return underWay.isPresent();
  }

  @Override
  public CompletableFuture<PassResult> execute(Pass pass) {
    check(!busy(), "a pass is under way");
    check(!pass.isEmpty(), "an empty pass");
    check(pass.tokens() <= info.maxTokensPerPass(), "too many tokens");
    check(pass.readouts().size() <= info.maxReadoutsPerPass(), "too many readouts");
    checkForm(pass);
    underWay = Optional.of(pass);
    last = underWay;
    answer = new CompletableFuture<>();
    passes++;
    largestPass = Math.max(largestPass, pass.forwards().size());
    copies += pass.copies().size();
    return answer;
  }

  /** Passes shall be of this form, and of no more than so many commands if of one type. */
  void limit(DispatchForm newForm, int newMost) {
    form = newForm;
    most = newMost;
  }

  /** Copies may ride with forwards: they may be copies on write. */
  private void checkForm(Pass pass) {
    if (form == DispatchForm.ONE_TYPE) {
      int types = 0;
      for (int count :
          List.of(pass.embeds().size(), pass.forwards().size(), pass.readouts().size())) {
        types += count > 0 ? 1 : 0;
        check(count <= most, "more commands than the policy allows");
      }
      check(types <= 1, "commands of several types");
    }
  }

  /** Ends the pass under way by running it. */
  void finish() {
    Pass pass = underWay.orElseThrow();
    underWay = Optional.empty();
    answer.complete(new PassResult(run(pass), 1_000));
  }

  /** Ends the pass under way by a failure that leaves its targets unwritten. */
  void fail(String why) {
    Pass pass = underWay.orElseThrow();
    underWay = Optional.empty();
    List<Integer> slots = new ArrayList<>();
    pass.copies().forEach(c -> Arrays.stream(c.targetSlots()).forEach(slots::add));
    pass.forwards().forEach(f -> Arrays.stream(f.writeSlots()).forEach(slots::add));
    slots.forEach(slot -> keyWritten[slot] = false);
    // Undefined is what may have been written: the copies outside, and the pages inside.
    pass.saves().forEach(image -> image.memory().fill((byte) 7));
    for (PageImage image : pass.loads()) {
      for (int i = 0; i < info.pageSize(); i++) {
        keyWritten[image.page() * info.pageSize() + i] = false;
      }
    }
    pass.embeds().forEach(e -> Arrays.stream(e.embeds()).forEach(i -> embedWritten[i] = false));
    pass.forwards().forEach(f -> Arrays.stream(f.outputs()).forEach(i -> embedWritten[i] = false));
    answer.completeExceptionally(new DriverException(why));
  }

  private List<Readout.Result> run(Pass pass) {
    checkConflicts(pass);
    pass.saves().forEach(this::save);
    pass.loads().forEach(this::load);
    for (CopySlots c : pass.copies()) {
      for (int i = 0; i < c.sourceSlots().length; i++) {
        // In any order: that no copy reads what another writes has been checked.
        int from = c.sourceSlots()[i];
        check(keyWritten[from], "copy of an unwritten slot");
        keys[c.targetSlots()[i]] = keys[from];
        keyPositions[c.targetSlots()[i]] = keyPositions[from];
        keyWritten[c.targetSlots()[i]] = true;
      }
    }
    for (EmbedText c : pass.embeds()) {
      for (int i = 0; i < c.tokens().length; i++) {
        write(c.embeds()[i], mix(c.tokens()[i], c.positions()[i]), c.positions()[i]);
      }
    }
    pass.forwards().forEach(this::run);
    List<Readout.Result> results = new ArrayList<>();
    for (Readout readout : pass.readouts()) {
      check(embedWritten[readout.embed()], "readout of an unwritten embed");
      long content = embeds[readout.embed()];
      results.add(
          switch (readout) {
            case Readout.TopK r ->
                new Readout.Result.Distribution(tokens(content, r.topK()), new float[r.topK()]);
            case Readout.Draw _ -> new Readout.Result.Token(tokens(content, 1)[0], 0);
            case Readout.Full _ -> new Readout.Result.Probabilities(probabilities(content));
            case Readout.Score r ->
                new Readout.Result.Scores(scores(content, r.tokens()), scores(content, -1)[0]);
          });
    }
    return results;
  }

  /** A page's slots, each key, position and whether it is written, and who wrote them here. */
  private void save(PageImage image) {
    saves++;
    for (int i = 0; i < info.pageSize(); i++) {
      int slot = image.page() * info.pageSize() + i;
      image.memory().set(ValueLayout.JAVA_LONG_UNALIGNED, 16L * i, keys[slot]);
      image.memory().set(ValueLayout.JAVA_INT_UNALIGNED, 16L * i + 8, keyPositions[slot]);
      int state = keyWritten[slot] ? WRITTEN : EMPTY;
      image.memory().set(ValueLayout.JAVA_INT_UNALIGNED, 16L * i + 12, state);
    }
  }

  private void load(PageImage image) {
    loads++;
    for (int i = 0; i < info.pageSize(); i++) {
      int slot = image.page() * info.pageSize() + i;
      keys[slot] = image.memory().get(ValueLayout.JAVA_LONG_UNALIGNED, 16L * i);
      keyPositions[slot] = image.memory().get(ValueLayout.JAVA_INT_UNALIGNED, 16L * i + 8);
      int state = image.memory().get(ValueLayout.JAVA_INT_UNALIGNED, 16L * i + 12);
      check(state == WRITTEN || state == EMPTY, "a page is loaded that was never saved");
      keyWritten[slot] = state == WRITTEN;
      // Whoever gets the slot next must not find it.
      image.memory().set(ValueLayout.JAVA_INT_UNALIGNED, 16L * i + 12, 0);
    }
  }

  private void run(Forward c) {
    long adapter = c.adapter().isPresent() ? adapter(c.adapter().getAsInt()) : 0;
    List<Integer> context = new ArrayList<>();
    for (int p = 0; p < c.pages().length; p++) {
      for (int i = 0; i < info.pageSize(); i++) {
        if ((c.visible()[p] >>> i & 1) != 0) {
          int slot = c.pages()[p] * info.pageSize() + i;
          check(keyWritten[slot], "forward reads an unwritten slot");
          context.add(slot);
        }
      }
    }
    int n = c.tokens();
    long[] contents = new long[n];
    long[] newKeys = new long[n];
    int[] positions = new int[n];
    for (int i = 0; i < n; i++) {
      check(embedWritten[c.inputs()[i]], "forward reads an unwritten embed");
      contents[i] = embeds[c.inputs()[i]];
      positions[i] = embedPositions[c.inputs()[i]];
      newKeys[i] = mix(contents[i], positions[i]);
    }
    long[] outputs = new long[n];
    for (int i = 0; i < n; i++) {
      long sum = 0;
      for (int k = 0; k < context.size(); k++) {
        int slot = context.get(k);
        sum += sees(c.mask(), i, k, keyPositions[slot] <= positions[i]) ? keys[slot] : 0;
      }
      for (int j = 0; j < n; j++) {
        boolean sees = sees(c.mask(), i, context.size() + j, positions[j] <= positions[i]);
        sum += sees ? newKeys[j] : 0;
      }
      outputs[i] = mix(sum, contents[i]) + adapter;
    }
    for (int i = 0; i < c.writeSlots().length; i++) {
      keys[c.writeSlots()[i]] = newKeys[i];
      keyPositions[c.writeSlots()[i]] = positions[i];
      keyWritten[c.writeSlots()[i]] = true;
    }
    int first = n - c.outputs().length;
    for (int i = first; i < n; i++) {
      write(c.outputs()[i - first], outputs[i], positions[i]);
    }
  }

  static boolean sees(Optional<AttentionMask> mask, int row, int column, boolean byPosition) {
    return mask.isPresent() ? mask.get().visible(row, column) : byPosition;
  }

  private void write(int embed, long content, int position) {
    embeds[embed] = content;
    embedPositions[embed] = position;
    embedWritten[embed] = true;
  }

  private void checkConflicts(Pass pass) {
    int first = commands + 1;
    for (CopySlots c : pass.copies()) {
      commands++;
      for (int slot : c.targetSlots()) {
        writes(slotReader[0], slotWriter[0], slot, first);
      }
      for (int slot : c.sourceSlots()) {
        check(slotWriter[0][slot] < first, "a copy reads what a copy writes");
        reads(slotReader[0], slotWriter[0], slot, first);
      }
    }
    for (EmbedText c : pass.embeds()) {
      commands++;
      for (int embed : c.embeds()) {
        writes(embedReader[1], embedWriter[1], embed, first);
      }
    }
    for (Forward c : pass.forwards()) {
      commands++;
      for (int p = 0; p < c.pages().length; p++) {
        for (int i = 0; i < info.pageSize(); i++) {
          if ((c.visible()[p] >>> i & 1) != 0) {
            reads(slotReader[2], slotWriter[2], c.pages()[p] * info.pageSize() + i, first);
          }
        }
      }
      for (int slot : c.writeSlots()) {
        check(slotReader[2][slot] != commands, "a forward reads a slot that it writes");
        writes(slotReader[2], slotWriter[2], slot, first);
      }
      for (int embed : c.inputs()) {
        reads(embedReader[2], embedWriter[2], embed, first);
      }
      for (int embed : c.outputs()) {
        writes(embedReader[2], embedWriter[2], embed, first);
      }
    }
  }

  /** Readers and writers hold the last command's number; those before {@code first} are history. */
  private void reads(int[] readers, int[] writers, int place, int first) {
    check(
        writers[place] < first || writers[place] == commands,
        "two commands of a stage: one reads what the other writes");
    readers[place] = commands;
  }

  private void writes(int[] readers, int[] writers, int place, int first) {
    check(writers[place] < first, "a place is written twice in a stage");
    check(
        readers[place] < first || readers[place] == commands,
        "two commands of a stage: one writes what the other reads");
    writers[place] = commands;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("driver: " + what);
    }
  }

  @Override
  public synchronized int loadAdapter(AdapterWeights weights) {
    if (weights.deltas().isEmpty()) {
      throw new DriverException("an adapter without weights");
    }
    int place = adapters.nextClearBit(0);
    adapters.set(place);
    scales[place] = weights.deltas().getFirst().scale();
    return place;
  }

  @Override
  public synchronized void unloadAdapter(int adapter) {
    check(adapters.get(adapter), "there is no adapter to unload");
    check(
        underWay.stream()
            .flatMap(pass -> pass.forwards().stream())
            .noneMatch(f -> f.adapter().equals(OptionalInt.of(adapter))),
        "an adapter of the pass under way is unloaded");
    adapters.clear(adapter);
  }

  /** What it adds to outputs. */
  private synchronized long adapter(int place) {
    check(adapters.get(place), "no such adapter");
    return (long) scales[place];
  }

  synchronized BitSet adapters() {
    return (BitSet) adapters.clone();
  }

  @Override
  public void close() {}
}
