package io.pie4j.cli;

import io.pie4j.control.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the trace of an engine's last passes goes, for chrome://tracing or Perfetto. */
final class TraceFile {
  private final Engine engine;
  private final Path file;

  private TraceFile(Engine engine, Path file) {
    this.engine = engine;
    this.file = file;
  }

  /**
   * Makes sure of the file before anything runs.
   *
   * @throws CommandException if it cannot be written, or the engine keeps no trace
   */
  static TraceFile of(Engine engine, Path file) {
    if (engine.settings().control().tracePasses() == 0) {
      throw new CommandException(
          "there is no trace: the configuration says control.trace-passes = 0");
    }
    try {
      Files.newBufferedWriter(file).close();
    } catch (IOException e) {
      throw new CommandException("trace " + file + " cannot be written: " + e.getMessage());
    }
    return new TraceFile(engine, file);
  }

  /** Writes what the engine remembers; how many passes that are. */
  int write() {
    Trace trace = engine.controller().trace();
    try (Writer writer = Files.newBufferedWriter(file)) {
      trace.writeChromeJson(writer);
    } catch (IOException e) {
      throw new UncheckedIOException("trace " + file + ": " + e.getMessage(), e);
    }
    return trace.passes().size();
  }
}
