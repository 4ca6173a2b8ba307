package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop that owns all state: takes what has arrived, ends a pass that is over, starts the next
 * when the policy says so, and sleeps when there is nothing to do.
 *
 * <p>Producers wake it at most once per sleep. It spins for a while before it sleeps, since under
 * load the next command is microseconds away and a wake-up costs more than that on both sides; it
 * yields while it spins, so that programs get the core if there are few.
 */
final class ControlLoop implements Runnable {
  private static final int SPINS_PER_LOOK = 32;

  private final Driver driver;
  private final DriverInfo info;
  private final LongSupplier clock;
  private final long spinNanos;
  private final Scheduler scheduler;
  private final Adapters adapters;
  private final Users users = new Users();
  private final Exports exports = new Exports();
  private final Inbox inbox;
  private final Thread thread;
  private final AtomicBoolean asleep = new AtomicBoolean();
  private volatile ControllerStatus status;

  private @Nullable CompletableFuture<PassResult> underWay;
  private boolean stopping;

  // Guarded by itself.
  private final Set<AddressSpace> spaces = new HashSet<>();
  private @Nullable ControlException closed;

  ControlLoop(Driver driver, ControlSettings settings, LongSupplier clock) {
    this(
        driver,
        settings,
        clock,
        new PageTable(driver.info().pageCount(), driver.info().pageSize()),
        new Inbox());
  }

  /** With parts that a test may have prepared. */
  ControlLoop(
      Driver driver, ControlSettings settings, LongSupplier clock, PageTable pages, Inbox inbox) {
    this.inbox = inbox;
    this.driver = driver;
    this.info = driver.info();
    this.clock = clock;
    this.spinNanos = settings.spinMicros() * 1_000;
    this.adapters = new Adapters(driver, settings.adaptersPerProgramMax());
    this.scheduler = new Scheduler(info, settings, pages, exports);
    this.status = scheduler.status();
    this.thread = Thread.ofPlatform().name("pie-control").daemon().unstarted(this);
  }

  void startThread() {
    thread.start();
  }

  DriverInfo info() {
    return info;
  }

  Adapters adapters() {
    return adapters;
  }

  ControllerStatus status() {
    return status;
  }

  ControllerMetrics metrics() {
    return scheduler.meters().read(status);
  }

  Trace trace() {
    return new Trace(info.name(), scheduler.tracer().passes());
  }

  Exports exports() {
    return exports;
  }

  // ---- called by programs

  AddressSpace open(String owner, String user, UserQuotas userQuotas, Quotas quotas) {
    synchronized (spaces) {
      if (closed != null) {
        throw closed;
      }
      UserAccount account = users.opened(user, userQuotas);
      AddressSpace space = new AddressSpace(owner, account, quotas, this);
      spaces.add(space);
      return space;
    }
  }

  void forget(AddressSpace space) {
    users.closed(space.account());
    synchronized (spaces) {
      spaces.remove(space);
    }
  }

  void unexport(String name, String user) {
    letGo(exports.remove("unexport-kvpage", name, user));
  }

  void letGo(Export export) {
    if (export.letGo()) {
      put(new Message.ExportDropped(export));
    }
  }

  void put(Message message) {
    inbox.put(message);
    wake();
  }

  /** Closes everything; the loop ends when the pass under way is over. */
  void close(ControlException reason) {
    boolean first = closeSpaces(reason);
    if (first) {
      put(new Message.Stop());
    }
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean closeSpaces(ControlException reason) {
    List<AddressSpace> open;
    synchronized (spaces) {
      if (closed != null) {
        return false;
      }
      closed = reason;
      open = List.copyOf(spaces);
    }
    open.forEach(space -> space.close(reason));
    return true;
  }

  private void wake() {
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  // ---- the loop

  @Override
  public void run() {
    try {
      while (!(stopping && underWay == null)) {
        long wait = turn();
        if (wait > 0 && !(stopping && underWay == null)) {
          rest(wait);
        }
      }
    } catch (RuntimeException | Error e) {
      // A defect of this layer. Nobody may wait for ever for what will not come.
      collapse(e);
    } finally {
      adapters.close();
      driver.close();
      scheduler.close();
    }
  }

  /**
   * One round without waiting.
   *
   * @return nanoseconds until the next round has something to do if nothing happens before
   */
  long turn() {
    long now = clock.getAsLong();
    boolean changed = takeMessages(now);
    if (underWay != null && underWay.isDone()) {
      endPass(underWay, now);
      changed = true;
      takeMessages(now);
    }
    long wait = Long.MAX_VALUE;
    if (underWay == null && scheduler.hasWork(now)) {
      wait = scheduler.nanosToWait(now);
      if (wait <= 0) {
        scheduler.form(now).ifPresent(this::startPass);
        changed = true;
        wait = underWay == null || underWay.isDone() ? 0 : Long.MAX_VALUE;
      }
    }
    wait = Math.min(wait, scheduler.nanosUntilWork(now));
    if (changed) {
      status = scheduler.status();
    }
    return wait;
  }

  private boolean takeMessages(long now) {
    Message message = inbox.takeAll();
    boolean any = message != null;
    while (message != null) {
      Message next = message.link;
      message.link = null;
      switch (message) {
        case Message.Queued m -> scheduler.arrived(m, now);
        case Message.SpaceOpened m -> scheduler.opened(m.space, now);
        case Message.SpaceClosed m -> scheduler.closed(m.space, m.reason);
        case Message.QueueOpened m -> scheduler.opened(m.queue);
        case Message.QueueClosed m -> scheduler.closed(m.queue);
        case Message.ExportDropped m -> scheduler.dropped(m.export);
        case Message.Idle _ -> scheduler.idle();
        case Message.Stop _ -> stopping = true;
      }
      message = next;
    }
    return any;
  }

  private void startPass(Pass pass) {
    if (scheduler.tracer().isOn()) {
      scheduler.tracer().started(clock.getAsLong());
    }
    CompletableFuture<PassResult> future;
    try {
      future = driver.execute(pass);
    } catch (RuntimeException e) {
      future = CompletableFuture.failedFuture(e);
    }
    underWay = future;
    if (!future.isDone()) {
      var _ = future.whenComplete((_, _) -> wake());
    }
  }

  private void endPass(CompletableFuture<PassResult> future, long now) {
    underWay = null;
    switch (future.state()) {
      case SUCCESS -> scheduler.finished(future.resultNow(), now);
      case FAILED -> scheduler.failed(reason(future.exceptionNow()), now);
      case CANCELLED -> scheduler.failed("the pass was cancelled", now);
      case RUNNING -> throw new IllegalStateException("pass is not over");
    }
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message.lines().findFirst().orElse("");
  }

  private boolean nothingHappened() {
    return inbox.isEmpty() && (underWay == null || !underWay.isDone());
  }

  @SuppressWarnings("ThreadPriorityCheck") // yields for the sake of speed alone
  private void rest(long nanos) {
    long start = clock.getAsLong();
    long spin = Math.min(nanos, spinNanos);
    while (clock.getAsLong() - start < spin) {
      for (int i = 0; i < SPINS_PER_LOOK; i++) {
        if (!nothingHappened()) {
          return;
        }
        Thread.onSpinWait();
      }
      Thread.yield();
    }
    long left = nanos - spin;
    asleep.set(true);
    // Whoever puts a message after this look sees that the loop sleeps.
    if (left > 0 && nothingHappened()) {
      if (nanos == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, left);
      }
    }
    asleep.set(false);
  }

  private void collapse(Throwable defect) {
    ControlException reason =
        new ControlException(Code.INTERNAL, "the control layer failed: " + defect);
    closeSpaces(reason);
    thread.getUncaughtExceptionHandler().uncaughtException(thread, defect);
    for (Message m = inbox.takeAll(); m != null; m = m.link) {
      if (m instanceof Message.Queued q && q.command instanceof Command.Answered a) {
        a.answer().fail(reason, q.epoch);
      }
    }
    scheduler.abandon(reason);
  }
}
