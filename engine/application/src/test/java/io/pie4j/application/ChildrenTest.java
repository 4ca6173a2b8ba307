package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.ApiException;
import io.pie4j.api.Child;
import io.pie4j.api.ClientFile;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureText;
import io.pie4j.api.Pollable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that launch programs: what passes between them, and how they end. */
@Timeout(120)
final class ChildrenTest {
  private static final int CHILDREN = 4;
  private static final int DEPTH = 3;
  private static final long BYTES = 20_000;
  private static final Policy POLICY =
      new Policy(
          Grant.standard().withCapabilities(Capabilities.standard().withChildren(CHILDREN)),
          java.util.Map.of(
              new User("lonely"),
              Grant.standard().withCapabilities(Capabilities.standard().withChildren(0)),
              new User("few"),
              Grant.standard().withInstances(2)));

  @TempDir private static Path cache;

  private TestEngine engine;

  @BeforeEach
  void start() {
    engine =
        TestEngine.withoutArithmetic(
            LifecycleSettings.standard()
                .withInbox(16, 4_000)
                .withChildren(new ChildSettings(DEPTH, BYTES)),
            POLICY,
            cache);
    install(
        "echo",
        api -> {
          api.runtime().print(String.join(" ", api.runtime().arguments()));
          api.runtime().print("!");
        });
    install("waits", api -> api.client().receive().await());
    install(
        "fails",
        api -> {
          throw new IllegalStateException("no luck");
        });
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void whatAChildPrintedIsItsResult() {
    run(api -> {
      Child child = api.children().launch("echo", List.of("a", "b"));
      assertThat(child.id()).isNotEqualTo(api.runtime().instanceId());
      Pollable end = child.subscribe();
      end.block();
      assertThat(end.ready()).isTrue();
      assertThat(child.get()).contains("a b!");
      assertThat(child.await()).isEqualTo("a b!");
    });
  }

  @Test
  void aChildRunsForTheSameUser() {
    install("who", api -> api.runtime().print(api.runtime().user()));
    run(
        new User("someone"),
        api -> assertThat(api.children().launch("who", List.of()).await()).isEqualTo("someone"));
  }

  @Test
  void aWebAssemblyChildTalksWithItsParent() {
    engine.lifecycle().install(engine.testProgram("hello"));
    run(api -> {
      Child child = api.children().launch("hello", List.of("wait"));
      assertThat(child.receive().await()).isEqualTo("hello");
      child.send("goodbye");
      assertThat(child.receive().await()).isEqualTo("goodbye");
      assertThat(child.await()).isNotNull();
    });
  }

  @Test
  void messagesGoBothWaysAndEndWithTheChild() {
    install(
        "repeats",
        api -> {
          for (int i = 0; i < 3; i++) {
            api.client().send(api.client().receive().await() + " " + i);
          }
        });
    run(api -> {
      Child child = api.children().launch("repeats", List.of());
      FutureText early = child.receive();
      assertThat(early.get()).isEmpty();
      for (String text : List.of("x", "y", "z")) {
        child.send(text);
      }
      assertThat(early.await()).isEqualTo("x 0");
      child.await();
      assertThat(child.receive().await()).isEqualTo("y 1");
      assertThat(child.receive().await()).isEqualTo("z 2");
      assertFails(() -> child.receive().await(), ErrorCode.NOT_FOUND)
          .hasMessageContaining("has ended");
      assertFails(() -> child.send("late"), ErrorCode.NOT_FOUND).hasMessageContaining("has ended");
    });
  }

  @Test
  void whoAsksForAMessageThatNeverComesIsTold() {
    run(api -> {
      Child child = api.children().launch("waits", List.of());
      FutureText never = child.receive();
      child.send("go");
      assertFails(never::await, ErrorCode.NOT_FOUND);
    });
  }

  @Test
  void aChildThatFailsSaysWhy() {
    run(api -> {
      Child child = api.children().launch("fails", List.of());
      assertFails(child::await, ErrorCode.FAILED)
          .hasMessageContaining("fails@0.1.0")
          .hasMessageContaining("program failed: no luck");
      assertFails(child::get, ErrorCode.FAILED);
      assertThat(api.children().launch("echo", List.of("next")).await()).isEqualTo("next!");
    });
  }

  @Test
  void aParentTakesNoFiles() {
    install("sends", api -> api.client().sendFile(new ClientFile("a.txt", new byte[] {1})));
    run(api ->
        assertFails(() -> api.children().launch("sends", List.of()).await(), ErrorCode.FAILED)
            .hasMessageContaining("send-file: this program's client"));
  }

  @Test
  void aTrapIsTheChildsAlone() {
    engine.lifecycle().install(engine.testProgram("misbehave"));
    run(api ->
        assertFails(
                () -> api.children().launch("misbehave", List.of("trap")).await(), ErrorCode.FAILED)
            .hasMessageContaining("trapped"));
  }

  @Test
  void cancelEndsAChildAndNothingElse() {
    run(api -> {
      Child one = api.children().launch("waits", List.of());
      Child other = api.children().launch("waits", List.of());
      one.cancel();
      assertFails(one::await, ErrorCode.TERMINATED).hasMessageContaining("cancelled by");
      one.cancel();
      assertThat(other.get()).isEmpty();
      other.send("go");
      assertThat(other.await()).isEmpty();
    });
  }

  @Test
  void aDroppedHandleLeavesTheChildRunningAndUnheard() throws Exception {
    Transcript parentsAudience = new Transcript();
    CompletableFuture<Boolean> heard = new CompletableFuture<>();
    install(
        "talks",
        api -> {
          api.client().receive().await();
          // More than there is room for, were anybody to keep it.
          for (int i = 0; i < 100; i++) {
            api.runtime().print("x".repeat(1000));
            api.client().send("x".repeat(1000));
          }
          heard.complete(true);
          api.client().receive().await();
        });
    Instance parent =
        engine.launch(
            trusted(
                "parent",
                api -> {
                  Child child = api.children().launch("talks", List.of());
                  child.close();
                  child.close();
                  api.client().send("dropped");
                  api.client().receive().await();
                }),
            parentsAudience);
    assertThat(parentsAudience.nextMessage()).isEqualTo("dropped");
    engine.lifecycle().list().stream()
        .filter(instance -> instance.program().name().equals("talks"))
        .forEach(child -> child.send("go"));
    assertThat(heard.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(engine.lifecycle().list()).hasSize(2);
    parent.send("end");
    assertFinished(parent);
    awaitNothingRuns();
  }

  @Test
  void childrenEndWithTheirParentHoweverItEnds() {
    install(
        "nests",
        api -> {
          api.children().launch("waits", List.of());
          api.children().launch("waits", List.of());
          api.client().send("ready");
          api.client().receive().await();
        });
    for (String ending : List.of("returns", "fails", "terminated")) {
      Transcript transcript = new Transcript();
      Instance parent =
          engine.launch(
              trusted(
                  "parent",
                  api -> {
                    Child child = api.children().launch("nests", List.of());
                    child.receive().await();
                    api.client().send("ready");
                    if (ending.equals("fails")) {
                      throw new IllegalStateException("on purpose");
                    }
                    if (ending.equals("terminated")) {
                      child.await();
                    }
                  }),
              transcript);
      assertThat(next(transcript)).isEqualTo("ready");
      if (ending.equals("terminated")) {
        assertThat(engine.lifecycle().list()).hasSize(4);
        parent.terminate("enough");
      }
      parent.outcome().join();
      awaitNothingRuns();
      assertThat(engine.settled().programs()).isZero();
    }
  }

  @Test
  void aParentThatReadsNothingDoesNotHoldUpItsChild() {
    CompletableFuture<ApiException> refused = new CompletableFuture<>();
    CompletableFuture<ApiException> noRoom = new CompletableFuture<>();
    install(
        "floods",
        api -> {
          try {
            while (true) {
              api.client().send("short");
            }
          } catch (ApiException full) {
            refused.complete(full);
          }
          try {
            while (true) {
              api.runtime().print("x".repeat(1000));
            }
          } catch (ApiException full) {
            noRoom.complete(full);
          }
        });
    run(api -> {
      Child child = api.children().launch("floods", List.of());
      assertThat(child.await()).hasSizeBetween(8_000, 10_000);
      assertThat(refused.join().code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
      assertThat(refused.join())
          .hasMessageContaining("send: ")
          .hasMessageContaining("inboxMessagesMax");
      assertThat(noRoom.join().code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
      assertThat(noRoom.join()).hasMessageContaining("print: ").hasMessageContaining("20000");
      // The room is all children's together, and free again when the handle is.
      String text = "y".repeat(8_000);
      assertFails(() -> api.children().launch("echo", List.of(text)).await(), ErrorCode.FAILED);
      child.close();
      assertThat(api.children().launch("echo", List.of(text)).await()).isEqualTo(text + "!");
    });
  }

  @Test
  void aChildThatReadsNothingIsNotFilledUp() {
    run(api -> {
      Child child = api.children().launch("idles", List.of());
      for (int i = 0; i < 16; i++) {
        child.send("m");
      }
      assertFails(() -> child.send("m"), ErrorCode.QUOTA_EXCEEDED)
          .hasMessageContaining("16 messages (inboxMessagesMax)");
      Child other = api.children().launch("idles", List.of());
      other.send("m".repeat(1_500));
      assertFails(() -> other.send("m".repeat(1_500)), ErrorCode.QUOTA_EXCEEDED)
          .hasMessageContaining("4000 bytes (inboxBytesMax)");
    });
  }

  @Test
  void onlyWhatIsInstalledIsLaunched() {
    run(api -> {
      assertFails(() -> api.children().launch("nobody", List.of()), ErrorCode.NOT_FOUND)
          .hasMessage("launch: there is no installed program 'nobody'");
      assertFails(() -> api.children().launch("../echo\u0007", List.of()), ErrorCode.NOT_FOUND)
          .hasMessage("launch: there is no installed program '../echo?'");
      assertFails(
              () -> api.children().launch("echo", List.of("x".repeat(2 << 20))),
              ErrorCode.QUOTA_EXCEEDED)
          .hasMessageContaining("argumentBytesMax");
    });
  }

  @Test
  void aProgramThatIsNotInstalledYetIsFetchedOnceByItsName() {
    List<String> asked = new CopyOnWriteArrayList<>();
    engine
        .lifecycle()
        .findProgramsIn(name -> {
          asked.add(name);
          if (name.equals("broken")) {
            throw new LaunchException("no good");
          }
          return name.startsWith("late")
              ? Optional.of(trusted("late", api -> api.runtime().print("here")))
              : Optional.empty();
        });
    run(api -> {
      assertThat(api.children().launch("late", List.of()).await()).isEqualTo("here");
      assertThat(api.children().launch("late@0.1.0", List.of()).await()).isEqualTo("here");
      for (String name : List.of("absent", "/etc/passwd", "../late", "late.wasm", "")) {
        assertFails(() -> api.children().launch(name, List.of()), ErrorCode.NOT_FOUND);
      }
      assertFails(() -> api.children().launch("broken", List.of()), ErrorCode.NOT_FOUND)
          .hasMessageContaining("cannot be used: no good");
    });
    assertThat(asked).containsExactly("late", "absent", "broken");
  }

  @Test
  void theNumberOfChildrenIsBounded() {
    run(api -> {
      List<Child> children = new ArrayList<>();
      for (int i = 0; i < CHILDREN; i++) {
        children.add(api.children().launch("waits", List.of()));
      }
      assertFails(() -> api.children().launch("waits", List.of()), ErrorCode.QUOTA_EXCEEDED)
          .hasMessageContaining("4 programs")
          .hasMessageContaining("(children)");
      children.getFirst().send("go");
      children.getFirst().await();
      assertThat(api.children().launch("echo", List.of()).await()).isEqualTo("!");
    });
    run(
        new User("lonely"),
        api ->
            assertFails(() -> api.children().launch("echo", List.of()), ErrorCode.DENIED)
                .hasMessageContaining("'children'"));
    run(
        new User("few"),
        api -> {
          Child child = api.children().launch("waits", List.of());
          assertFails(() -> api.children().launch("echo", List.of()), ErrorCode.QUOTA_EXCEEDED)
              .hasMessageContaining("2 instances of user few");
          child.cancel();
        });
  }

  @Test
  void nestingIsBounded() {
    CompletableFuture<ApiException> deepest = new CompletableFuture<>();
    AtomicInteger ran = new AtomicInteger();
    install(
        "nests",
        api -> {
          ran.incrementAndGet();
          try {
            api.children().launch("nests", List.of()).await();
          } catch (ApiException full) {
            deepest.complete(full);
          }
        });
    run(api -> api.children().launch("nests", List.of()).await());
    assertThat(deepest.join().code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    assertThat(deepest.join())
        .hasMessageContaining("3 launches below")
        .hasMessageContaining("depthMax");
    assertThat(ran).hasValue(DEPTH);
  }

  @Test
  void aFamilyIsNoLargerThanItsFirstWasGranted() {
    CountDownLatch refusals = new CountDownLatch(1);
    AtomicInteger most = new AtomicInteger();
    install(
        "multiplies",
        api -> {
          try {
            while (true) {
              api.children().launch("multiplies", List.of()).close();
              most.accumulateAndGet(engine.lifecycle().list().size(), Math::max);
            }
          } catch (ApiException full) {
            refusals.countDown();
            assertThat(full.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
          }
          api.client().receive().await();
        });
    Instance bomb =
        engine.launch(engine.lifecycle().program("multiplies").orElseThrow(), Audience.none());
    await(refusals);
    bomb.terminate("enough");
    bomb.outcome().join();
    awaitNothingRuns();
    assertThat(most.get()).isBetween(2, 1 + CHILDREN);
  }

  @Test
  void aChildGetsNoMoreThanItsParentHas() {
    Manifest storeAndChildren =
        Manifest.parse("test", "[capabilities]\nstore = true\nchildren = 2");
    CompletableFuture<Capabilities> of = new CompletableFuture<>();
    install(
        "asks-for-all",
        api ->
            of.complete(
                engine.lifecycle().find(api.runtime().instanceId()).orElseThrow().capabilities()));
    Instance parent =
        engine.launch(
            new TrustedProgram(
                ProgramName.parse("parent"),
                storeAndChildren,
                api -> api.children().launch("asks-for-all", List.of()).await()),
            Audience.none());
    assertFinished(parent);
    assertThat(of.join()).isEqualTo(parent.capabilities());
    assertThat(of.join().rights()).containsExactly(Right.STORE);
    assertThat(of.join().children()).isEqualTo(2);
    assertThat(of.join().http().allows("example.com")).isFalse();
  }

  @Test
  void aSecondLaunchOfManyLeavesNothing() {
    run(api -> {
      for (int round = 0; round < 200; round++) {
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < CHILDREN; i++) {
          children.add(api.children().launch(i % 2 == 0 ? "echo" : "fails", List.of("r" + round)));
        }
        for (Child child : children) {
          try {
            assertThat(child.await()).isEqualTo("r" + round + "!");
          } catch (ApiException failed) {
            assertThat(failed.code()).isEqualTo(ErrorCode.FAILED);
          }
          child.close();
        }
      }
    });
    assertThat(engine.lifecycle().list()).isEmpty();
    assertThat(engine.lifecycle().status().instancesLaunched()).isEqualTo(1 + 200 * CHILDREN);
  }

  private void install(String name, io.pie4j.api.Program body) {
    engine.lifecycle().install(trusted(name, body));
  }

  private void run(io.pie4j.api.Program body) {
    run(new User("tester"), body);
  }

  private void run(User user, io.pie4j.api.Program body) {
    install("idles", api -> api.runtime().sleep(3_600_000).await());
    assertFinished(engine.launchAs(user, trusted("parent", body), Audience.none()));
    awaitNothingRuns();
  }

  private static TrustedProgram trusted(String name, io.pie4j.api.Program body) {
    return new TrustedProgram(ProgramName.parse(name), body);
  }

  private static void assertFinished(Instance instance) {
    assertThat(instance.outcome().join()).isEqualTo(new Outcome.Finished());
  }

  // Whatever runs may launch one more before it learns that it is to end.
  private void awaitNothingRuns() {
    List<Instance> left = engine.lifecycle().list();
    while (!left.isEmpty()) {
      for (Instance instance : left) {
        assertThat(instance.outcome()).succeedsWithin(Duration.ofSeconds(60));
      }
      left = engine.lifecycle().list();
    }
  }

  private static String next(Transcript transcript) {
    try {
      return transcript.nextMessage();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      ThrowingCallable call, ErrorCode code) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
