package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ShelfTest {
  private final Shelf shelf = new Shelf();
  private final AtomicInteger fetched = new AtomicInteger();
  private final CountDownLatch compiled = new CountDownLatch(1);

  @AfterEach
  void close() {
    shelf.close();
  }

  private Optional<Program> source(String name) {
    fetched.incrementAndGet();
    if (name.startsWith("large")) {
      await(compiled);
    }
    return name.startsWith("absent")
        ? Optional.empty()
        : Optional.of(new TrustedProgram(ProgramName.parse(name), api -> {}));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void oneThatTakesLongHoldsUpNoOther() {
    shelf.fetchFrom(this::source);

    CompletableFuture<Optional<Program>> large = shelf.fetch("large");
    assertThat(shelf.fetch("small").join()).isPresent();
    assertThat(shelf.fetch("absent").join()).isEmpty();
    assertThat(large).isNotDone();

    compiled.countDown();
    assertThat(large.join()).isPresent();
  }

  @Test
  void isFoundOnceHoweverManyAsk() {
    shelf.fetchFrom(this::source);

    List<CompletableFuture<Optional<Program>>> all =
        IntStream.range(0, 100)
            .mapToObj(i -> shelf.fetch(i % 2 == 0 ? "large" : "large@0.1.0"))
            .toList();
    compiled.countDown();

    Program first = all.getFirst().join().orElseThrow();
    assertThat(all).allSatisfy(one -> assertThat(one.join()).containsSame(first));
    assertThat(fetched).hasValue(1);
  }

  @Test
  void whatFailsIsTriedAgain() {
    shelf.fetchFrom(name -> {
      if (fetched.incrementAndGet() == 1) {
        throw new LaunchException("no good");
      }
      return source(name);
    });

    assertThat(shelf.fetch("small")).failsWithin(java.time.Duration.ofSeconds(20));
    assertThat(shelf.fetch("small").join()).isPresent();
  }
}
