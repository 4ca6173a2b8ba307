package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.ControllerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Components, however they end, leave nothing behind: the prebuilt program in Rust. */
@Timeout(600)
final class ComponentEndingsTest {

  private static final int AT_ONCE = 100;

  /** More of them, for a soak: -Dpie4j.endings=10000. */
  private static final int ENDINGS = Integer.getInteger("pie4j.endings", 300);

  @TempDir private static Path cache;

  private static TestEngine engine;
  private static WasmProgram program;

  @BeforeAll
  static void start() {
    engine = TestEngine.withoutArithmetic(LifecycleSettings.standard(), cache);
    program =
        engine.binary(TestEngine.ROOT.resolve("inferlets/rust/prebuilt/text-completion.wasm"));
  }

  @AfterAll
  static void stop() {
    program.close();
    engine.close();
  }

  @Test
  void oneAfterTheOtherAndManyAtOnceLeaveNothingBehind() throws IOException {
    // Once to have everything loaded that stays loaded.
    end(30, 1);
    end(AT_ONCE, AT_ONCE);
    Footprint before = Footprint.now();

    end(ENDINGS / 2, 1);
    end(ENDINGS - ENDINGS / 2, AT_ONCE);

    ControllerStatus status = engine.settled();
    assertThat(status.programs()).isZero();
    assertThat(status.queues()).isZero();
    assertThat(status.pagesUsed()).isZero();
    assertThat(status.embedsUsed()).isZero();
    assertThat(status.commandsWaiting()).isZero();
    assertThat(engine.lifecycle().list()).isEmpty();
    Footprint.now().assertNoMoreThan(before);
  }

  /** Ends so many, so many at a time: by itself, by its own error, and told to. */
  private static void end(int count, int atOnce) {
    Deque<Running> running = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      running.add(Running.start(i % 3));
      if (running.size() == atOnce) {
        running.remove().assertEnded();
      }
    }
    running.forEach(Running::assertEnded);
  }

  private record Running(Instance instance, Class<? extends Outcome> expected) {
    static Running start(int way) {
      return switch (way) {
        case 0 -> new Running(launch("--prompt", "a", "--max-tokens", "2"), Outcome.Finished.class);
        case 1 -> new Running(launch("--no-such-option"), Outcome.Failed.class);
        default -> {
          Instance instance = launch("--prompt", "a", "--max-tokens", "100000");
          instance.terminate("enough");
          yield new Running(instance, Outcome.Terminated.class);
        }
      };
    }

    private static Instance launch(String... arguments) {
      return engine.launch(program, Audience.none(), arguments);
    }

    void assertEnded() {
      assertThat(instance.outcome().join()).isInstanceOf(expected);
    }
  }
}
