package io.pie4j.control.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.control.ControlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class SwitchboardTest {
  private static final String BOX = "user/ann/box";
  private static final String TOPIC = "user/ann/topic";

  private final Switchboard switchboard =
      new Switchboard(new MessagingSettings(3, 4, 3, 4, 6, 10, 4_000));
  private final Member ann = switchboard.join("ann");
  private final Member other = switchboard.join("ann");

  @AfterEach
  void nothingIsLeft() {
    ann.close();
    other.close();
    assertThat(switchboard.status().topics()).isZero();
  }

  @Test
  void aMailboxKeepsTheOrderOfMessages() {
    ann.push(BOX, "1");
    ann.push(BOX, "2");
    Asked first = other.pull(BOX);
    Asked second = other.pull(BOX);
    Asked third = ann.pull(BOX);
    Asked fourth = other.pull(BOX);
    assertThat(third.text()).isNotDone();
    ann.push(BOX, "3");
    ann.push(BOX, "4");
    assertThat(List.of(see(first), see(second), see(third), see(fourth)))
        .containsExactly("1", "2", "3", "4");
    assertThat(switchboard.status().mailboxes()).isZero();
  }

  @Test
  void anAskerThatGoesTakesNoMessageAlong() {
    Asked gone = ann.pull(BOX);
    Asked waits = other.pull(BOX);
    gone.abandon();
    ann.push(BOX, "1");
    assertThat(gone.text()).isCompletedExceptionally();
    assertThat(see(waits)).isEqualTo("1");
  }

  @Test
  void whatWasPulledAndNeverSeenTakesItsOldPlace() {
    ann.push(BOX, "1");
    ann.push(BOX, "2");
    ann.push(BOX, "3");
    Asked one = other.pull(BOX);
    Asked two = other.pull(BOX);
    assertThat(two.text()).isCompleted();
    assertThat(see(one)).isEqualTo("1");
    other.close();
    assertThat(see(ann.pull(BOX))).isEqualTo("2");
    assertThat(see(ann.pull(BOX))).isEqualTo("3");
  }

  @Test
  void whatWasSeenDoesNotComeBack() {
    ann.push(BOX, "1");
    Asked one = other.pull(BOX);
    assertThat(see(one)).isEqualTo("1");
    one.abandon();
    assertThat(switchboard.status().mailboxes()).isZero();
  }

  @Test
  void messagesOutliveTheProgramThatPushedThem() {
    other.push(BOX, "1");
    other.close();
    assertThat(see(ann.pull(BOX))).isEqualTo("1");
  }

  @Test
  void mailboxesAreBounded() {
    IntStream.range(0, 4).forEach(i -> ann.push(BOX, "m" + i));
    assertRefused(() -> ann.push(BOX, "m4"), "push: 4 messages wait in the mailbox");
    // What was handed out counts until it is seen.
    Asked handed = other.pull(BOX);
    assertRefused(() -> ann.push(BOX, "m4"), "mailboxMessagesMax");
    see(handed);
    ann.push(BOX, "m4");
    ann.push(BOX + 1, "m");
    ann.push(BOX + 2, "m");
    assertRefused(() -> ann.push(BOX + 3, "m"), "mailboxesPerUserMax");
    assertRefused(() -> ann.pull(BOX + 3), "mailboxesPerUserMax");
    Member bob = switchboard.join("bob");
    bob.push("user/bob/box", "m");
    assertThat(see(bob.pull("user/bob/box"))).isEqualTo("m");
    bob.close();
    assertThat(switchboard.status().users()).isEqualTo(1);
  }

  @Test
  void messagesBytesAndAskersOfAUserAreBounded() {
    assertRefused(() -> ann.push(BOX, "x".repeat(2_000)), "bytesPerUserMax");
    assertThat(switchboard.status().mailboxes()).isZero();
    IntStream.range(0, 10).forEach(i -> ann.push(BOX + i / 4, "m" + i));
    assertRefused(() -> other.push(BOX + 2, "one more"), "messagesPerUserMax");
    Asked[] asked = IntStream.range(0, 6).mapToObj(i -> ann.pull(BOX + 0)).toArray(Asked[]::new);
    assertRefused(() -> other.pull(BOX + 0), "askersPerUserMax");
    asked[5].abandon();
    other.pull(BOX + 0).abandon();
  }

  @Test
  void everySubscriptionHearsATopic() {
    assertThat(ann.broadcast(TOPIC, "to nobody")).isZero();
    Subscription one = ann.subscribe(TOPIC);
    Subscription two = other.subscribe(TOPIC);
    Asked early = one.receive();
    assertThat(ann.broadcast(TOPIC, "a")).isEqualTo(2);
    assertThat(ann.broadcast(TOPIC + "s", "elsewhere")).isZero();
    two.close();
    assertThat(ann.broadcast(TOPIC, "b")).isEqualTo(1);
    assertThat(see(early)).isEqualTo("a");
    assertThat(see(one.receive())).isEqualTo("b");
    assertThat(two.receive().text()).isCompletedExceptionally();
  }

  @Test
  void aFullSubscriptionLosesTheOldestAndSaysSoOnce() {
    Subscription slow = ann.subscribe(TOPIC);
    for (int i = 0; i < 7; i++) {
      assertThat(other.broadcast(TOPIC, "m" + i)).isEqualTo(1);
    }
    Asked first = slow.receive();
    assertThat(failure(first).code()).isEqualTo(ControlException.Code.QUOTA_EXCEEDED);
    assertThat(failure(first)).hasMessageContaining("receive: 3 messages were lost");
    first.received();
    for (int i = 3; i < 7; i++) {
      assertThat(see(slow.receive())).isEqualTo("m" + i);
    }
    Asked waits = slow.receive();
    assertThat(waits.text()).isNotDone();
    waits.abandon();
  }

  @Test
  void aMessageTooLargeForTheListenersBoundsIsLostToItAlone() {
    Member bob = switchboard.join("bob");
    Subscription full = ann.subscribe("shared/topic");
    Subscription free = bob.subscribe("shared/topic");
    ann.push(BOX, "x".repeat(1_500));
    assertThat(bob.broadcast("shared/topic", "y".repeat(1_000))).isEqualTo(2);
    assertThat(see(free.receive())).hasSize(1_000);
    assertThat(failure(full.receive())).hasMessageContaining("1 messages were lost");
    bob.close();
  }

  @Test
  void subscriptionsOfAUserAreBounded() {
    IntStream.range(0, 3).forEach(i -> ann.subscribe(TOPIC + i));
    assertRefused(() -> other.subscribe(TOPIC), "subscriptionsPerUserMax");
    ann.close();
    other.subscribe(TOPIC).close();
  }

  @Test
  void aMessageOfASubscriptionThatWasNotSeenIsTheNextAgain() {
    Subscription one = ann.subscribe(TOPIC);
    ann.broadcast(TOPIC, "a");
    ann.broadcast(TOPIC, "b");
    one.receive().abandon();
    assertThat(see(one.receive())).isEqualTo("a");
    assertThat(see(one.receive())).isEqualTo("b");
  }

  /** Many threads push, pull, give up and end; every message arrives once and nothing is left. */
  @Test
  void nothingIsLostOrDoubledAmongThreads() throws InterruptedException {
    long seed = System.nanoTime();
    Switchboard busy = new Switchboard(MessagingSettings.standard());
    int pushers = 4;
    int messages = 5_000;
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < pushers; p++) {
      int pusher = p;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try (Member member = busy.join("ann")) {
                  for (int i = 0; i < messages; i++) {
                    pushWhenThereIsRoom(member, pusher + ":" + i);
                  }
                }
              }));
    }
    for (int p = 0; p < pushers; p++) {
      Random random = new Random(seed + p);
      threads.add(Thread.ofVirtual().start(() -> pull(busy, random, seen, pushers * messages)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(seen).as("seed %d", seed).hasSize(pushers * messages).doesNotHaveDuplicates();
    assertThat(busy.status()).isEqualTo(new Switchboard.Status(0, 0, 0));
  }

  private static void pushWhenThereIsRoom(Member member, String text) {
    while (true) {
      try {
        member.push(BOX, text);
        return;
      } catch (ControlException full) {
        Thread.onSpinWait();
      }
    }
  }

  private static void pull(Switchboard busy, Random random, Queue<String> seen, int all) {
    while (seen.size() < all) {
      try (Member member = busy.join("ann")) {
        for (int i = 0; i < 20; i++) {
          Asked asked = member.pull(BOX);
          if (random.nextInt(4) == 0) {
            asked.abandon();
          } else if (asked.text().isDone() && random.nextInt(8) > 0) {
            seen.add(see(asked));
          } // else the member's end gives it back
        }
      }
      Thread.onSpinWait();
    }
  }

  private static String see(Asked asked) {
    String text = asked.text().join();
    asked.received();
    return text;
  }

  private static ControlException failure(Asked asked) {
    try {
      asked.text().join();
    } catch (CompletionException e) {
      return (ControlException) Objects.requireNonNull(e.getCause());
    }
    throw new AssertionError("did not fail");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(ControlException.class)
        .hasMessageContaining(message)
        .matches(
            failure -> ((ControlException) failure).code() == ControlException.Code.QUOTA_EXCEEDED);
  }
}
