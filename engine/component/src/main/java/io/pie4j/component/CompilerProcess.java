package io.pie4j.component;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles modules in processes of their own: with a heap of its own, so that the engine's does not
 * grow nor is collected for it, and of low priority. The process gets the module on its standard
 * input and answers on its standard output; it ends with its engine, whose pipes it then misses.
 */
final class CompilerProcess implements AutoCloseable {
  private static final int STARTED = 1;
  private static final int PROGRESS = 2;
  private static final int CODE = 3;
  private static final int INVALID = 4;

  private static final Path NICE = Path.of("/usr/bin/nice");

  private final CompileSettings settings;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  CompilerProcess(CompileSettings settings) {
    this.settings = settings;
  }

  boolean isFor(WasmModule module) {
    return module.codeBytes() >= settings.processBytesMin();
  }

  /**
   * The module's code; empty if there is no process to be had, as where this library is loaded in
   * an unusual way. Throws {@link InvalidModule} as {@link ModuleCompiler} does, and if the bounds
   * do not suffice.
   */
  Optional<CompiledCode> compile(WasmModule module, CompileListener listener) {
    Process process;
    try {
      process = new ProcessBuilder(command()).redirectError(Redirect.DISCARD).start();
    } catch (IOException none) {
      return Optional.empty();
    }
    running.add(process);
    AtomicBoolean tooLong = new AtomicBoolean();
    process
        .onExit()
        .orTimeout(settings.processTime().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(_ -> {
          tooLong.set(true);
          return process.destroyForcibly();
        });
    boolean started = false;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
      if (closed) {
        throw new IOException("the engine is closed");
      }
      send(process, module);
      if (in.readUnsignedByte() != STARTED) {
        return Optional.empty();
      }
      started = true;
      return Optional.of(answer(in, module, listener));
    } catch (IOException ended) {
      if (started || closed || tooLong.get()) {
        throw new InvalidModule(module.source(), problem(process, tooLong.get()), ended);
      }
      return Optional.empty();
    } finally {
      process.destroyForcibly();
      running.remove(process);
    }
  }

  private String problem(Process process, boolean tooLong) {
    if (closed) {
      return "cannot be compiled: the engine is closed";
    }
    return tooLong
        ? "cannot be compiled: it takes longer than "
            + settings.processTime().toMillis()
            + " ms (processTime)"
        : "cannot be compiled: the compiler's process ended with code "
            + process.onExit().join().exitValue()
            + "; it has "
            + (settings.processHeapBytes() >> 20)
            + " MiB of heap (processHeapBytes)";
  }

  private static void send(Process process, WasmModule module) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(process.getOutputStream()))) {
      byte[] bytes = module.sections().bytes();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static CompiledCode answer(
      DataInputStream in, WasmModule module, CompileListener listener) throws IOException {
    while (true) {
      int kind = in.readUnsignedByte();
      switch (kind) {
        case PROGRESS -> listener.compiled(module.source(), in.readInt(), in.readInt());
        case CODE -> {
          return CompiledCode.of(in.readNBytes(in.readInt()))
              .orElseThrow(() -> new IOException("the code is damaged"));
        }
        case INVALID ->
            throw new InvalidModule(
                module.source(), new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
        default -> throw new IOException("an answer of kind " + kind);
      }
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(NICE)) {
      command.addAll(List.of(NICE.toString(), "-n", String.valueOf(settings.processNiceness())));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + (settings.processHeapBytes() >> 20) + "m");
    // One thread that collects, and no archive of another's classes.
    command.add("-XX:+UseSerialGC");
    command.add("-XX:-UsePerfData");
    command.add("-cp");
    command.add(
        Stream.of("java.class.path", "jdk.module.path")
            .map(name -> System.getProperty(name, ""))
            .filter(path -> !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(CompilerProcess.class.getName());
    return command;
  }

  /** The process: reads a module, writes how far it is and what became of it. */
  public static void main(String[] arguments) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
    out.writeByte(STARTED);
    out.flush();
    byte[] bytes = in.readNBytes(in.readInt());
    try {
      CompiledCode code =
          ModuleCompiler.compile(
              WasmModule.parse("", bytes), (_, functions, of) -> tell(out, functions, of));
      send(out, CODE, code.toBytes());
    } catch (WasmException bad) {
      String problem = String.valueOf(bad.getMessage());
      // What names the module is the engine's.
      String shown = problem.startsWith(": ") ? problem.substring(2) : problem;
      send(out, INVALID, shown.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void send(DataOutputStream out, int kind, byte[] bytes) throws IOException {
    out.writeByte(kind);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  private static void tell(DataOutputStream out, int functions, int of) {
    try {
      out.writeByte(PROGRESS);
      out.writeInt(functions);
      out.writeInt(of);
      out.flush();
    } catch (IOException gone) {
      // The engine is gone; nobody needs the code.
      Runtime.getRuntime().halt(1);
    }
  }

  /** Ends what runs: who waits for it gets an {@link InvalidModule}. */
  @Override
  public void close() {
    closed = true;
    running.forEach(Process::destroyForcibly);
  }
}
