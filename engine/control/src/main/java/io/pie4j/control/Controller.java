package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverInfo;

/**
 * The control layer of one model (paper §5.2). Owns the driver; gives programs their address
 * spaces.
 *
 * <p>All state of pages, embeds and queues belongs to one loop on a thread of its own. Programs
 * only enqueue, from any thread; nothing that a program does runs on the loop, and nothing that it
 * does wrong disturbs another program.
 */
public final class Controller implements AutoCloseable {
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

  public AddressSpace open(String owner, Quotas quotas) {
    return loop.open(owner, quotas);
  }

  /** Counters as last published; costs nothing to anybody. */
  public ControllerStatus snapshot() {
    return loop.status();
  }

  /** Closes all address spaces, waits for the pass under way, and closes the driver. Idempotent. */
  @Override
  public void close() {
    loop.close(new ControlException(Code.TERMINATED, "the engine is being stopped"));
  }
}
