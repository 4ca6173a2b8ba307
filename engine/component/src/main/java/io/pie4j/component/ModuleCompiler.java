package io.pie4j.component;

import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.internal.ByteClassCollector;
import run.endive.compiler.internal.Compiler;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.ExternalType;

/** Makes a module's functions JVM classes, on the calling thread. */
final class ModuleCompiler {
  /** Of one class: small ones take less memory while they are made, and tell more often. */
  private static final int FUNCTIONS_A_CLASS = 512;

  private static final String GROUP = "FuncGroup_";

  private ModuleCompiler() {}

  /** Throws {@link InvalidModule} if a function body does not validate. */
  static CompiledCode compile(WasmModule module, CompileListener listener) {
    run.endive.wasm.WasmModule complete = module.complete();
    int functions =
        complete.importSection().count(ExternalType.FUNCTION)
            + complete.functionSection().functionCount();
    listener.compiled(module.source(), 0, functions);
    try {
      var result =
          Compiler.builder(complete)
              .withClassCollectorFactory(() -> new Classes(module.source(), functions, listener))
              .withInterpreterFallback(InterpreterFallback.SILENT)
              .withMaxFunctionsPerClass(FUNCTIONS_A_CLASS)
              .build()
              .compile();
      String mainClass = result.collector().mainClassName();
      return new CompiledCode(
          mainClass,
          Instrumentation.apply(
              mainClass, result.classBytes(), ModuleTypes.types(module.declarations())),
          result.interpretedFunctions());
    } catch (WasmEngineException bad) {
      throw new InvalidModule(
          module.source(), "cannot be compiled: " + WasmModule.oneLine(bad), bad);
    } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError bad) {
      throw new InvalidModule(module.source(), "cannot be compiled (" + bad + ")", bad);
    }
  }

  /** Tells of each class with functions. */
  private static final class Classes extends ByteClassCollector {
    private final String source;
    private final int functions;
    private final CompileListener listener;

    Classes(String source, int functions, CompileListener listener) {
      this.source = source;
      this.functions = functions;
      this.listener = listener;
    }

    @Override
    public void put(String className, byte[] bytes) {
      super.put(className, bytes);
      int at = className.indexOf(GROUP);
      if (at >= 0) {
        long group = Long.parseLong(className, at + GROUP.length(), className.length(), 10);
        long done = (group + 1) * FUNCTIONS_A_CLASS;
        // What follows takes a moment too: nothing is done before all is.
        listener.compiled(source, (int) Math.min(done, functions - 1), functions);
      }
    }
  }
}
