package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuestHeapTest {
  private static final long LIMIT = 32 << 20;

  private final WasmEngine engine = new WasmEngine();
  private Instance instance =
      engine.compile(GcModule.module()).instantiate(host(), Limits.standard());

  private static HostImports host() {
    return HostImports.builder()
        .functionToReference(
            "env",
            "twice",
            "ref -> ref",
            (instance, arguments, references) -> references[0] + "" + references[0])
        .build();
  }

  @BeforeEach
  void makeInstance() {
    instance.close();
    instance =
        engine
            .compile(GcModule.module())
            .instantiate(host(), Limits.standard().withHeapBytes(LIMIT));
  }

  @AfterEach
  void stopEngine() {
    instance.close();
    engine.close();
  }

  @Test
  void passesReferences() {
    assertThat(instance.callWithReferences("echo", new long[1], new Object[] {"ab"}))
        .isEqualTo("abab");
  }

  @Test
  void garbageIsFree() {
    // Some 3 GB.
    instance.call("churn", 40_000_000);
    assertThat(instance.end()).isEmpty();
  }

  @Test
  void keepsWhatFits() {
    for (int i = 0; i < 20; i++) {
      instance.call("keep", 150_000);
      instance.call("drop");
    }
    instance.call("keep", 150_000);
    instance.call("churn", 10_000_000);
    assertThat(instance.end()).isEmpty();
  }

  @Test
  void endsWhoKeepsTooMuch() {
    assertThatThrownBy(() -> instance.call("keep", 1_000_000_000))
        .isInstanceOfSatisfying(
            InstanceEnded.class,
            ended -> assertThat(ended.end()).isInstanceOf(End.MemoryExhausted.class))
        .hasMessageContaining("the limit is " + LIMIT);
  }

  @Test
  void refusesAnArrayBeyondTheLimitBeforeItIsMade() {
    instance.call("array", (int) (LIMIT / 8) - 10);
    assertThatThrownBy(() -> instance.call("array", (int) (LIMIT / 8) + 1))
        .hasMessageContaining("an array of 4194305 elements");
  }

  @Test
  void refusesAnArrayOfUnsignedLength() {
    assertThatThrownBy(() -> instance.call("array", -1))
        .hasMessageContaining("an array of 4294967295 elements");
  }
}
