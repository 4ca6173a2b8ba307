package io.pie4j.inferlets.contract;

import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Pollable;
import io.pie4j.api.Priority;
import io.pie4j.api.Queue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Command queues, and the program's own plans. */
final class QueuesChecks {
  private QueuesChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("create-queue", QueuesChecks::create, "queues.create-queue", "queues.queue.model"),
        Check.of("synchronize", QueuesChecks::synchronize, "queues.synchronize"),
        Check.of("set-queue-priority", QueuesChecks::priority, "queues.set-queue-priority"),
        Check.of("two-queues", QueuesChecks::twoQueues, "queues.create-queue"),
        Check.of("idle", QueuesChecks::idle, "context-state.idle"));
  }

  private static void create(Stage stage) {
    try (Queue queue = stage.queue()) {
      Expect.equal(queue.model().name(), stage.told("model"), "the queue's model");
      int[] embeds = stage.api().allocate().allocEmb(queue, 2);
      Expect.equal(embeds.length, 2, "embeds on the queue");
    }
  }

  /** Not before the driver is done; then with the queue's first error, once. */
  private static void synchronize(Stage stage) {
    Queue queue = stage.queue();
    int[] embeds = stage.api().allocate().allocEmb(queue, 1);
    stage.whileDriverIsBusy(() -> {
      stage.api().inputText().embedTxt(queue, new int[] {5}, new int[] {0}, embeds);
      try (FutureUnit done = stage.api().queues().synchronize(queue);
          Pollable ready = done.subscribe()) {
        Expect.that(!done.get() && !ready.ready(), "complete before the driver was");
        stage.confirm("release the driver");
        Expect.that(stage.comes(ready), "the queue does not come to its end");
        Expect.that(done.get(), "ready, but not complete");
      }
    });
    int[] unwritten = stage.api().allocate().allocEmb(queue, 2);
    stage
        .api()
        .forward()
        .forward(
            queue,
            new int[0],
            new int[] {unwritten[0]},
            new int[0],
            new int[] {unwritten[1]},
            Optional.empty());
    Expect.refused(ErrorCode.INVALID_ARGUMENT, () -> stage.synchronize(queue), "forward");
    stage.synchronize(queue);
  }

  /** Of two commands that wait, the later one on a higher queue goes into the pass first. */
  private static void priority(Stage stage) {
    int[] lowToken = {11};
    int[] highToken = {22};
    int[] position = {0};
    Queue low = stage.queue();
    Queue high = stage.queue();
    stage.api().queues().setQueuePriority(low, Priority.LOW);
    stage.api().queues().setQueuePriority(high, Priority.HIGH);
    int[] lowEmbed = stage.api().allocate().allocEmb(low, 1);
    int[] highEmbed = stage.api().allocate().allocEmb(high, 1);
    stage.synchronize(low);
    stage.synchronize(high);
    stage.whileDriverIsBusy(() -> {
      stage.api().inputText().embedTxt(low, lowToken, position, lowEmbed);
      stage.api().inputText().embedTxt(high, highToken, position, highEmbed);
    });
    stage.synchronize(low);
    stage.synchronize(high);
    stage.confirm("the driver saw 22 before 11");
  }

  /** The same work on two queues, one behind the other, and both at once. */
  private static void twoQueues(Stage stage) {
    Passes one = stage.passes();
    Passes two = stage.passes();
    int[] cat = one.question("Tell me a story about a cat.");
    int[] capital = one.question("What is the capital of France?");
    int[] positions = Passes.range(0, cat.length);
    var expected = one.alone(cat, positions);
    int catOutput = two.output(cat);
    int capitalOutput = one.output(capital);
    Expect.same(two.read(catOutput), expected, "a question beside another");
    Expect.different(one.read(capitalOutput), expected, "two questions");
  }

  /**
   * While it lasts the engine may take the pages away; what they hold is still there when needed.
   */
  private static void idle(Stage stage) {
    Passes passes = stage.passes();
    int[] question = passes.question("What is the capital of Italy?");
    int before = question.length - 1;
    int[] pages = passes.pages(Integer.parseInt(stage.told("pages")) * 6 / 10);
    int[] head = Arrays.copyOf(question, before);
    passes.fill(new int[0], head, Passes.range(0, before), pages);
    stage.synchronize(passes.queue());
    IdleScope idle = stage.api().contextState().idle(passes.model());
    stage.confirm("others can have most of the pages");
    idle.close();
    int[] last = {question[before]};
    Expect.same(
        passes.next(pages, last, new int[] {before}, new int[0]),
        passes.alone(question, Passes.range(0, question.length)),
        "the answer after being idle");
  }
}
