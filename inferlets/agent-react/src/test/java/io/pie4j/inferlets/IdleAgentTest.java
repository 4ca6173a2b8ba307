package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Api;
import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import io.pie4j.application.Program;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import io.pie4j.control.ContentionPolicy;
import io.pie4j.control.ControllerStatus;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.tools.Web;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of an agent's pages while a slow tool works and others need them. */
final class IdleAgentTest {
  /** Sixteen pages of the embedded model; an agent takes about eight. */
  private static final long KV_BYTES = 16L * 16 * 2 * 6 * 2 * 32 * Float.BYTES;

  /** Nobody gives way just because it is quiet. */
  private static final ContentionPolicy NEVER_QUIET =
      new ContentionPolicy.SuspendAndRestore(1 << 30, Optional.empty(), 86_400_000, 0, 0, 2_000);

  private static Stage stage;
  private static ToolServer server;

  @BeforeAll
  static void start() throws IOException {
    stage = Stage.demo(KV_BYTES, NEVER_QUIET);
    server =
        new ToolServer(
            0,
            (tool, question) ->
                tool.equals("search") ? "Lima is the capital of Peru." : "foggy, 14 degrees");
  }

  @AfterAll
  static void stop() {
    server.close();
    stage.close();
  }

  /** Needs all pages but a few. */
  private static void fill(Api api) {
    int pages = stage.controller().info().pageCount() - 2;
    try (Context context = Context.create(api)) {
      context.fillTokens(new int[pages * context.model().pageSize()]);
      context.decodeStepDist(1);
      api.runtime().print("filled " + context.pagesHeld());
    }
  }

  @Test
  void pagesServeOthersWhileAToolIsAwaited() {
    Program trusted = new TrustedProgram(ProgramName.parse("agent-react"), new AgentReact());
    for (Program agent : new Program[] {trusted, stage.module("agent-react")}) {
      String url = "--tools=" + server.url();
      Transcript alone = new Transcript();
      assertThat(stage.await(stage.launch(agent, alone, url))).isEqualTo(new Outcome.Finished());
      assertThat(alone.text()).contains("Answer: The weather in Lima is foggy, 14 degrees.");
      ControllerStatus before = status(each -> each.programs() == 0);

      server.hold();
      Transcript contended = new Transcript();
      Instance running = stage.launch(agent, contended, url);
      server.awaitRequest();
      Transcript filled = new Transcript();
      Instance other = stage.launch(program(IdleAgentTest::fill), filled);
      assertThat(stage.await(other)).isEqualTo(new Outcome.Finished());
      assertThat(filled.text()).startsWith("filled ");
      ControllerStatus meanwhile = status(each -> each.programs() == 1);
      assertThat(running.outcome()).isNotDone(); // its tool has not answered yet
      assertThat(meanwhile.suspensions()).isGreaterThan(before.suspensions());
      assertThat(meanwhile.pagesInMemory()).isPositive();

      server.release();
      assertThat(stage.await(running)).isEqualTo(new Outcome.Finished());
      assertThat(contended.text()).isEqualTo(alone.text());
      ControllerStatus after = status(each -> each.programs() == 0);
      assertThat(after.restores()).isGreaterThan(before.restores());
      assertThat(after.pagesInMemory()).isZero();
      assertThat(after.terminations()).isZero();
    }
  }

  /** The scope is what lets them go: a program that waits without it keeps its pages. */
  @Test
  void withoutTheScopeOthersWait() {
    server.hold();
    io.pie4j.api.Program keeping =
        api -> {
          try (Context context = Context.create(api)) {
            context.fillTokens(new int[8 * context.model().pageSize()]);
            context.decodeStepDist(1);
            Task<String> answer = new Web(api, server.url()).get("/search", "q", "Peru");
            api.runtime().print(answer.await(api));
          }
        };
    Transcript kept = new Transcript();
    Instance running = stage.launch(program(keeping), kept);
    server.awaitRequest();
    AtomicBoolean released = new AtomicBoolean();
    io.pie4j.api.Program filling =
        api -> {
          fill(api);
          api.runtime().print(released.get() ? " at last" : " too early");
        };
    Transcript filled = new Transcript();
    Instance other = stage.launch(program(filling), filled);
    status(each -> each.programsSuspended() == 1); // the newcomer: it waits for pages
    released.set(true);
    server.release();
    assertThat(stage.await(running)).isEqualTo(new Outcome.Finished());
    assertThat(stage.await(other)).isEqualTo(new Outcome.Finished());
    assertThat(filled.text()).endsWith(" at last");
    assertThat(kept.text()).isEqualTo("Lima is the capital of Peru.");
  }

  private static Program program(io.pie4j.api.Program body) {
    return new TrustedProgram(ProgramName.parse("program"), body);
  }

  /** The controller's counters once they are so. */
  private static ControllerStatus status(Predicate<ControllerStatus> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline) {
      ControllerStatus status = stage.controller().snapshot();
      if (wanted.test(status)) {
        return status;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("not so: " + stage.controller().snapshot());
  }
}
