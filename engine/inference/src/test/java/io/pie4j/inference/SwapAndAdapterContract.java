package io.pie4j.inference;

import static io.pie4j.inference.TestSequence.pass;
import static io.pie4j.inference.TestSequence.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pie4j.inference.Readout.Result.Distribution;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pages that leave and come back, and adapters. */
abstract class SwapAndAdapterContract extends DriverFixture {

  // Pages

  @Test
  void savedPagesComeBackElsewhere() {
    TestSequence a = sequence(0);
    fill(a, 2 * driver.info().pageSize() + 3, 1);
    Distribution expected = peek(a.usedPages(), a.visible(), a.length());
    try (Arena arena = Arena.ofShared()) {
      List<PageImage> saves = images(arena, 0, 1, 2);
      run(move(saves, List.of()));
      assertSame(peek(a.usedPages(), a.visible(), a.length()), expected);
      // What is there now must go.
      fill(sequence(40), 3 * driver.info().pageSize(), 2);
      run(move(List.of(), at(saves, 40, 42, 41)));
    }
    Distribution found = peek(new int[] {40, 42, 41}, a.visible(), a.length());
    assertSame(found, expected);
  }

  @Test
  void pageIsSavedBeforeAnythingWritesIt() {
    int size = driver.info().pageSize();
    TestSequence a = sequence(0);
    TestSequence b = sequence(8);
    fill(a, size, 1);
    fill(b, size, 2);
    Distribution first = peek(a.usedPages(), a.visible(), size);
    Distribution second = peek(b.usedPages(), b.visible(), size);
    try (Arena arena = Arena.ofShared()) {
      // Two pages change places in one pass.
      List<PageImage> saves = images(arena, 0, 8);
      run(move(saves, at(saves, 8, 0)));
      assertSame(peek(a.usedPages(), a.visible(), size), second);
      assertSame(peek(b.usedPages(), b.visible(), size), first);
      // Saved, then written by a forward of the same pass.
      List<PageImage> before = images(arena, 8);
      TestSequence again = sequence(8);
      int[] tokens = tokens(size, 3);
      EmbedText embed = again.embed(tokens, 0);
      Forward forward = again.append(range(0, size), LAST);
      run(new Pass(before, List.of(), List.of(), List.of(embed), List.of(forward), List.of()));
      run(move(List.of(), at(before, 8)));
      assertSame(peek(b.usedPages(), b.visible(), size), first);
    }
  }

  @Test
  void loadedPageIsThereForTheRestOfItsPass() {
    int size = driver.info().pageSize();
    TestSequence a = sequence(0);
    fill(a, 5, 1);
    Distribution expected = peek(a.usedPages(), a.visible(), 5);
    try (Arena arena = Arena.ofShared()) {
      List<PageImage> saves = images(arena, 0);
      run(move(saves, List.of()));
      CopySlots copy = new CopySlots(range(20 * size, 5), range(30 * size + 2, 5));
      int[] one = {0};
      int visible = 0b11111 << 2;
      Forward forward =
          new Forward(
              new int[] {30}, new int[] {visible}, one, new int[0], new int[] {LAST}, BY_POSITION);
      run(
          new Pass(
              List.of(),
              at(saves, 20),
              List.of(copy),
              List.of(TestSequence.embed(new int[] {7}, 5, 0)),
              List.of(forward),
              List.of()));
      assertSame(distribution(LAST), expected);
    }
  }

  @Test
  void positionsComeBackToo() {
    assumeTrue(computes());
    TestSequence a = sequence(0);
    fill(a, 6, 1);
    // From position 2 only what lies at positions 0 to 2 is seen.
    Distribution early = peek(a.usedPages(), a.visible(), 2);
    Distribution late = peek(a.usedPages(), a.visible(), 6);
    assertThat(early.probabilities()).isNotEqualTo(late.probabilities());
    try (Arena arena = Arena.ofShared()) {
      List<PageImage> saves = images(arena, 0);
      run(move(saves, at(saves, 50)));
    }
    assertSame(peek(new int[] {50}, a.visible(), 2), early);
    assertSame(peek(new int[] {50}, a.visible(), 6), late);
  }

  @Test
  void badImagesAreRefused() {
    fill(sequence(0), 5, 1);
    DriverInfo info = driver.info();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(info.pageBytes(), 8);
      List<PageImage> bad = new ArrayList<>();
      for (int page : new int[] {-1, info.pageCount(), Integer.MAX_VALUE}) {
        bad.add(new PageImage(page, memory));
      }
      bad.add(new PageImage(0, memory.asSlice(1)));
      bad.add(new PageImage(0, arena.allocate(info.pageBytes() + 1, 8)));
      for (PageImage image : bad) {
        assertRefused(move(List.of(image), List.of()));
        assertRefused(move(List.of(), List.of(image)));
      }
    }
  }

  // Adapters

  @Test
  void adapterChangesOnlyWhoNamesIt() {
    assumeAdapters();
    int adapter = driver.loadAdapter(adapter("one", 1));
    Distribution plain = after(13, OptionalInt.empty());
    Distribution adapted = after(13, OptionalInt.of(adapter));
    if (computes()) {
      assertThat(adapted.probabilities()).isNotEqualTo(plain.probabilities());
    }
    assertSame(after(13, OptionalInt.empty()), plain);
    driver.unloadAdapter(adapter);
    assertSame(after(13, OptionalInt.empty()), plain);
  }

  @Test
  void adaptersBesideOneAnotherGiveWhatEachGivesAlone() {
    assumeAdapters();
    int count = Math.min(10, driver.info().adaptersMax());
    List<OptionalInt> adapters = new ArrayList<>(List.of(OptionalInt.empty()));
    for (int i = 0; i < count; i++) {
      adapters.add(OptionalInt.of(driver.loadAdapter(adapter("adapter " + i, i))));
    }
    List<Distribution> alone = adapters.stream().map(a -> after(11, a)).toList();
    // Two sequences of each, not side by side.
    List<EmbedText> embeds = new ArrayList<>();
    List<Forward> forwards = new ArrayList<>();
    int sequences = 2 * adapters.size();
    for (int i = 0; i < sequences; i++) {
      TestSequence s = sequence(2 * i);
      embeds.add(s.embed(tokens(11, 11), 11 * i));
      forwards.add(with(adapters.get(i % adapters.size()), s.append(range(11 * i, 11), LAST - i)));
    }
    run(new Pass(List.of(), embeds, forwards, List.of()));
    for (int i = 0; i < sequences; i++) {
      assertSame(distribution(LAST - i), alone.get(i % adapters.size()));
    }
  }

  @Test
  void chunksDoNotMatterWithAnAdapter() {
    assumeAdapters();
    OptionalInt adapter = OptionalInt.of(driver.loadAdapter(adapter("one", 1)));
    Distribution whole = after(45, adapter);
    TestSequence s = sequence(8);
    int[] prompt = tokens(45, 45);
    while (s.length() < prompt.length) {
      int end = Math.min(prompt.length, s.length() + 7);
      int[] part = Arrays.copyOfRange(prompt, s.length(), end);
      run(pass(s.embed(part, 0), with(adapter, s.append(range(0, part.length), LAST))));
    }
    assertSame(distribution(LAST), whole);
  }

  @Test
  void placesForAdaptersAreUsedAgain() {
    assumeAdapters();
    int most = driver.info().adaptersMax();
    Set<Integer> numbers = new HashSet<>();
    for (int i = 0; i < most; i++) {
      numbers.add(driver.loadAdapter(adapter("adapter " + i, i)));
    }
    assertThat(numbers).hasSize(most).allMatch(n -> n >= 0 && n < most);
    assertThatThrownBy(() -> driver.loadAdapter(adapter("one too many", 1)))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("one too many")
        .hasMessageContaining(String.valueOf(most));
    int freed = most / 2;
    driver.unloadAdapter(freed);
    assertThat(driver.loadAdapter(adapter("another", 7))).isEqualTo(freed);
  }

  @Test
  void adaptersThatAreNotLoadedAreRefused() {
    assumeAdapters();
    fill(sequence(0), 5, 1);
    int loaded = driver.loadAdapter(adapter("one", 1));
    driver.unloadAdapter(loaded);
    assertThatThrownBy(() -> driver.unloadAdapter(loaded)).isInstanceOf(DriverException.class);
    int[] wrong = {loaded, -1, driver.info().adaptersMax(), Integer.MAX_VALUE};
    for (int adapter : wrong) {
      TestSequence s = sequence(8);
      Forward forward = with(OptionalInt.of(adapter), s.append(new int[] {0}, 1));
      assertRefused(forward(forward));
      assertThatThrownBy(() -> driver.unloadAdapter(adapter)).isInstanceOf(DriverException.class);
    }
  }

  private void assumeAdapters() {
    assumeTrue(driver.info().adaptersMax() > 0, "the driver has no adapters");
  }

  /** The distribution after some tokens in pages of their own. */
  private Distribution after(int count, OptionalInt adapter) {
    TestSequence s = sequence(56);
    run(pass(s.embed(tokens(count, count), 0), with(adapter, s.append(range(0, count), LAST))));
    return distribution(LAST);
  }

  private static Forward with(OptionalInt adapter, Forward f) {
    return new Forward(
        f.pages(), f.visible(), f.inputs(), f.writeSlots(), f.outputs(), f.mask(), adapter);
  }

  private List<PageImage> images(Arena arena, int... pages) {
    return IntStream.of(pages)
        .mapToObj(page -> new PageImage(page, arena.allocate(driver.info().pageBytes(), 8)))
        .toList();
  }

  /** The same memory for other pages. */
  private static List<PageImage> at(List<PageImage> images, int... pages) {
    return IntStream.range(0, pages.length)
        .mapToObj(i -> new PageImage(pages[i], images.get(i).memory()))
        .toList();
  }

  private static Pass move(List<PageImage> saves, List<PageImage> loads) {
    return new Pass(saves, loads, List.of(), List.of(), List.of(), List.of());
  }
}
