package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Stepped.Program;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.inference.Readout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  private final Stepped engine = new Stepped();

  @Test
  void aStepIsOnePass() {
    Program p = engine.program();
    int before = engine.driver.passes;
    p.queue.embedText(new int[] {7}, new int[] {9}, new int[] {p.embeds[0]});
    p.queue.forward(p.pages, new int[] {p.embeds[0]}, p.pages, new int[] {p.embeds[0]});
    Pending<?> answer = p.queue.nextDistribution(p.embeds[0], 1);
    p.queue.deallocateEmbeds(new int[] {p.embeds[1]});
    Pending<Done> done = p.queue.synchronize();
    engine.start();
    assertThat(answer.isReady()).isFalse();
    assertThat(done.isReady()).isFalse();
    engine.finish();
    assertThat(answer.isReady()).isTrue();
    assertThat(done.isReady()).isTrue();
    assertThat(engine.driver.passes).isEqualTo(before + 1);
  }

  @Test
  void programsShareAPass() {
    List<Program> programs = List.of(engine.program(), engine.program(), engine.program());
    programs.forEach(Program::step);
    Pass pass = engine.start().orElseThrow();
    assertThat(pass.forwards()).hasSize(3);
    assertThat(pass.readouts()).hasSize(3);
  }

  @Test
  void aForwardThatReadsWhatAnotherWritesWaits() {
    Program p = engine.program();
    int[] first = {p.embeds[0], p.embeds[1]};
    p.queue.forward(new int[0], first, p.pages, new int[0]);
    p.queue.forward(p.pages, new int[] {p.embeds[2]}, new int[0], new int[] {p.embeds[2]});
    assertThat(engine.start().orElseThrow().forwards()).hasSize(1);
    engine.finish();
    assertThat(engine.start().orElseThrow().forwards().getFirst().visible()).containsExactly(0b11);
  }

  @Test
  void forwardsOfOneQueueThatDoNotConflictShareAPass() {
    Program p = engine.program();
    for (int i = 0; i < 3; i++) {
      int[] one = {p.embeds[i]};
      p.queue.forward(new int[0], one, new int[] {p.pages[i]}, one);
    }
    assertThat(engine.start().orElseThrow().forwards()).hasSize(3);
  }

  @Test
  void copiesIntoOnePageShareAPass() {
    Program p = engine.program();
    p.queue.forward(new int[0], new int[] {p.embeds[0]}, new int[] {p.pages[0]}, new int[0]);
    p.queue.forward(new int[0], new int[] {p.embeds[1]}, new int[] {p.pages[1]}, new int[0]);
    engine.settle();
    p.queue.copyPage(p.pages[0], p.pages[2], 0, 0, 1);
    p.queue.copyPage(p.pages[1], p.pages[2], 0, 3, 1);
    p.queue.forward(
        new int[] {p.pages[2]}, new int[] {p.embeds[7]}, new int[] {p.pages[2]}, new int[0]);
    Pass pass = engine.start().orElseThrow();
    assertThat(pass.copies()).hasSize(2);
    Forward forward = pass.forwards().getFirst();
    assertThat(forward.visible()).containsExactly(0b1001);
    assertThat(forward.writeSlots()[0] % 4).as("first free slot").isEqualTo(1);
  }

  @Test
  void aLongPrefillIsCutAndOthersRideAlong() {
    Program longOne = engine.program();
    Program other = engine.program();
    int[] outputs = {longOne.embeds[6], longOne.embeds[7]};
    longOne.queue.forward(longOne.pages, longOne.embeds, longOne.pages, outputs);
    Pending<?> answer = longOne.queue.nextDistribution(longOne.embeds[7], 3);
    Pending<?> step = other.step();
    Pass pass = engine.start().orElseThrow();
    assertThat(pass.forwards().getFirst().tokens()).isEqualTo(4);
    assertThat(pass.forwards().getFirst().outputs()).isEmpty();
    assertThat(pass.tokens()).isEqualTo(5);
    engine.finish();
    assertThat(step.isReady()).isTrue();
    pass = engine.start().orElseThrow();
    assertThat(pass.forwards().getFirst().visible()).containsExactly(0b1111);
    assertThat(pass.forwards().getFirst().outputs()).hasSize(2);
    engine.finish();
    assertThat(answer.isReady()).isTrue();
  }

  @Test
  void prefillsLeaveHalfOfAPassToOthers() {
    List<Program> prefills = List.of(engine.program(), engine.program());
    Program other = engine.program();
    prefills.forEach(p -> p.queue.forward(p.pages, p.embeds, p.pages, new int[0]));
    engine.nanos++;
    other.step();
    assertThat(tokens(engine.start().orElseThrow())).containsExactlyInAnyOrder(4, 1);
    engine.finish();
    assertThat(tokens(engine.start().orElseThrow()))
        .as("what nobody else wants is theirs")
        .containsExactly(4, 4);
  }

  @Test
  void priorityGoesFirst() {
    Program low = engine.program();
    Program high = engine.program();
    low.queue.setPriority(Priority.LOW);
    high.queue.setPriority(Priority.HIGH);
    low.queue.forward(new int[0], low.embeds, new int[0], new int[] {low.embeds[7]});
    engine.nanos += 1_000;
    high.queue.forward(new int[0], high.embeds, new int[0], new int[] {high.embeds[7]});
    Pending<?> first = high.queue.nextDistribution(high.embeds[7], 1);
    engine.start();
    engine.finish();
    assertThat(first.isReady()).isTrue();
  }

  @Test
  void ageWinsInTheEnd() {
    long headStart = ControlSettings.defaults().priorityHeadStartMillis() * 1_000_000;
    Program low = engine.program();
    low.queue.setPriority(Priority.LOW);
    Program high = engine.program();
    high.queue.setPriority(Priority.HIGH);
    high.queue.forward(new int[0], high.embeds, new int[0], new int[0]);
    low.queue.forward(new int[0], low.embeds, new int[0], new int[] {low.embeds[7]});
    Pending<?> answer = low.queue.nextDistribution(low.embeds[7], 1);
    long start = engine.nanos;
    int passes = 0;
    while (!answer.isReady()) {
      // There are always younger commands of high priority, and each fills a pass by itself.
      high.queue.forward(new int[0], high.embeds, new int[0], new int[0]);
      engine.nanos += headStart / 50;
      engine.start();
      engine.finish();
      passes++;
      assertThat(engine.nanos - start).isLessThan(headStart * 5 / 2);
    }
    assertThat(passes).as("priority counted for a while").isGreaterThan(50);
  }

  @Test
  void errorsStayUntilSeen() {
    Program p = engine.program();
    int[] empty = p.queue.allocateEmbeds(1);
    String message = "get-next-dist: embed 8 holds no output; a forward must write it first";
    String forward =
        "forward: input-embeds[0]: embed 8 is empty; embed-txt or a forward must write it first";
    p.queue.forward(p.pages, empty, p.pages, empty);
    Pending<?> failed = p.queue.nextDistribution(empty[0], 1);
    Pending<?> behind = p.step();
    Pending<Done> done = p.queue.synchronize();
    engine.settle();
    Pending<?> later = p.step();
    engine.settle();
    for (Pending<?> each : List.of(failed, behind, done, later)) {
      Stepped.assertFails(Code.INVALID_ARGUMENT, forward, each);
    }
    Pending<?> again = p.step();
    Pending<?> next = p.queue.nextDistribution(empty[0], 1);
    engine.settle();
    assertThat(again.poll()).isPresent();
    Stepped.assertFails(Code.INVALID_ARGUMENT, message, next);
  }

  @Test
  void anErrorBehindACommandInThePassWaitsForIt() {
    Program p = engine.program();
    Pending<?> good = p.step();
    p.queue.truncatePage(p.pages[0], 0);
    Pending<?> bad = p.queue.nextDistribution(p.embeds[7], 1);
    engine.start();
    assertThat(bad.isReady()).isFalse();
    engine.fail("power cut");
    Stepped.assertFails(Code.INTERNAL, "forward: the driver failed: power cut", good);
    Stepped.assertFails(Code.INTERNAL, "forward: the driver failed: power cut", bad);
  }

  @Test
  void aFailedPassFailsItsCommandsAlone() {
    Program p = engine.program();
    Program q = engine.program();
    Pending<?> lost = p.step();
    engine.start();
    Pending<?> kept = q.step();
    engine.fail("power cut");
    engine.settle();
    assertThat(kept.poll()).isPresent();
    Stepped.assertFails(Code.INTERNAL, "forward: the driver failed: power cut", lost);
    p.queue.forward(p.pages, new int[] {p.embeds[0]}, new int[0], new int[] {p.embeds[1]});
    Forward forward = engine.start().orElseThrow().forwards().getFirst();
    assertThat(forward.context()).as("tokens of the lost pass").isZero();
    assertThat(engine.status().passesFailed()).isEqualTo(1);
  }

  @Test
  void aFailedChunkEndsTheWholePrefill() {
    Program p = engine.program();
    p.queue.forward(p.pages, p.embeds, p.pages, new int[] {p.embeds[7]});
    Pending<?> answer = p.queue.nextDistribution(p.embeds[7], 1);
    engine.start();
    engine.fail("power cut");
    engine.settle();
    Stepped.assertFails(Code.INTERNAL, "forward: the driver failed: power cut", answer);
    assertThat(engine.status().commandsWaiting()).isZero();
  }

  @Test
  void noMemoryIsAnErrorThatSaysHowMuchThereIs() {
    Program p = engine.program();
    int[] tooMany = p.queue.allocatePages(Stepped.PAGES);
    Pending<Done> done = p.queue.synchronize();
    engine.settle();
    Stepped.assertFails(
        Code.OUT_OF_MEMORY, "alloc-kvpage: 20 pages asked, 4 held, there are 20 in all", done);
    p.queue.truncatePage(tooMany[0], 0);
    Pending<Done> next = p.queue.synchronize();
    engine.settle();
    Stepped.assertFails(
        Code.OUT_OF_MEMORY,
        "truncate-kvpage: page: page 4 got no memory when it was allocated",
        next);
    p.queue.deallocatePages(tooMany);
    p.queue.allocatePages(16);
    Pending<Done> last = p.queue.synchronize();
    engine.settle();
    assertThat(last.poll()).contains(Done.DONE);
    assertThat(engine.status().pagesFree()).isZero();
  }

  @Test
  void anAllocationWaitsForPagesThatThePassReleases() {
    Program p = engine.program();
    Pending<?> step = p.step();
    p.queue.deallocatePages(p.pages);
    p.queue.allocatePages(Stepped.PAGES);
    Pending<Done> done = p.queue.synchronize();
    engine.start();
    assertThat(engine.status().pagesFree()).as("page 0 is in use").isEqualTo(19);
    engine.finish();
    engine.settle();
    assertThat(step.poll()).isPresent();
    assertThat(done.poll()).contains(Done.DONE);
    assertThat(engine.status().pagesFree()).isZero();
  }

  @Test
  void aCommandWaitsForAnAllocationOnAnotherQueue() {
    Program p = engine.program();
    p.queue.forward(p.pages, p.embeds, p.pages, new int[0]);
    int[] page = p.queue.allocatePages(1);
    CommandQueue other = p.space.createQueue();
    other.truncatePage(page[0], 0);
    Pending<Done> done = other.synchronize();
    engine.start();
    assertThat(done.isReady()).as("the allocation is behind a prefill").isFalse();
    engine.settle();
    assertThat(done.poll()).contains(Done.DONE);
  }

  @Test
  void twoQueuesOfAProgramDoNotConflictInAPass() {
    Program p = engine.program();
    CommandQueue other = p.space.createQueue();
    int[] page = {p.pages[0]};
    p.queue.forward(page, new int[] {p.embeds[0]}, page, new int[0]);
    other.forward(page, new int[] {p.embeds[1]}, page, new int[0]);
    assertThat(engine.start().orElseThrow().forwards()).hasSize(1);
    engine.finish();
    assertThat(engine.start().orElseThrow().forwards()).hasSize(1);
    engine.finish();
  }

  @Test
  void theEndOfAProgramGivesEverythingBack() {
    Program p = engine.program();
    Pending<?> inPass = p.step();
    engine.start();
    Pending<?> queued = p.step();
    p.queue.allocatePages(3);
    p.space.close();
    p.space.close();
    engine.start();
    Stepped.assertFails(Code.TERMINATED, "p is being ended", inPass);
    Stepped.assertFails(Code.TERMINATED, "p is being ended", queued);
    Stepped.assertFails(Code.TERMINATED, "p is being ended", p::step);
    assertThat(engine.status().pagesUsed()).as("the pass still writes it").isEqualTo(1);
    engine.finish();
    assertThat(engine.status().pagesUsed()).isZero();
    assertThat(engine.status().embedsUsed()).isZero();
    assertThat(engine.status().programs()).isZero();
    assertThat(engine.status().queues()).isZero();
  }

  @Test
  void aClosedQueueStillRunsWhatItHas() {
    Program p = engine.program();
    Pending<?> answer = p.step();
    p.queue.close();
    p.queue.close();
    Stepped.assertFails(Code.NOT_FOUND, "synchronize: the queue is closed", p.queue::synchronize);
    engine.settle();
    assertThat(answer.poll()).isPresent();
    assertThat(engine.status().queues()).isZero();
  }

  @Test
  void aReadoutTooMuchWaitsForTheNextPass() {
    List<Pending<?>> answers = new ArrayList<>();
    Program p = engine.program();
    p.queue.forward(new int[0], p.embeds, new int[0], p.embeds);
    for (int embed : p.embeds) {
      answers.add(p.queue.nextDistribution(embed, 1));
    }
    assertThat(engine.start().orElseThrow().readouts()).hasSize(4);
    engine.finish();
    engine.start();
    engine.finish();
    assertThat(answers).allMatch(Pending::isReady);
  }

  @Test
  void wholeDistributionsAndScores() {
    Stepped wide = new Stepped(engine().withQuotas(Quotas.defaults().withTopK(1 << 20)));
    Program p = wide.program();
    p.step();
    Pending<Readout.Result.Distribution> top = p.queue.nextDistribution(p.embeds[1], 3);
    Pending<Readout.Result.Probabilities> all = p.queue.allProbabilities(p.embeds[1]);
    int[] named = {5, 0, 5};
    Pending<Readout.Result.Scores> scores = p.queue.score(p.embeds[1], named);
    named[0] = 7;
    wide.settle();
    int[] content = top.poll().orElseThrow().ids();
    assertThat(all.poll().orElseThrow().values()).containsExactly(floats(content));
    float[] scored = scores.poll().orElseThrow().logProbabilities();
    assertThat(scored).hasSize(3);
    assertThat(scored[0]).as("the array was copied").isEqualTo(scored[2]);
    assertThat(scored[1]).isNotEqualTo(scored[0]);
  }

  @Test
  void largeAnswersAreSpreadOverPasses() {
    Stepped wide =
        new Stepped(
            engine()
                .withQuotas(Quotas.defaults().withTopK(1 << 20))
                .withReadoutValuesMax((1 << 21) + 4));
    Program p = wide.program();
    p.step();
    List<Pending<?>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(p.queue.allProbabilities(p.embeds[1]));
    }
    assertThat(wide.start().orElseThrow().readouts()).hasSize(3);
    wide.finish();
    assertThat(wide.start().orElseThrow().readouts()).hasSize(1);
    wide.settle();
    assertThat(answers).allMatch(Pending::isReady);
  }

  private static ControlSettings engine() {
    return ControlSettings.defaults().withPrefillChunkTokens(4);
  }

  private static float[] floats(int[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  private static List<Integer> tokens(Pass pass) {
    return pass.forwards().stream().map(Forward::tokens).toList();
  }
}
