package io.pie4j.application;
public final class WasmProgram implements Program, AutoCloseable {
  public static WasmProgram load(io.pie4j.component.WasmEngine engine, ProgramName name, io.pie4j.component.WasmModule module, LifecycleSettings settings) { throw new IllegalStateException(); }
  @Override public ProgramName name() { throw new IllegalStateException(); }
  @Override public Outcome run(Instance instance, HostSide host) { throw new IllegalStateException(); }
  @Override public void close() {}
}
