package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverInfo;
import java.util.List;
import java.util.function.Predicate;

/**
 * The control layer of one model (paper §5.2). Owns the driver; gives programs their address
 * spaces.
 *
 * <p>All state of pages, embeds and queues belongs to one loop on a thread of its own. Programs
 * only enqueue, from any thread; nothing that a program does runs on the loop, and nothing that it
 * does wrong disturbs another program.
 */
public final class Controller implements AutoCloseable {
  /** The account of programs for which no user is named. */
  private static final String NOBODY = "";

  private final ControlLoop loop;
  private final ControlSettings settings;

  private Controller(ControlLoop loop, ControlSettings settings) {
    this.loop = loop;
    this.settings = settings;
  }

  /** Starts the loop's thread. The driver belongs to the controller from now on. */
  public static Controller start(Driver driver, ControlSettings settings) {
    ControlLoop loop = new ControlLoop(driver, settings, System::nanoTime);
    loop.startThread();
    return new Controller(loop, settings);
  }

  /** A controller whose loop the caller turns by hand, with a clock of its own. */
  static Controller stepped(ControlLoop loop, ControlSettings settings) {
    return new Controller(loop, settings);
  }

  public DriverInfo info() {
    return loop.info();
  }

  /**
   * An address space with the quotas of the settings.
   *
   * @param owner the program, for messages
   * @throws ControlException TERMINATED if the controller is closed
   */
  public AddressSpace open(String owner) {
    return open(owner, settings.quotas());
  }

  /** As above, for a program with quotas of its own and no particular user. */
  public AddressSpace open(String owner, Quotas quotas) {
    return open(owner, NOBODY, quotas);
  }

  /**
   * An address space of one of a user's programs, with the settings' quotas for the user.
   *
   * @param owner the program, for messages
   * @param user whose programs share an account: one name, one account
   * @param quotas the program's own
   * @throws ControlException TERMINATED if the controller is closed
   */
  public AddressSpace open(String owner, String user, Quotas quotas) {
    return open(owner, user, settings.userQuotas(), quotas);
  }

  /** As above; {@code userQuotas} are the whole account's from now on. */
  public AddressSpace open(String owner, String user, UserQuotas userQuotas, Quotas quotas) {
    return loop.open(owner, user, userQuotas, quotas);
  }

  /**
   * Removes an export's name at once. Programs that imported it, or whose import is on its way,
   * keep the pages. An export of which the queue has not come yet will not be made.
   *
   * @param user must be the one whose program exported it
   * @throws ControlException NOT_FOUND, DENIED
   */
  public void unexport(String name, String user) {
    loop.unexport(name, user);
  }

  /** The exports whose names the caller wants to see, sorted by name. */
  public List<ExportedPages> exports(Predicate<String> names) {
    return loop.exports().list(names);
  }

  /** Counters as last published; costs nothing to anybody. */
  public ControllerStatus snapshot() {
    return loop.status();
  }

  /**
   * The counters and the distributions since the start. Costs the loop next to nothing, and the
   * caller some tens of microseconds.
   */
  public ControllerMetrics metrics() {
    return loop.metrics();
  }

  /** The last passes, as many as the settings say. */
  public Trace trace() {
    return loop.trace();
  }

  /** Closes all address spaces, waits for the pass under way, and closes the driver. Idempotent. */
  @Override
  public void close() {
    loop.close(new ControlException(Code.TERMINATED, "the engine is being stopped"));
  }
}
