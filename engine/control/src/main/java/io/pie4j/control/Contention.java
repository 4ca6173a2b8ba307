package io.pie4j.control;

import io.pie4j.control.Command.CopyPage;
import io.pie4j.control.Command.EmbedTokens;
import io.pie4j.control.Command.ForwardTokens;
import io.pie4j.control.Command.ReadsOut;
import io.pie4j.control.Command.Staged;
import io.pie4j.control.ContentionPolicy.SuspendAndRestore;
import io.pie4j.control.ControlException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Settles who gives way when pages or embeds are short (paper §5.2). Belongs to the loop.
 *
 * <p><b>Running and suspended.</b> A program runs or is suspended. All pages of a running program
 * are resident and pinned, so its commands never meet one that is not. A suspended program's pages
 * are resident until their place is needed: contents that no running program refers to, those of
 * exports included, wait in {@link PageTable#unpinned} and are moved out from its front. A
 * suspended program may enqueue what it likes; commands that touch no page run. A command that does
 * makes it <em>wanting</em>: it comes back when there is room for all its pages that are elsewhere
 * and for what the command asks besides.
 *
 * <p><b>One way of asking.</b> Who finds too few free pages, or finds that a program which ranks
 * before it wants to come back, is suspended and wants. So there is one queue, in the order of
 * ranks, and nobody overtakes: before a pass is formed, those that want come back one by one, best
 * rank first, and the first for which there is no room ends the round. Free pages that it was short
 * of are reserved for it until it takes them.
 *
 * <p><b>Who gives way.</b> To make room for a program, unpinned contents are moved out; if that
 * will not do, programs are suspended: those that need no pages now (an idle scope, nothing asked
 * for a while, a user who is over the rate) whatever their rank, then, from the last, those that
 * rank behind it. Rank is age plus a head start for priority, so priority decides for a while and
 * age in the end.
 *
 * <p><b>Why everybody gets on.</b> The wanting program of the best rank waits for nothing but
 * programs that run, need their pages and rank before it; all others give way to it, after their
 * grace. Each of those has a command that runs or waits, else it would soon be taken for quiet; it
 * does not wait for pages, else it would be wanting; so it gets on by the scheduler's argument. The
 * program of the very best rank waits for nobody. An allocation that does not fit beside the
 * program's own pages even if there were nothing else fails at once, so room can always be made.
 *
 * <p><b>Why they do not thrash.</b> A program that came back has a grace before it has to give way
 * to one that ranks before it. For as long one that gave way stays away, unless there is a page to
 * spare for each program that runs and ranks before it: those will soon ask for one. So a program
 * is moved out and back at most once in a grace.
 *
 * <p><b>No room anywhere.</b> If a page must move out and all tiers are full, the newest program is
 * ended, as {@link ContentionPolicy.TerminateNewest} does at once: newer than the one that asks, or
 * itself if there is none.
 */
final class Contention {
  private static final int RESTORES_FAILED_MAX = 3;
  private static final int SAVES_FAILED_MAX = 3;

  private final PageTable pages;
  private final EmbedTable embeds;
  private final PageMoves moves;
  private final ContentionPolicy policy;
  private final Optional<SuspendAndRestore> swapping;
  private final BiConsumer<SpaceState, ControlException> end;

  private final Seniority programs;
  private final List<SpaceState> restored = new ArrayList<>();
  private int programsSuspended;
  private int wanting;
  private boolean asked;
  private int reserved;
  private long count;
  private boolean forming;
  private int savesFailed;

  private long suspensions;
  private long restores;
  private long terminations;

  /**
   * @param end closes a program's space
   */
  Contention(
      PageTable pages,
      EmbedTable embeds,
      PageMoves moves,
      ContentionPolicy policy,
      BiConsumer<SpaceState, ControlException> end) {
    this.pages = pages;
    this.embeds = embeds;
    this.moves = moves;
    this.policy = policy;
    this.swapping = policy instanceof SuspendAndRestore s ? Optional.of(s) : Optional.empty();
    this.end = end;
    programs = new Seniority(swapping);
  }

  void opened(SpaceState space, long nanos) {
    programs.opened(space, nanos);
  }

  /** Its pages have been freed. */
  void closed(SpaceState space) {
    programs.closed(space);
    release(space);
    wants(space, false);
    runs(space);
  }

  int programsSuspended() {
    return programsSuspended;
  }

  long suspensions() {
    return suspensions;
  }

  long restores() {
    return restores;
  }

  long terminations() {
    return terminations;
  }

  // ---- what commands ask

  /** Whether the program's pages are there, if the command needs them, and its user may run it. */
  boolean mayRun(SpaceState space, Staged command) {
    return switch (command) {
      case CopyPage _ -> isResident(space);
      case ForwardTokens c ->
          mayForward(space)
              && ((c.inputPages().length == 0 && c.outputPages().length == 0) || isResident(space));
      case EmbedTokens _, ReadsOut _ -> true;
    };
  }

  private boolean isResident(SpaceState space) {
    if (space.suspended) {
      wants(space, true);
    }
    return !space.suspended;
  }

  /**
   * Whether so many pages are there for the program to take; if not, it has to wait.
   *
   * @throws ControlException OUT_OF_MEMORY if they never will be
   */
  boolean mayTakePages(SpaceState space, String call, int many) {
    if (!isResident(space)) {
      space.shortBy = Math.max(space.shortBy, many);
      return false;
    }
    if (many <= space.reserved
        || (many <= pages.free() - reserved + space.reserved && !isOvertaking(space))) {
      release(space);
      return true;
    }
    requirePossible(space, call, many);
    return switch (policy) {
      case ContentionPolicy.Refuse _ -> {
        requireComing(call, "pages", many, pages.free(), pages.released());
        yield false;
      }
      case ContentionPolicy.TerminateNewest _ -> {
        while (forming && many > pages.free() + pages.released() && !space.closed) {
          endNewest(space, "KV pages", SpaceState::holdsPages);
        }
        yield !space.closed && many <= pages.free();
      }
      case SuspendAndRestore _ -> {
        if (forming) {
          suspend(space);
          space.shortBy = many;
          wants(space, true);
        }
        yield false;
      }
    };
  }

  /** As {@link #mayTakePages}; embeds do not move, so who finds none waits, then programs end. */
  boolean mayTakeEmbeds(SpaceState space, String call, int many) {
    if (many <= embeds.free()) {
      space.shortOfEmbedsSince = OptionalLong.empty();
      return true;
    }
    if (many > embeds.total() - space.embeds.size()) {
      throw outOfMemory(call, "embeds", many, space.embeds.size(), embeds.total());
    }
    if (policy instanceof ContentionPolicy.Refuse) {
      requireComing(call, "embeds", many, embeds.free(), embeds.released());
    } else if (forming) {
      long since = space.shortOfEmbedsSince.orElse(programs.now());
      long patience = swapping.map(s -> Seniority.millis(s.embedPatienceMillis())).orElse(0L);
      space.shortOfEmbedsSince = OptionalLong.of(since);
      programs.lookAgainAt(since + patience);
      while (programs.now() - since >= patience
          && many > embeds.free() + embeds.released()
          && !space.closed) {
        endNewest(space, "embeds", other -> !other.embeds.isEmpty());
      }
    }
    return !space.closed && many <= embeds.free();
  }

  /** Whether the program could ever have so many contents more at once. */
  void requirePossible(SpaceState space, String call, int asked) {
    if (space.pages.size() + asked > pages.total()) {
      int held = Holdings.of(space, ++count).distinct();
      if (held + asked > pages.total()) {
        throw outOfMemory(call, "pages", asked, held, pages.total());
      }
    }
  }

  private static ControlException outOfMemory(
      String call, String what, int asked, int held, int total) {
    return new ControlException(
        Code.OUT_OF_MEMORY,
        call
            + ": "
            + asked
            + " "
            + what
            + " asked, "
            + held
            + " held, there are "
            + total
            + " in all");
  }

  private static void requireComing(String call, String what, int asked, int free, int released) {
    if (asked > free + released) {
      throw new ControlException(
          Code.OUT_OF_MEMORY, call + ": " + asked + " " + what + " asked, " + free + " are free");
    }
  }

  // ---- rounds of forming a pass

  /** A pass is being formed: pages may move with it. */
  void beginForming(long nanos) {
    programs.lookAt(nanos);
    forming = true;
    for (SpaceState space : restored) {
      if (space.commandsWaiting == 0) {
        release(space);
      }
    }
    restored.removeIf(space -> space.reserved == 0);
  }

  void endForming() {
    forming = false;
  }

  /** When forming a pass again might do more although nothing has happened. */
  long lookAgainNanos() {
    return programs.lookAgainNanos();
  }

  /** Whether a program has come to want its pages since {@link #restore} looked. */
  boolean isAsked() {
    return asked;
  }

  /**
   * Brings programs back, as many as there is room for.
   *
   * @return whether any came
   */
  boolean restore() {
    boolean any = false;
    asked = false;
    while (wanting > 0) {
      Optional<SpaceState> next = programs.bestWanting();
      if (next.isEmpty() || !restore(next.get(), swapping.orElseThrow())) {
        break;
      }
      any = true;
    }
    return any;
  }

  /** Whether there is something new to look at: the program is back, or somebody was ended. */
  private boolean restore(SpaceState space, SuspendAndRestore settings) {
    Holdings counts = Holdings.of(space, ++count);
    if (counts.distinct() + space.shortBy > pages.total()) {
      space.shortBy = 0; // imported more meanwhile: the allocation itself will fail
    }
    int needed = counts.missing() + space.shortBy + programs.headroom(space, settings);
    while (free() + pages.released() + pages.unpinned().size() - counts.unpinned() < needed) {
      Optional<SpaceState> victim = programs.victim(space, settings);
      if (victim.isEmpty()) {
        return false;
      }
      suspend(victim.get());
      counts = Holdings.of(space, ++count); // what it shared with the victim is not pinned any more
    }
    if (free() < needed) {
      int coming = free() + pages.released() + moves.leaving() - counts.leaving();
      return moveOut(space, needed - coming);
    }
    comeBack(space, settings);
    return true;
  }

  private void comeBack(SpaceState space, SuspendAndRestore settings) {
    for (VirtualPage page : space.pages) {
      if (!page.content.isResident()) {
        moves.load(page.content);
      }
      pages.pin(page.content);
    }
    runs(space);
    wants(space, false);
    space.graceUntilNanos = programs.now() + Seniority.millis(settings.graceMillis());
    space.activeNanos = programs.now();
    space.reserved = space.shortBy;
    reserved += space.shortBy;
    space.shortBy = 0;
    restored.add(space);
    restores++;
  }

  /** Whether somebody was ended for lack of room, so that it is worth looking again. */
  private boolean moveOut(SpaceState asker, int many) {
    count++;
    asker.pages.forEach(page -> page.content.counted = count);
    int left = many;
    for (PageContent content : pages.unpinned()) {
      if (left <= 0) {
        return false;
      }
      if (content.counted != count && !content.isMoving() && !pages.isBeingWritten(content)) {
        if (savesFailed >= SAVES_FAILED_MAX || !moves.save(content)) {
          savesFailed = 0;
          endNewest(
              asker, "KV pages (there is no room for suspended programs)", SpaceState::holdsPages);
          return true;
        }
        left--;
      }
    }
    return false;
  }

  private boolean isOvertaking(SpaceState space) {
    if (wanting == 0) {
      return false;
    }
    Optional<SpaceState> best = programs.bestWanting();
    return best.isPresent() && Seniority.comesBefore(best.get(), space);
  }

  private void endNewest(SpaceState asker, String what, Predicate<SpaceState> holds) {
    SpaceState newest = programs.newestAfter(asker, holds).orElse(asker);
    terminations++;
    end.accept(
        newest,
        new ControlException(
            Code.TERMINATED,
            "ended to free "
                + what
                + (newest == asker
                    ? ": there are none for this program, which was started last"
                    : " for older programs: this one was started last")));
  }

  // ---- states

  /** From now on the program's pages may be elsewhere. */
  void suspend(SpaceState space) {
    if (space.suspended) {
      return;
    }
    space.suspended = true;
    programsSuspended++;
    space.suspendedNanos = programs.now();
    release(space);
    wants(space, false);
    space.pages.forEach(page -> pages.unpin(page.content));
    suspensions++;
  }

  private void runs(SpaceState space) {
    programsSuspended -= space.suspended ? 1 : 0;
    space.suspended = false;
  }

  private void wants(SpaceState space, boolean value) {
    if (space.wanting != value) {
      space.wanting = value;
      wanting += value ? 1 : -1;
      asked |= value;
    }
  }

  private void release(SpaceState space) {
    reserved -= space.reserved;
    space.reserved = 0;
  }

  void passFinished() {
    if (!moves.saves().isEmpty()) {
      savesFailed = 0;
    }
    moves.finished();
  }

  /** What should have come back has not. */
  void passFailed(String why) {
    if (moves.isEmpty()) {
      return;
    }
    savesFailed += moves.saves().isEmpty() ? 0 : 1;
    moves.failed();
    for (SpaceState space : programs.all()) {
      if (!space.suspended && isSomewhereElse(space)) {
        suspend(space);
        if (++space.restoresFailed >= RESTORES_FAILED_MAX) {
          terminations++;
          end.accept(
              space,
              new ControlException(
                  Code.INTERNAL, "pages could not be brought back, the driver failed: " + why));
        }
      }
    }
  }

  private static boolean isSomewhereElse(SpaceState space) {
    for (VirtualPage page : space.pages) {
      if (!page.content.isResident()) {
        return true;
      }
    }
    return false;
  }

  /** Free pages that are not kept for anybody. */
  private int free() {
    return pages.free() - reserved;
  }

  private boolean mayForward(SpaceState space) {
    if (!space.user.isOverRate(programs.now())) {
      return true;
    }
    programs.lookAgainAt(space.user.withinRateNanos());
    return false;
  }
}
