package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.DriverInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random programs, a loop that is turned by hand, a clock that only the simulation moves, and a
 * driver whose passes end when it says so: everything follows from the seed.
 */
final class Simulation {
  static final int MOST_TOKENS = 24;
  private static final int CHUNK = 4;
  static final long HEAD_START_MILLIS = 1;

  private final Setup setup;
  final Random random;
  final DriverInfo info;
  final Quotas quotas;
  final CheckedDriver driver;
  final boolean failing;
  private final PageTable pages;
  private final ControlLoop loop;
  private final Controller controller;
  private final boolean wildOnly;
  private final List<IdleScope> idle = new ArrayList<>();
  private final List<String> exported = new ArrayList<>();
  private int exports;
  private final List<Actor> actors = new ArrayList<>();
  private final long longestGathering;
  private final boolean watched;
  private final OrderWatch watch = new OrderWatch(HEAD_START_MILLIS * 1_000_000);
  private long nanos = 1;
  int commands;

  /** Values that strict programs read out and found right, and failures that they expected. */
  int valuesChecked;

  int failuresChecked;

  long terminations;
  private final TreeMap<Long, Integer> commandsAt = new TreeMap<>();

  Simulation(Setup setup) {
    this.random = new Random(setup.seed());
    this.failing = setup.failing();
    this.setup = setup;
    this.wildOnly =
        failing || (setup.scarce() && setup.contention() instanceof ContentionPolicy.Refuse);
    this.pages = setup.pages();
    info = info(pages.pageSize(), pages.total());
    quotas = new Quotas(setup.isContended() ? 16 : 48, 96, 6, 200, info.vocabularySize());
    driver = new CheckedDriver(info);
    ControlSettings settings =
        ControlSettings.defaults()
            .withQuotas(quotas)
            .withPrefillChunkTokens(CHUNK)
            .withPriorityHeadStartMillis(setup.headStartMillis())
            .withContention(setup.contention())
            .withForm(setup.form())
            .withDispatch(setup.policy());
    driver.limit(setup.form(), setup.policy().most());
    longestGathering =
        switch (setup.policy()) {
          case DispatchPolicy.KOnly k -> k.longestNanos();
          case DispatchPolicy.TOnly t -> t.nanos();
          case DispatchPolicy.Eager _, DispatchPolicy.Adaptive _ -> 0;
        };
    watched =
        !wildOnly
            && !setup.scarce()
            && setup.form() == DispatchForm.PASSES
            && setup.policy() instanceof DispatchPolicy.Eager;
    loop = new ControlLoop(driver, settings, () -> nanos, pages, setup.inbox());
    controller = Controller.stepped(loop, settings);
  }

  static DriverInfo info(int pageSize, int pageCount) {
    return new DriverInfo(
        "checked", pageSize, pageCount, 2_000, 1 << 20, 4_096, 16, 8, 16L * pageSize, 4);
  }

  Setup setup() {
    return setup;
  }

  Model newModel() {
    return new Model(info.maxTokensPerPass(), CHUNK);
  }

  void called() {
    commands++;
  }

  /** Now, for {@link #passesAtMost}. */
  Moment now() {
    long unfinished = 0;
    for (Actor actor : actors) {
      unfinished += actor.queue.unfinished();
    }
    return new Moment(nanos, driver.passes, unfinished, commands);
  }

  record Moment(long nanos, int passes, long unfinished, int commands) {}

  /**
   * The bounded wait: every pass does at least one chunk of a command that was there before, or
   * that came within two head starts after. A policy that waits for a batch of one type lets others
   * go before for that long.
   */
  long passesAtMost(Moment enqueued) {
    long end = enqueued.nanos + 2 * HEAD_START_MILLIS * 1_000_000 + longestGathering;
    int younger = commandsAt.floorEntry(end).getValue() - enqueued.commands;
    return (enqueued.unfinished + younger + 8) * (1 + MOST_TOKENS / CHUNK);
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      nanos += random.nextInt(20_000);
      commandsAt.put(nanos, commands);
      switch (random.nextInt(40)) {
        case 0 -> open();
        case 1 -> {
          if (!setup.isContended() || random.nextInt(4) == 0) {
            end();
          }
        }
        case 2 -> share();
        case 3 -> unexport();
        case 4 -> idle();
        case 5, 6, 7, 8, 9, 10 -> turn();
        case 11, 12, 13, 14, 15, 16 -> endPass();
        default -> {
          if (actors.isEmpty()) {
            open();
          }
          actors.get(random.nextInt(actors.size())).step();
        }
      }
    }
    settle();
    checkAccounts();
    for (Actor actor : actors) {
      assertThat(actor.idle()).as("all answered").isTrue();
    }
    while (!actors.isEmpty()) {
      end();
    }
    while (!exported.isEmpty()) {
      unexport();
    }
    settle();
    loop.adapters().close();
    assertThat(driver.adapters().cardinality()).as("adapters that nobody unloaded").isZero();
    ControllerStatus status = controller.snapshot();
    assertThat(status.pagesFree()).as("pages back").isEqualTo(info.pageCount());
    assertThat(status.embedsFree()).as("embeds back").isEqualTo(info.embedCount());
    assertThat(status.programs()).isZero();
    assertThat(status.queues()).isZero();
    assertThat(status.commandsWaiting()).isZero();
    assertThat(status.pagesInMemory() + status.pagesInFile()).as("slots back").isZero();
    assertThat(status.programsSuspended()).isZero();
    terminations = status.terminations();
    assertThat(pages.contents()).as("contents that nobody dropped").isZero();
  }

  private void turn() {
    List<QueueState> queues = actors.stream().map(actor -> actor.queue.state()).toList();
    int passes = driver.passes;
    watch.before(queues, nanos);
    loop.turn();
    if (watched && driver.passes > passes) {
      watch.formed(queues);
    }
  }

  private void open() {
    if (actors.size() < 12) {
      boolean strict = !wildOnly && random.nextInt(4) != 0;
      AddressSpace space = controller.open("p" + actors.size());
      for (int q = random.nextInt(3); q >= 0; q--) {
        actors.add(new Actor(this, space, strict));
      }
    }
  }

  /** A program is ended in the middle of whatever it does. */
  private void end() {
    if (actors.isEmpty()) {
      return;
    }
    AddressSpace space = actors.get(random.nextInt(actors.size())).space;
    List<Actor> ended = actors.stream().filter(a -> a.space == space).toList();
    if (random.nextInt(4) == 0) {
      ended.getFirst().queue.close();
    }
    space.close();
    space.close();
    loop.turn();
    checkAccounts();
    ended.forEach(Actor::ended);
    actors.removeAll(ended);
  }

  /** A page of one program becomes a page of another, too. */
  private void share() {
    if (actors.size() < 2) {
      return;
    }
    Actor from = actors.get(random.nextInt(actors.size()));
    Actor to = actors.get(random.nextInt(actors.size()));
    if (from.model.pages.isEmpty()
        || (to.strict && !from.strict)
        || to.model.pages.size() + 1 > quotas.pages() / 4) {
      return;
    }
    settle();
    if (from.model.failed() || to.model.failed()) {
      return;
    }
    List<Integer> ids = new ArrayList<>(from.model.pages.keySet());
    int id = ids.get(random.nextInt(ids.size()));
    String name = "export" + exports++;
    try {
      from.queue.exportPages(new int[] {id}, name);
      settle();
      if (loop.exports().list(name::equals).isEmpty()) {
        return; // the wild program's export failed
      }
      exported.add(name);
      int shared = to.queue.importPages(name)[0];
      Model.Page plain = from.model.pages.get(id);
      to.model.pages.put(shared, plain == null ? new Model.Page(info.pageSize()) : plain.copy());
    } catch (ControlException e) {
      boolean ended = setup.endsPrograms() && e.code() == ControlException.Code.TERMINATED;
      if (from.strict && to.strict && !ended) {
        throw e;
      }
    }
  }

  /** Programs say that they need nothing for now, and do not always keep to it. */
  private void idle() {
    if (!idle.isEmpty() && random.nextBoolean()) {
      idle.remove(random.nextInt(idle.size())).close();
    } else if (!actors.isEmpty()) {
      try {
        idle.add(actors.get(random.nextInt(actors.size())).space.idle());
      } catch (ControlException e) {
        assertThat(e.code()).isEqualTo(ControlException.Code.TERMINATED);
      }
    }
  }

  private void checkAccounts() {
    if (driver.busy()) {
      return;
    }
    Accounts accounts = new Accounts(pages);
    actors.stream().map(actor -> actor.queue.state().space).distinct().forEach(accounts::add);
    for (String name : exported) {
      Export export = loop.exports().hold("test", name);
      accounts.add(export);
      loop.letGo(export);
    }
    accounts.check();
  }

  private void unexport() {
    if (!exported.isEmpty()) {
      controller.unexport(exported.remove(random.nextInt(exported.size())), "");
    }
  }

  private void endPass() {
    if (!driver.busy()) {
      return;
    }
    if (failing && random.nextInt(10) == 0) {
      driver.fail("planned");
    } else {
      driver.finish();
    }
  }

  /** Lets everything run that can; what then still waits would wait for ever. */
  private void settle() {
    int turns = 0;
    do {
      nanos += 1_000_000;
      commandsAt.put(nanos, commands);
      loop.turn();
      if (driver.busy()) {
        driver.finish();
      }
      actors.forEach(Actor::look);
      assertThat(turns++).as("turns until all is done").isLessThan(50_000);
    } while (loop.turn() != Long.MAX_VALUE || driver.busy());
    actors.forEach(Actor::look);
    assertThat(controller.snapshot().commandsWaiting()).as("commands left behind").isZero();
  }
}
