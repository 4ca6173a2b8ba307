package io.pie4j.component;

import java.util.function.Consumer;
import java.util.function.IntPredicate;
import run.endive.runtime.CallResult;
import run.endive.runtime.Machine;

/**
 * The compiled machine of one instance, and the way back: what Endive hands to a host function
 * leads through it to our {@link Instance}. As a consumer it hears of each object made, as an
 * operator of each array's length beforehand (see {@link Instrumentation}).
 */
final class GuestMachine implements Machine, Consumer<Object>, IntPredicate {
  private final Machine compiled;
  private final Instance instance;
  private final GuestHeap heap;

  GuestMachine(Machine compiled, Instance instance, GuestHeap heap) {
    this.compiled = compiled;
    this.instance = instance;
    this.heap = heap;
  }

  /** Our instance, which calls a host function. */
  static Instance caller(run.endive.runtime.Instance endive) {
    Instance instance = ((GuestMachine) endive.getMachine()).instance;
    instance.callsHost();
    return instance;
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
