package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** As many instances at once as in the paper's Figure 9. */
@Timeout(120)
final class ManyAtOnceTest {
  private static final int INSTANCES = 896;

  @TempDir private static Path cache;

  @Test
  void everyInstanceAcknowledgesAndAllLiveAtOnce() throws InterruptedException {
    try (TestEngine engine = TestEngine.withoutArithmetic(LifecycleSettings.standard(), cache)) {
      WasmProgram hello = engine.testProgram("hello");
      List<Transcript> transcripts = new ArrayList<>();
      List<Instance> instances = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        transcripts.add(new Transcript());
        instances.add(engine.launch(hello, transcripts.getLast(), "wait"));
      }
      for (Transcript transcript : transcripts) {
        assertThat(transcript.nextMessage()).isEqualTo("hello");
      }
      assertThat(engine.lifecycle().status().instancesRunning()).isEqualTo(INSTANCES);
      assertThat(engine.lifecycle().status().hostCalls())
          .containsEntry("client.send", (long) INSTANCES);
      for (int i = 0; i < INSTANCES; i++) {
        instances.get(i).send("message " + i);
      }
      for (int i = 0; i < INSTANCES; i++) {
        assertThat(transcripts.get(i).nextMessage()).isEqualTo("message " + i);
        assertThat(instances.get(i).outcome().join()).isEqualTo(new Outcome.Finished());
      }
      assertThat(engine.lifecycle().status().instancesRunning()).isZero();
      assertThat(engine.lifecycle().status().hostCalls())
          .containsEntry("client.send", 2L * INSTANCES)
          .containsEntry("client.receive", (long) INSTANCES)
          .doesNotContainKey("store.get");
    }
  }

  @Test
  void refusesOneInstanceMoreThanTheBound() {
    LifecycleSettings settings = LifecycleSettings.standard().withInstancesMax(2);
    try (TestEngine engine = TestEngine.withoutArithmetic(settings, cache)) {
      WasmProgram hello = engine.testProgram("hello");
      engine.launch(hello, Audience.none(), "wait");
      engine.launch(hello, Audience.none(), "wait");
      assertThat(catchThrowable(() -> engine.launch(hello, Audience.none(), "wait")))
          .isInstanceOf(LaunchException.class)
          .hasMessage("2 instances are running (instancesMax); try again when some have ended");
    }
  }
}
