package io.pie4j.component;

import io.pie4j.component.abi.GuestTrap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Machine;

/**
 * The compiled machine of one core instance, and the way back: what Endive hands to a host function
 * leads through it to our {@link Instance}, if there is one. As a consumer it hears of each object
 * made, as a predicate of each array's length beforehand, and as a consumer of names and numbers it
 * is asked whether a function that another instance calls through a table is of the type wanted
 * (see {@link Instrumentation}).
 */
final class GuestMachine
    implements Machine, Consumer<Object>, IntPredicate, ObjIntConsumer<String> {
  private final Machine compiled;
  private final CompiledModule module;
  private final @Nullable Instance instance;
  private final GuestHeap heap;

  /** {@code instance} is null where several core instances make one program. */
  GuestMachine(
      Machine compiled, CompiledModule module, @Nullable Instance instance, GuestHeap heap) {
    this.compiled = compiled;
    this.module = module;
    this.instance = instance;
    this.heap = heap;
  }

  /** Our instance, which calls a host function. */
  static Instance caller(run.endive.runtime.Instance endive) {
    Instance instance = ((GuestMachine) endive.getMachine()).instance;
    if (instance == null) {
      throw new IllegalStateException("the caller is one core instance of several");
    }
    instance.execution().callsHost();
    return instance;
  }

  @Override
  public void accept(String wanted, int function) {
    String found = module.functionType(function);
    if (!found.equals(wanted)) {
      throw new GuestTrap("indirect call type mismatch: expected " + wanted + ", found " + found);
    }
  }

  @Override
  public long[] call(int function, long[] arguments) {
    return compiled.call(function, arguments);
  }

  @Override
  public long[] call(int function, long[] arguments, Object[] references) {
    return compiled.call(function, arguments, references);
  }

  @Override
  public CallResult callWithRefs(int function, long[] arguments, Object[] references) {
    return compiled.callWithRefs(function, arguments, references);
  }

  @Override
  public void accept(Object made) {
    heap.made(made);
  }

  @Override
  public boolean test(int length) {
    heap.checkLength(length);
    return true;
  }
}
