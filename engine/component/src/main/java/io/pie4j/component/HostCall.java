package io.pie4j.component;

import io.pie4j.component.abi.GuestExit;
import io.pie4j.component.abi.GuestTrap;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;

/**
 * A host function as Endive calls it. What the function throws is marked on its way through the
 * guest, so that the host's own failures are told from the guest's.
 */
sealed interface HostCall extends WasmFunctionHandle {
  long[] NOTHING = {};

  boolean takesReferences();

  boolean givesReference();

  /**
   * Carries a host's failure through the guest's frames; unpacked where the host called the guest.
   */
  final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Throwable thrown;

    Failure(Throwable thrown) {
      super(thrown);
      this.thrown = thrown;
    }

    Throwable thrown() {
      return thrown;
    }
  }

  /** A host function was interrupted while it waited. */
  final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1;

    Interrupted(InterruptedException cause) {
      super(cause);
    }
  }

  static RuntimeException marked(Throwable thrown) {
    return switch (thrown) {
      case GuestTrap trap -> trap;
      case GuestExit exit -> exit;
      case WasmException ended -> ended;
      case Failure failure -> failure;
      case Interrupted interrupted -> interrupted;
      case InterruptedException interrupted -> new Interrupted(interrupted);
      // These two are the guest's doing: it called too deep, or filled the heap.
      case StackOverflowError deep -> throw deep;
      case OutOfMemoryError full -> throw full;
      default -> new Failure(thrown);
    };
  }

  /** Numbers to a number. */
  record Numbers(HostFunction function) implements HostCall {
    @Override
    public boolean takesReferences() {
      return false;
    }

    @Override
    public boolean givesReference() {
      return false;
    }

    @Override
    public long[] apply(Instance endive, long... arguments) {
      var instance = GuestMachine.caller(endive);
      long result;
      try {
        result = function.call(instance, arguments);
      } catch (Throwable thrown) {
        throw marked(thrown);
      }
      instance.execution().stopIfAsked();
      return new long[] {result};
    }
  }

  /** References to a number. */
  record OfReferences(HostFunction.OfReferences function) implements HostCall {
    @Override
    public boolean takesReferences() {
      return true;
    }

    @Override
    public boolean givesReference() {
      return false;
    }

    @Override
    public long[] apply(Instance endive, long... arguments) {
      return applyWithRefs(endive, arguments, null).longs();
    }

    @Override
    public CallResult applyWithRefs(
        Instance endive, long[] arguments, Object @Nullable [] references) {
      var instance = GuestMachine.caller(endive);
      long result;
      try {
        result =
            function.call(
                instance,
                arguments,
                references == null ? new Object[arguments.length] : references);
      } catch (Throwable thrown) {
        throw marked(thrown);
      }
      instance.execution().stopIfAsked();
      return CallResult.of(new long[] {result}, null);
    }
  }

  /** References to a reference. */
  record ToReference(HostFunction.ToReference function) implements HostCall {
    @Override
    public boolean takesReferences() {
      return true;
    }

    @Override
    public boolean givesReference() {
      return true;
    }

    @Override
    public long[] apply(Instance endive, long... arguments) {
      throw new IllegalStateException("called without room for its reference");
    }

    @Override
    public CallResult applyWithRefs(
        Instance endive, long[] arguments, Object @Nullable [] references) {
      var instance = GuestMachine.caller(endive);
      Object result;
      try {
        result =
            function.call(
                instance,
                arguments,
                references == null ? new Object[arguments.length] : references);
      } catch (Throwable thrown) {
        throw marked(thrown);
      }
      instance.execution().stopIfAsked();
      return CallResult.of(NOTHING, new Object[] {result});
    }
  }
}
