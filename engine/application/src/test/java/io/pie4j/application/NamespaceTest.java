package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.application.Namespace.Use;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No name that a program can think of is another user's. */
final class NamespaceTest {
  private final Namespace alice = new Namespace(new User("alice"), false);
  private final Namespace sharer = new Namespace(new User("sharer"), true);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "../bob/a",
        "/",
        "user/bob/a",
        "/user/bob/a",
        "shared",
        "Shared/a",
        "ｓｈａｒｅｄ/a",
        "shаred/a", // a Cyrillic letter
        " shared/a",
        "./shared/a",
        "a/shared/b",
        "\uD83D\uDE00",
      })
  void aNameIsTheUsersOwn(String name) {
    String key = alice.key("get", "key", name, Use.CHANGE);

    assertThat(key).isEqualTo("user/alice/" + name);
    assertThat(alice.name(key)).contains(name);
    assertThat(sharer.name(key)).isEmpty();
  }

  @Test
  void sharedNamesAreTheSameForAllAndTakeARightToChange() {
    assertThat(alice.key("get", "key", "shared/a", Use.READ))
        .isEqualTo(sharer.key("set", "key", "shared/a", Use.CHANGE))
        .isEqualTo("shared/a");
    assertThat(alice.name("shared/a")).contains("shared/a");
    assertFails(() -> alice.key("set", "key", "shared/a", Use.CHANGE), ErrorCode.DENIED)
        .hasMessage(
            "set: key 'shared/a' is shared with all users, which takes the capability 'shared'; the program was not granted it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "shared/",
        "a\u0000",
        "\n",
        "a\u007f",
        "a\u0085b",
        "\u2028",
        "\ud800",
        "\udc00a"
      })
  void whatIsNoNameIsRefused(String name) {
    assertFails(() -> sharer.key("push", "mailbox", name, Use.CHANGE), ErrorCode.INVALID_ARGUMENT)
        .hasMessageStartingWith("push: mailbox must have ")
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContainPattern("\\p{Cntrl}"));
  }

  @Test
  void aNameIsBoundedInBytes() {
    assertThat(alice.key("get", "key", "a".repeat(256), Use.READ)).hasSize(256 + 11);
    assertFails(
            () -> alice.key("get", "key", "a".repeat(257), Use.READ), ErrorCode.INVALID_ARGUMENT)
        .hasMessage("get: key must have at most 256 bytes, has 257 characters");
    assertFails(
        () -> alice.key("get", "key", "ä".repeat(129), Use.READ), ErrorCode.INVALID_ARGUMENT);
    assertFails(
        () -> alice.prefix("list-keys", "prefix", "a".repeat(1 << 22)), ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void aBeginningMayBeEmpty() {
    assertThat(alice.prefix("list-keys", "prefix", "")).isEqualTo("user/alice/");
    assertThat(alice.prefix("list-keys", "prefix", "sha")).isEqualTo("user/alice/sha");
    assertThat(alice.prefix("list-keys", "prefix", "shared/")).isEqualTo("shared/");
  }

  @Test
  void namesOfTwoUsersNeverMeet() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String[] parts = {
      "user", "shared", "/", "..", ".", "a", "alice", "al", "ice", "b", "\u0301", " "
    };
    String[] users = {"a", "al", "alice", "alice.b", "user", "shared"};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder name = new StringBuilder();
      for (int part = 1 + random.nextInt(6); part > 0; part--) {
        name.append(parts[random.nextInt(parts.length)]);
      }
      Namespace one = new Namespace(new User(users[random.nextInt(users.length)]), true);
      Namespace other = new Namespace(new User(users[random.nextInt(users.length)]), true);
      if (name.toString().equals("shared/")) {
        continue;
      }
      String key = one.key("get", "key", name.toString(), Use.CHANGE);
      assertThat(one.name(key)).as("seed %s, %s", seed, key).contains(name.toString());
      if (!one.user().equals(other.user()) && !name.toString().startsWith("shared/")) {
        assertThat(other.name(key)).as("seed %s, %s", seed, key).isEmpty();
      }
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertFails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApiException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
