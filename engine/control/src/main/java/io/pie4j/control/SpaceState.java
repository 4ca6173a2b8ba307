package io.pie4j.control;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** What the loop knows of a program. Belongs to the loop, save for the idle scopes. */
final class SpaceState {
  final Quotas quotas;
  final UserAccount user;
  final List<QueueState> queues = new ArrayList<>();
  boolean closed;

  /** Programs that were opened earlier have smaller numbers. */
  long number;

  long openedNanos;

  // What it holds; the objects know their places in the lists.
  final List<VirtualPage> pages = new ArrayList<>();
  final List<VirtualEmbed> embeds = new ArrayList<>();

  // See Contention.

  /** Its pages may be elsewhere: no command that needs them runs. */
  boolean suspended;

  /** Suspended, and a command needs its pages. */
  boolean wanting;

  /** Pages beyond those it holds without which it need not come back. */
  int shortBy;

  /** Free pages that are kept for it since it came back. */
  int reserved;

  /** Commands that have arrived and are in no pass. */
  int commandsWaiting;

  long activeNanos;
  long graceUntilNanos;
  long suspendedNanos;

  /** When an allocation found too few embeds, if it still does. */
  OptionalLong shortOfEmbedsSince = OptionalLong.empty();

  /** Smaller comes first; taken when ranks are compared. */
  long rank;

  /** Passes that failed when its pages should have come back. */
  int restoresFailed;

  /** The pass that gave this program an answer which it has not followed up yet, or 0. */
  long answeredBy;

  /** The last pass that used this program, for the trace. */
  long tracedIn;

  /** Why the controller ended the program, if it did. */
  final CompletableFuture<ControlException> ended = new CompletableFuture<>();

  /** Idle scopes that the program has open; it changes this itself. */
  final AtomicInteger idleScopes = new AtomicInteger();

  SpaceState(Quotas quotas, UserAccount user) {
    this.quotas = quotas;
    this.user = user;
  }

  void bound(VirtualPage page) {
    page.place = pages.size();
    pages.add(page);
  }

  void unbound(VirtualPage page) {
    VirtualPage last = pages.removeLast();
    if (last != page) {
      pages.set(page.place, last);
      last.place = page.place;
    }
  }

  void bound(VirtualEmbed embed) {
    embed.place = embeds.size();
    embeds.add(embed);
  }

  void unbound(VirtualEmbed embed) {
    VirtualEmbed last = embeds.removeLast();
    if (last != embed) {
      embeds.set(embed.place, last);
      last.place = embed.place;
    }
  }

  boolean holdsPages() {
    return !pages.isEmpty();
  }

  /** The highest of its queues. */
  Priority priority() {
    Priority highest = Priority.LOW;
    for (QueueState queue : queues) {
      Priority priority = queue.priority;
      highest = priority.compareTo(highest) > 0 ? priority : highest;
    }
    return queues.isEmpty() ? Priority.NORMAL : highest;
  }

  boolean isServed() {
    for (QueueState queue : queues) {
      if (queue.served) {
        return true;
      }
    }
    return false;
  }
}
