package io.pie4j.control;

import static io.pie4j.control.Stepped.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.control.ContentionPolicy.SuspendAndRestore;
import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Stepped.Program;
import io.pie4j.inference.Readout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that want more than there is. */
class ContentionTest {
  private static final int PROGRAMS = 64;
  private static final int LENGTH = 30;

  /** Of a program of that length, with 4 tokens a page. */
  private static final int PAGES_EACH = 8;

  private static final int PAGE_BYTES = 64;
  private static final SuspendAndRestore SUSPEND = ContentionPolicy.suspendAndRestore();

  @TempDir private Path folder;

  private static Stepped engine(ContentionPolicy policy, int pages) {
    return new Stepped(ControlSettings.defaults().withContention(policy), pages, 1_000);
  }

  private static List<Decoder> launch(Stepped engine, int count) {
    List<Decoder> decoders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      decoders.add(new Decoder(engine.controller.open("p" + i), 4, i, LENGTH));
    }
    return decoders;
  }

  private static void run(Stepped engine, List<Decoder> decoders) {
    int turns = 0;
    while (!decoders.stream().allMatch(Decoder::isDone)) {
      decoders.forEach(Decoder::goOn);
      engine.start();
      if (engine.driver.busy()) {
        engine.finish();
      }
      assertThat(turns++).as("turns").isLessThan(200_000);
    }
    engine.settle();
  }

  private static List<List<Integer>> alone() {
    Stepped engine = engine(ContentionPolicy.refuse(), PROGRAMS * PAGES_EACH);
    List<Decoder> decoders = launch(engine, PROGRAMS);
    run(engine, decoders);
    return decoders.stream().map(decoder -> decoder.tokens).toList();
  }

  private static void assertAllFinish(Stepped engine) {
    List<Decoder> decoders = launch(engine, PROGRAMS);
    run(engine, decoders);
    List<List<Integer>> alone = alone();
    for (int i = 0; i < PROGRAMS; i++) {
      assertThat(decoders.get(i).failure()).as("program %d", i).isEmpty();
      assertThat(decoders.get(i).tokens).as("program %d", i).isEqualTo(alone.get(i));
    }
    ControllerStatus status = engine.status();
    assertThat(status.suspensions()).isGreaterThan(PROGRAMS - 8);
    assertThat(status.restores()).isEqualTo(status.suspensions());
    assertThat(status.terminations()).isZero();
    assertThat(engine.driver.saves).isPositive().isEqualTo(engine.driver.loads);
    assertNothingLeft(engine);
  }

  private static void assertNothingLeft(Stepped engine) {
    ControllerStatus status = engine.status();
    assertThat(status.pagesUsed()).isZero();
    assertThat(status.embedsUsed()).isZero();
    assertThat(status.pagesInMemory()).isZero();
    assertThat(status.pagesInFile()).isZero();
    assertThat(status.programsSuspended()).isZero();
  }

  @Test
  void allFinishWithTheTokensOfAnUncontendedRun() {
    assertAllFinish(engine(SUSPEND, 8 * PAGES_EACH));
  }

  @Test
  void memoryOfTheHostIsFilledFirstThenTheFile() throws IOException {
    SuspendAndRestore policy =
        SUSPEND.withMemoryBytes(10 * PAGE_BYTES).withFile(folder, 1_000 * PAGE_BYTES);
    Stepped engine = engine(policy, 20);
    List<Program> programs = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      programs.add(engine.program());
      engine.nanos += 1_000_000_000;
    }
    assertThat(engine.status().pagesInMemory()).isEqualTo(10);
    assertThat(engine.status().pagesInFile()).isBetween(9 * 4 - 20 - 10, 9 * 4 - 20);
    try (var files = Files.list(folder)) {
      assertThat(files).as("nobody else sees the file").isEmpty();
    }
    programs.forEach(p -> p.space.close());
    engine.settle();
    assertNothingLeft(engine);
    assertAllFinish(engine(policy, 8 * PAGES_EACH));
  }

  @Test
  void theOldestSurviveAndTheOthersAreTold() {
    Stepped engine = engine(ContentionPolicy.terminateNewest(), 8 * PAGES_EACH);
    List<Decoder> decoders = launch(engine, PROGRAMS);
    run(engine, decoders);
    List<List<Integer>> alone = alone();
    for (int i = 0; i < 8; i++) {
      assertThat(decoders.get(i).tokens).as("program %d", i).isEqualTo(alone.get(i));
    }
    int told = 0;
    for (Decoder decoder : decoders) {
      if (decoder.failure().isPresent()) {
        ControlException e = decoder.failure().get();
        assertThat(e.code()).isEqualTo(Code.TERMINATED);
        assertThat(e).hasMessageStartingWith("ended to free KV pages");
        told++;
      }
    }
    assertThat(told).isGreaterThanOrEqualTo(PROGRAMS - 16);
    assertThat(engine.status().terminations()).isEqualTo(told);
    assertThat(engine.driver.saves).isZero();
    assertNothingLeft(engine);
  }

  @Test
  void withoutRoomForSuspendedProgramsTheNewestAreEnded() {
    Stepped engine = engine(SUSPEND.withMemoryBytes(4 * PAGE_BYTES), 8 * PAGES_EACH);
    List<Decoder> decoders = launch(engine, PROGRAMS);
    run(engine, decoders);
    List<List<Integer>> alone = alone();
    for (int i = 0; i < PROGRAMS; i++) {
      if (decoders.get(i).failure().isPresent()) {
        assertThat(i).as("the oldest survive").isGreaterThanOrEqualTo(8);
        assertThat(decoders.get(i).failure().get())
            .hasMessageStartingWith("ended to free KV pages (there is no room");
      } else {
        assertThat(decoders.get(i).tokens).as("program %d", i).isEqualTo(alone.get(i));
      }
    }
    assertThat(engine.status().terminations()).isPositive();
    assertNothingLeft(engine);
  }

  @Test
  void aFolderThatIsNotThereIsSaid() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> engine(SUSPEND.withFile(missing, PAGE_BYTES), 4))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("the swap file cannot be made in " + missing);
  }

  /** Five programs of four pages fill the engine. */
  private static List<Program> full(Stepped engine) {
    List<Program> programs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      programs.add(engine.program());
      programs.getLast().step();
      engine.settle();
    }
    return programs;
  }

  private static Object content(Stepped engine, Program p) {
    p.queue.forward(p.pages, new int[] {p.embeds[5]}, new int[0], new int[] {p.embeds[6]});
    Pending<Readout.Result.Distribution> answer = p.queue.nextDistribution(p.embeds[6], 3);
    engine.settle();
    return answer.poll().orElseThrow().ids();
  }

  private static boolean isSuspended(Program p) {
    return p.queue.state().space.suspended;
  }

  @Test
  void anIdleProgramGivesWayFirstAndComesBackByItself() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    List<Program> programs = full(engine);
    Program oldest = programs.getFirst();
    Object before = content(engine, oldest);
    engine.nanos += 60_000_000;
    try (IdleScope idle = oldest.space.idle()) {
      assertThat(isSuspended(oldest)).as("while there is room").isFalse();
      Program sixth = engine.program();
      assertThat(programs.stream().filter(ContentionTest::isSuspended)).containsExactly(oldest);
      assertThat(engine.status().pagesInMemory()).isEqualTo(4);
      sixth.step();
      engine.settle();
      assertThat(content(engine, oldest)).as("the scope is open still").isEqualTo(before);
      assertThat(isSuspended(oldest)).isFalse();
      assertThat(idle).isNotNull();
    }
    assertThat(engine.status().restores()).isPositive();
  }

  @Test
  void theNewestGivesWayToAnOlderOne() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    List<Program> programs = full(engine);
    engine.nanos += 60_000_000;
    for (Program p : programs) {
      p.step();
    }
    programs.get(1).queue.allocatePages(1);
    engine.settle();
    assertThat(programs.stream().filter(ContentionTest::isSuspended))
        .containsExactly(programs.getLast());
  }

  @Test
  void priorityComesBeforeAge() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    List<Program> programs = full(engine);
    programs.get(2).queue.setPriority(Priority.LOW);
    engine.nanos += 60_000_000;
    for (Program p : programs) {
      p.step();
    }
    programs.getLast().queue.allocatePages(1);
    engine.settle();
    assertThat(programs.stream().filter(ContentionTest::isSuspended))
        .containsExactly(programs.get(2));
  }

  @Test
  void aSuspendedProgramMayEnqueueFreely() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    List<Program> programs = full(engine);
    Object before = content(engine, programs.getFirst());
    engine.nanos += 1_000_000_000;
    Program sixth = engine.program();
    Program suspended =
        programs.stream().filter(ContentionTest::isSuspended).findAny().orElseThrow();
    int restores = (int) engine.status().restores();
    suspended.queue.maskPage(suspended.pages[0], new boolean[] {true, true, true, true});
    suspended.queue.maskPage(suspended.pages[0], new boolean[4]);
    Pending<Done> done = suspended.queue.synchronize();
    engine.settle();
    assertThat(done.isReady()).as("needs no page").isTrue();
    assertThat(engine.status().restores()).isEqualTo(restores);
    sixth.space.close();
    assertThat(content(engine, suspended)).isEqualTo(before);
  }

  @Test
  void exportsThatNobodyUsesMoveOutAndComeBack() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    Program exporter = engine.program();
    exporter.step();
    engine.settle();
    Object before = content(engine, exporter);
    exporter.queue.exportPages(exporter.pages, "prefix");
    engine.settle();
    exporter.space.close();
    List<Program> programs = full(engine);
    assertThat(engine.status().pagesInMemory()).isEqualTo(4);
    assertThat(engine.status().pagesExported()).isEqualTo(4);
    assertThat(programs).noneMatch(ContentionTest::isSuspended);
    programs.get(2).space.close();
    Program importer = programs.get(3);
    importer.queue.deallocatePages(importer.pages);
    int[] imported = importer.queue.importPages("prefix");
    System.arraycopy(imported, 0, importer.pages, 0, 4);
    assertThat(content(engine, importer)).isEqualTo(before);
    assertThat(engine.status().pagesInMemory()).isZero();
  }

  @Test
  void aPassThatFailsLosesNoPage() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    List<Program> programs = full(engine);
    List<Object> before = new ArrayList<>();
    programs.forEach(p -> before.add(content(engine, p)));
    engine.nanos += 1_000_000_000;
    AddressSpace sixth = engine.controller.open("sixth");
    sixth.createQueue().allocatePages(4);
    assertThat(engine.start().orElseThrow().saves()).hasSize(4);
    engine.fail("planned");
    assertThat(engine.start().orElseThrow().saves()).hasSize(4);
    engine.settle();
    sixth.close();
    for (int i = 0; i < 5; i++) {
      assertThat(content(engine, programs.get(i))).as("program %d", i).isEqualTo(before.get(i));
    }
  }

  @Test
  void aPassThatFailsToBringPagesBackLeavesThemWhereTheyAre() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    List<Program> programs = full(engine);
    Object before = content(engine, programs.getFirst());
    engine.nanos += 1_000_000_000;
    engine.program().space.close();
    engine.settle();
    Program suspended =
        programs.stream().filter(ContentionTest::isSuspended).findAny().orElseThrow();
    suspended.step();
    assertThat(engine.start().orElseThrow().loads()).hasSize(4);
    engine.fail("planned");
    assertThat(isSuspended(suspended)).isTrue();
    Pending<Done> done = suspended.queue.synchronize();
    engine.settle();
    assertFails(Code.INTERNAL, "forward: the driver failed: planned", done);
    assertThat(content(engine, suspended)).isEqualTo(before);
  }

  @Test
  void whatCanNeverFitFails() {
    Stepped engine = new Stepped(ControlSettings.defaults());
    Program p = engine.program();
    p.queue.allocatePages(17);
    Pending<Done> done = p.queue.synchronize();
    engine.settle();
    assertFails(
        Code.OUT_OF_MEMORY, "alloc-kvpage: 17 pages asked, 4 held, there are 20 in all", done);
    p.queue.allocatePages(16);
    Pending<Done> fits = p.queue.synchronize();
    engine.settle();
    assertThat(fits.poll()).isPresent();
  }

  @Test
  void whoIsEndedIsTold() {
    Stepped engine =
        new Stepped(ControlSettings.defaults().withContention(ContentionPolicy.terminateNewest()));
    List<Program> programs = full(engine);
    List<ControlException> reasons = new ArrayList<>();
    Program newest = programs.getLast();
    newest.space.onEnded(reasons::add);
    programs.getFirst().space.onEnded(reasons::add);
    Pending<?> unanswered = newest.step();
    programs.getFirst().queue.allocatePages(1);
    engine.settle();
    String why = "ended to free KV pages for older programs: this one was started last";
    assertFails(Code.TERMINATED, why, () -> newest.queue.allocatePages(1));
    assertThat(unanswered.isReady()).isTrue();
    assertThat(reasons).singleElement().satisfies(e -> assertThat(e).hasMessage(why));
    newest.space.onEnded(reasons::add);
    assertThat(reasons).as("told at once").hasSize(2);
    newest.space.close();
    programs.getFirst().space.close();
    assertThat(reasons).hasSize(2);
    engine.settle();
    assertThat(engine.status().programs()).isEqualTo(5 - engine.status().terminations() - 1);
  }

  @Test
  void embedsThatRunOutEndTheNewestAfterAWhile() {
    Stepped engine =
        new Stepped(ControlSettings.defaults().withContention(SUSPEND), Stepped.PAGES, 16);
    Program old = engine.program();
    Program young = engine.program();
    old.queue.allocateEmbeds(1);
    Pending<Done> done = old.queue.synchronize();
    engine.start();
    assertThat(done.isReady()).isFalse();
    engine.nanos += 1_900_000_000;
    engine.start();
    assertThat(done.isReady()).as("waits for a while").isFalse();
    engine.nanos += 200_000_000;
    engine.start();
    assertThat(done.isReady()).isTrue();
    assertFails(
        Code.TERMINATED,
        "ended to free embeds for older programs: this one was started last",
        () -> young.queue.allocateEmbeds(1));
  }

  @Test
  void whoIsOverTheRateIsDelayedAndOthersAreNot() {
    Stepped engine = new Stepped();
    UserQuotas slow = new UserQuotas(100, 100, 1, 1, 10);
    Quotas quotas = Quotas.defaults();
    Program fast = engine.program();
    Program a = engine.new Program(engine.controller.open("a", "ann", slow, quotas));
    Program b = engine.new Program(engine.controller.open("b", "ann", slow, quotas));
    long begin = engine.nanos;
    for (int i = 0; i < 8; i++) {
      a.queue.forward(new int[0], new int[] {a.embeds[0]}, new int[0], new int[] {a.embeds[1]});
    }
    b.queue.forward(new int[0], b.embeds, b.pages, new int[] {b.embeds[1]});
    engine.settle();
    Pending<?> delayed = a.step();
    Pending<?> prompt = fast.step();
    engine.start();
    engine.finish();
    assertThat(prompt.isReady()).isTrue();
    assertThat(delayed.isReady()).isFalse();
    engine.settle();
    assertThat(delayed.isReady()).as("not failed").isTrue();
    // The last of 17 tokens, of which ten came at once.
    assertThat(engine.nanos - begin).isBetween(600_000_000L, 800_000_000L);
  }
}
