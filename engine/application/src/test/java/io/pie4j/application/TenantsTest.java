package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.ExportedPages;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.component.Limits;
import io.pie4j.control.Quotas;
import io.pie4j.control.UserQuotas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users side by side: what is whose, and how much of it. */
@Timeout(120)
final class TenantsTest {
  private static final User ALICE = new User("alice");
  private static final User BOB = new User("bob");
  private static final User SHARER = new User("sharer");
  private static final User CLOSED = new User("closed");
  private static final User POOR = new User("poor");

  private static final Policy POLICY =
      Policy.standard()
          .with(
              SHARER, Grant.standard().withCapabilities(Capabilities.standard().with(Right.SHARED)))
          .with(CLOSED, Grant.standard().withCapabilities(Capabilities.none()).withModels(Set.of()))
          .with(
              POOR,
              Grant.standard()
                  .withCapabilities(Capabilities.standard().withTopK(5))
                  .withQuotas(new Quotas(4, 6, 1, 100, 8))
                  .withUserQuotas(new UserQuotas(6, 10, 1, 3, 1_000_000))
                  .withInstances(2)
                  .withLimits(Limits.largest().withBurst(Duration.ofMillis(50))));

  @TempDir private static Path cache;

  private static TestEngine engine;

  @BeforeAll
  static void start() {
    engine = TestEngine.withoutArithmetic(LifecycleSettings.standard(), POLICY, cache);
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @Test
  void exportsAreTheUsersOwn() {
    run(ALICE, api -> export(api, "prefix", 2));
    run(
        BOB,
        api -> {
          assertThat(exports(api)).isEmpty();
          for (String name :
              List.of("prefix", "user/alice/prefix", "../alice/prefix", "shared/prefix")) {
            assertFails(() -> importPages(api, name), ErrorCode.NOT_FOUND)
                .hasMessage("import-kvpage: name: nothing is exported as " + name);
            assertFails(
                () -> unexport(api, name),
                name.startsWith("shared/") ? ErrorCode.DENIED : ErrorCode.NOT_FOUND);
          }
          export(api, "prefix", 1);
          assertThat(exports(api)).containsExactly(new ExportedPages("prefix", "bob", 1, 0));
          unexport(api, "prefix");
        });
    run(
        ALICE,
        api -> {
          assertThat(exports(api)).containsExactly(new ExportedPages("prefix", "alice", 2, 0));
          assertThat(importPages(api, "prefix")).hasSize(2);
          assertFails(() -> export(api, "prefix", 1), ErrorCode.INVALID_ARGUMENT)
              .hasMessageContaining("export-kvpage: name: prefix is exported already");
          unexport(api, "prefix");
          assertThat(exports(api)).isEmpty();
        });
  }

  @Test
  void sharedExportsAreSeenByAllAndChangedByTheirUser() {
    run(
        ALICE,
        api ->
            assertFails(() -> export(api, "shared/system", 1), ErrorCode.DENIED)
                .hasMessageContaining("'shared'"));
    run(
        SHARER,
        api -> {
          export(api, "shared/system", 3);
          export(api, "own", 1);
          assertThat(exports(api))
              .extracting(ExportedPages::name)
              .containsExactly("own", "shared/system");
          unexport(api, "own");
        });
    run(
        BOB,
        api -> {
          assertThat(exports(api))
              .containsExactly(new ExportedPages("shared/system", "sharer", 3, 0));
          assertThat(importPages(api, "shared/system")).hasSize(3);
          assertFails(() -> unexport(api, "shared/system"), ErrorCode.DENIED);
        });
    run(SHARER, api -> unexport(api, "shared/system"));
  }

  @Test
  void whatIsNotGrantedIsDenied() {
    Manifest nothing = Manifest.parse("test", "name = \"quiet\"");
    run(
        ALICE,
        nothing,
        api -> {
          assertFails(() -> export(api, "a", 1), ErrorCode.DENIED)
              .hasMessageContaining("export-kvpage: takes the capability 'exports'");
          assertFails(() -> importPages(api, "a"), ErrorCode.DENIED);
          assertFails(() -> unexport(api, "a"), ErrorCode.DENIED);
          assertThat(exports(api)).isEmpty();
          assertFails(() -> api.children().launch("a", List.of()), ErrorCode.DENIED);
        });
    run(CLOSED, api -> assertThat(api.models().availableModels()).isEmpty());
  }

  @Test
  void namesAreChecked() {
    run(
        ALICE,
        api -> {
          for (String name : List.of("", "a\u0000b", "x".repeat(257))) {
            assertFails(() -> export(api, name, 1), ErrorCode.INVALID_ARGUMENT)
                .hasMessageStartingWith("export-kvpage: name must have");
            assertFails(() -> importPages(api, name), ErrorCode.INVALID_ARGUMENT);
            assertFails(() -> unexport(api, name), ErrorCode.INVALID_ARGUMENT);
          }
        });
  }

  @Test
  void quotasAreTheProgramsAndTheUsers() {
    run(
        POOR,
        api -> {
          Queue queue = queue(api);
          int[] pages = api.allocate().allocKvpage(queue, 3);
          assertFails(() -> api.allocate().allocKvpage(queue, 2), ErrorCode.QUOTA_EXCEEDED)
              .hasMessage("alloc-kvpage: 2 pages asked, 3 held, the limit is 4");
          assertFails(() -> queue(api), ErrorCode.QUOTA_EXCEEDED)
              .hasMessageContaining("the limit is 1");
          int[] embeds = api.allocate().allocEmb(queue, 1);
          assertFails(
                  () -> api.outputText().getNextDist(queue, embeds[0], java.util.OptionalInt.of(6)),
                  ErrorCode.QUOTA_EXCEEDED)
              .hasMessageContaining("5");
          api.allocate().exportKvpage(queue, pages, "one");
          assertFails(
              () -> api.allocate().exportKvpage(queue, pages, "two"), ErrorCode.QUOTA_EXCEEDED);
          api.queues().synchronize(queue).await();

          // A second program of the user finds what the first left of the user's.
          Instance second =
              engine.launchAs(
                  POOR,
                  trusted(
                      Manifest.none(),
                      other -> {
                        Queue its = queue(other);
                        assertFails(
                                () -> other.allocate().allocKvpage(its, 4),
                                ErrorCode.QUOTA_EXCEEDED)
                            .hasMessageContaining("the programs of user poor");
                        assertThat(other.allocate().allocKvpage(its, 3)).hasSize(3);
                      }),
                  Audience.none());
          assertThat(second.outcome().join()).isEqualTo(new Outcome.Finished());
          unexport(api, "one");
        });
  }

  @Test
  void instancesOfAUserAreBounded() {
    TrustedProgram waits = trusted(Manifest.none(), api -> api.client().receive().await());
    Instance one = engine.launchAs(POOR, waits, Audience.none());
    Instance two = engine.launchAs(POOR, waits, Audience.none());
    assertThatThrownBy(() -> engine.launchAs(POOR, waits, Audience.none()))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("2 instances of user poor");
    run(ALICE, api -> assertThat(api.runtime().user()).isEqualTo("alice"));
    one.send("go");
    one.outcome().join();
    Instance three = engine.launchAs(POOR, waits, Audience.none());
    three.terminate("enough");
    two.terminate("enough");
    three.outcome().join();
    two.outcome().join();
  }

  @Test
  void thePolicyBoundsTheLimitsOfWhoeverLaunches() {
    Instance poor = engine.launchAs(POOR, trusted(Manifest.none(), api -> {}), Audience.none());
    Instance other = engine.launchAs(ALICE, trusted(Manifest.none(), api -> {}), Audience.none());
    Limits asked = LifecycleSettings.standard().limits();
    assertThat(poor.limits()).isEqualTo(asked.withBurst(Duration.ofMillis(50)));
    assertThat(other.limits()).isEqualTo(asked);
    poor.outcome().join();
    other.outcome().join();
  }

  @Test
  void anIdleProgramGoesOnWhenItLikes() {
    run(
        ALICE,
        api -> {
          Model model = model(api);
          Queue queue = queue(api);
          int[] pages = api.allocate().allocKvpage(queue, 2);
          IdleScope scope = api.contextState().idle(model);
          try (IdleScope _ = api.contextState().idle(model)) {
            api.allocate().copyKvpage(queue, pages[0], pages[1], 0, 0, 0);
            api.queues().synchronize(queue).await();
          }
          scope.close();
          api.allocate().deallocKvpage(queue, pages);
          api.queues().synchronize(queue).await();
        });
  }

  private static void export(Api api, String name, int pages) {
    Queue queue = queue(api);
    api.allocate().exportKvpage(queue, api.allocate().allocKvpage(queue, pages), name);
    api.queues().synchronize(queue).await();
  }

  private static int[] importPages(Api api, String name) {
    return api.allocate().importKvpage(queue(api), name);
  }

  private static void unexport(Api api, String name) {
    api.allocate().unexportKvpage(model(api), name);
  }

  private static List<ExportedPages> exports(Api api) {
    return api.allocate().listExports(model(api));
  }

  private static Queue queue(Api api) {
    return api.queues().createQueue(model(api));
  }

  private static Model model(Api api) {
    return api.models().availableModels().getFirst();
  }

  private static void run(User user, io.pie4j.api.Program body) {
    run(user, Manifest.none(), body);
  }

  private static void run(User user, Manifest manifest, io.pie4j.api.Program body) {
    Instance instance = engine.launchAs(user, trusted(manifest, body), Audience.none());
    assertThat(instance.outcome().join()).isEqualTo(new Outcome.Finished());
  }

  private static TrustedProgram trusted(Manifest manifest, io.pie4j.api.Program body) {
    return new TrustedProgram(ProgramName.parse("test"), manifest, body);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      ThrowingCallable call, ErrorCode code) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
