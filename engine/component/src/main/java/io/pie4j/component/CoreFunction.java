package io.pie4j.component;

import io.pie4j.component.abi.GuestTrap;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.WasmFunctionHandle;

/**
 * A function of core values within a {@link Store}: a guest's, or one that the host made. Numbers
 * travel as their bits (see {@link HostFunction}).
 */
public final class CoreFunction {
  /** What the host made. It may call guests' functions: what these throw it lets pass. */
  @FunctionalInterface
  public interface Host {
    /** As many results as the type says; may be longer, what follows is ignored. */
    long[] call(long[] arguments) throws InterruptedException;
  }

  private final WasmFunctionHandle handle;

  private CoreFunction(WasmFunctionHandle handle) {
    this.handle = handle;
  }

  /** A function of numbers, for the store that {@code execution} runs. */
  static CoreFunction host(Execution execution, Host function) {
    return new CoreFunction((_, arguments) -> {
      try {
        long[] results = function.call(arguments);
        execution.stopIfAsked();
        return results;
      } catch (InterruptedException interrupted) {
        throw HostCall.marked(interrupted);
      }
    });
  }

  static CoreFunction of(Instance instance, int index) {
    return new CoreFunction(new Exported(instance.getMachine(), index));
  }

  private record Exported(Machine machine, int index) implements WasmFunctionHandle {
    @Override
    public long[] apply(Instance caller, long... arguments) {
      return machine.call(index, arguments);
    }

    @Override
    public CallResult applyWithRefs(
        Instance caller, long[] arguments, Object @Nullable [] references) {
      return machine.callWithRefs(
          index, arguments, references == null ? new Object[arguments.length] : references);
    }
  }

  WasmFunctionHandle handle() {
    return handle;
  }

  /**
   * Calls it from within the store's run. An exception that the guest throws and does not catch is
   * a trap.
   */
  public long[] call(long... arguments) {
    try {
      long[] results = handle.apply(null, arguments);
      return results == null ? HostCall.NOTHING : results;
    } catch (run.endive.runtime.WasmException thrown) {
      throw new GuestTrap("uncaught exception with tag " + thrown.tagIdx());
    }
  }
}
