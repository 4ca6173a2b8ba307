package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.Stepped.Program;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Metrics and trace say what happened. */
class ObservationTest {
  private static final long MILLI = 1_000_000;

  private final Stepped engine = new Stepped(settings().withTracePasses(4));

  private static ControlSettings settings() {
    return ControlSettings.defaults().withPrefillChunkTokens(4);
  }

  @Test
  void batchSizesAndTimes() {
    Program p = engine.program();
    Program q = engine.program();
    ControllerMetrics before = engine.controller.metrics();
    p.step();
    q.step();
    engine.start();
    engine.nanos += 7 * MILLI;
    engine.finish();
    ControllerMetrics after = engine.controller.metrics();
    assertThat(after.passNanos().count() - before.passNanos().count()).isEqualTo(1);
    assertThat(after.queueWaitNanos().count() - before.queueWaitNanos().count()).isEqualTo(2);
    assertThat(after.passNanos().max()).isBetween(8 * MILLI, 81 * MILLI / 10);
    assertThat(after.driverNanos().max()).isBetween(1_000L, 1_100L);
    assertThat(after.forwardsPerPass()).isEqualTo(new Quantiles(1, 2, 2, 2, 2, 2, 2));
    assertThat(after.tokensPerPass().max()).isEqualTo(2);
    assertThat(after.readoutsPerPass().max()).isEqualTo(2);
    assertThat(after.copiesPerPass()).isEqualTo(new Quantiles(0, 0, 0, 0, 0, 0, 0));
    assertThat(after.queuesPerPass().max()).isEqualTo(2);
    assertThat(after.distributions()).hasSize(9).containsEntry("passNanos", after.passNanos());
    assertThat(after.status()).isEqualTo(engine.status());
  }

  @Test
  void aQueueWaitsFromWhenItsCommandCouldRun() {
    Program p = engine.program();
    engine.controller.metrics();
    Pending<?> first = p.step();
    engine.start();
    p.queue.forward(p.pages, new int[] {p.embeds[0]}, p.pages, new int[] {p.embeds[1]});
    engine.nanos += 50 * MILLI;
    engine.finish();
    engine.settle();
    assertThat(first.isReady()).isTrue();
    assertThat(engine.controller.metrics().queueWaitNanos().max())
        .as("its own pass before is no wait")
        .isLessThan(5 * MILLI);
  }

  @Test
  void failedPassesHaveNoDriverTime() {
    Program p = engine.program();
    ControllerMetrics before = engine.controller.metrics();
    p.step();
    engine.start();
    engine.fail("power cut");
    ControllerMetrics after = engine.controller.metrics();
    assertThat(after.passNanos().count()).isEqualTo(before.passNanos().count() + 1);
    assertThat(after.driverNanos().count()).isEqualTo(before.driverNanos().count());
    assertThat(engine.controller.trace().passes().getLast().failed()).isTrue();
  }

  @Test
  void theTraceKeepsTheLastPasses() {
    Program p = engine.program();
    Program q = engine.program();
    for (int i = 0; i < 5; i++) {
      p.step();
      engine.settle();
    }
    p.step();
    p.step();
    q.step();
    long formed = engine.nanos;
    engine.start();
    engine.nanos += MILLI;
    engine.finish();
    List<TracedPass> passes = engine.controller.trace().passes();
    assertThat(passes).hasSize(4);
    TracedPass last = passes.getLast();
    assertThat(last)
        .isEqualTo(
            new TracedPass(
                last.number(),
                formed,
                formed,
                formed + 2 * MILLI,
                1_000,
                false,
                2,
                2,
                0,
                0,
                2,
                2,
                2,
                0,
                0,
                2,
                Stepped.PAGES - 8));
    assertThat(passes.getFirst().number()).isEqualTo(last.number() - 3);
    engine.settle();
  }

  @Test
  void noTraceWithoutPasses() {
    Stepped untraced = new Stepped(settings().withTracePasses(0));
    untraced.program().step();
    untraced.settle();
    assertThat(untraced.controller.trace().passes()).isEmpty();
  }

  @Test
  void theTraceAsChromeReadsIt() throws IOException {
    Program p = engine.program();
    p.step();
    engine.start();
    engine.nanos += 1_234_567;
    engine.finish();
    Trace trace = engine.controller.trace();
    Trace odd = new Trace("a \"model\" \\ of\nits \ud83e\udd67", trace.passes());
    StringWriter written = new StringWriter();
    Trace.writeChromeJson(List.of(trace, odd), written);
    JsonNode events = new ObjectMapper().readTree(written.toString()).get("traceEvents");
    List<JsonNode> last = new ArrayList<>();
    List<String> models = new ArrayList<>();
    for (JsonNode event : events) {
      String phase = event.get("ph").asString();
      assertThat(phase).isIn("M", "X", "C");
      assertThat(event.get("pid").asInt()).isBetween(1, 2);
      if (event.get("name").asString().equals("process_name")) {
        models.add(event.get("args").get("name").asString());
      }
      if (phase.equals("X") && event.get("tid").asInt() == 2) {
        last.add(event);
      }
    }
    assertThat(models).containsExactly("checked", odd.model());
    assertThat(last).hasSize(2 * trace.passes().size());
    JsonNode pass = last.getLast();
    assertThat(pass.get("dur").asDouble()).as("start() takes a millisecond").isEqualTo(2_234.567);
    assertThat(pass.get("ts").asDouble()).isEqualTo(trace.passes().getLast().startedNanos() / 1e3);
    assertThat(pass.get("args").get("tokens").asInt()).isEqualTo(1);
    assertThat(pass.get("args").get("readouts").asInt()).isEqualTo(1);
  }
}
