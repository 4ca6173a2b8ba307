package io.pie4j.bench;

import io.pie4j.component.HostImports;
import io.pie4j.component.Limits;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.abi.Lift;
import io.pie4j.component.abi.Lower;
import io.pie4j.component.model.CompiledComponent;
import io.pie4j.component.model.Component;
import io.pie4j.component.model.ComponentInstance;
import io.pie4j.component.model.Linker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Calls of a component to its host through the canonical ABI, with a string or a list as argument
 * or result: to functions on core values, as bindings generated from WIT are, and to those on Java
 * values, as WASI's are.
 */
@State(Scope.Benchmark)
public class AbiBench {
  private static final int CALLS = 1000;
  private static final String HOST = "bench:abi/host";

  /** How the host's functions are given. */
  public enum Kind {
    BINDINGS,
    VALUES
  }

  /** What a string is made of. */
  public enum Letters {
    ASCII,
    ACCENTS
  }

  @Param public Kind kind = Kind.BINDINGS;
  @Param public Letters letters = Letters.ASCII;

  private final WasmEngine engine = new WasmEngine();
  private final Map<Kind, ComponentInstance> withText =
      Map.of(Kind.BINDINGS, instance(bindings()), Kind.VALUES, instance(values()));
  private final Map<Kind, ComponentInstance> withList =
      Map.of(Kind.BINDINGS, instance(bindings()), Kind.VALUES, instance(values()));
  private ComponentInstance text = withText.values().iterator().next();
  private ComponentInstance list = text;

  /** What the host gives, and what it got last. */
  private String givenText = "";

  private String takenText = "";
  private final int[] givenList = IntStream.range(0, 1024).map(i -> i * i * 7919).toArray();
  private int[] takenList = {};

  private Linker bindings() {
    return new Linker()
        .bindings(
            HostImports.builder()
                .function(
                    HOST,
                    "take-text",
                    "i32 i32 ->",
                    (guest, a) -> {
                      takenText = Lift.string(guest.memory(), (int) a[0], (int) a[1]);
                      return 0;
                    })
                .function(
                    HOST,
                    "give-text",
                    "i32 ->",
                    (guest, a) -> {
                      Lower.string(guest.memory(), guest.realloc(), givenText)
                          .store(guest.memory(), (int) a[0]);
                      return 0;
                    })
                .function(
                    HOST,
                    "take-list",
                    "i32 i32 ->",
                    (guest, a) -> {
                      takenList = Lift.ints(guest.memory(), (int) a[0], (int) a[1]);
                      return 0;
                    })
                .function(
                    HOST,
                    "give-list",
                    "i32 ->",
                    (guest, a) -> {
                      Lower.ints(guest.memory(), guest.realloc(), givenList)
                          .store(guest.memory(), (int) a[0]);
                      return 0;
                    })
                .build());
  }

  private Linker values() {
    return new Linker()
        .function(
            HOST,
            "take-text",
            (_, a) -> {
              takenText = (String) a[0];
              return null;
            })
        .function(HOST, "give-text", (_, _) -> givenText)
        .function(
            HOST,
            "take-list",
            (_, a) -> {
              takenList = (int[]) a[0];
              return null;
            })
        .function(HOST, "give-list", (_, _) -> givenList);
  }

  private ComponentInstance instance(Linker linker) {
    Path file =
        Path.of(System.getProperty("pie4j.root", "."), "bench/src/main/components/abi.wasm");
    try (CompiledComponent compiled =
        Component.parse("abi", Files.readAllBytes(file)).compile(engine)) {
      return linker.instantiate(compiled, Limits.largest());
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** Gives the component a string of 1 KiB and a list of 1,024 numbers to pass on. */
  @Setup
  public void open() {
    givenText =
        (letters == Letters.ASCII ? "as plain as can be. " : "así, über älles ☃. ").repeat(60);
    while (givenText.getBytes(StandardCharsets.UTF_8).length > 1024) {
      givenText = givenText.substring(0, givenText.length() - 1);
    }
    text = withText.getOrDefault(kind, text);
    list = withList.getOrDefault(kind, list);
    Object _ = text.call("", "keep-text", givenText);
    Object _ = list.call("", "keep-list", givenList);
  }

  @TearDown
  public void close() {
    withText.values().forEach(ComponentInstance::close);
    withList.values().forEach(ComponentInstance::close);
    engine.close();
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public String takeText() {
    Object _ = text.call("", "take-text", (long) CALLS);
    return takenText;
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public String giveText() {
    Object _ = text.call("", "give-text", (long) CALLS);
    return givenText;
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public int[] takeList() {
    Object _ = list.call("", "take-list", (long) CALLS);
    return takenList;
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public int[] giveList() {
    Object _ = list.call("", "give-list", (long) CALLS);
    return givenList;
  }

  static void run(Path root) throws IOException, RunnerException {
    Report report = new Report("abi");
    System.out.println("call       host functions  letters          ns    ± ns");
    var options =
        new OptionsBuilder()
            .include(AbiBench.class.getName().replace(".", "\\.") + "\\.")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .threads(1)
            .forks(0)
            .warmupIterations(5)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementIterations(5)
            .measurementTime(TimeValue.milliseconds(500))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    for (RunResult result : new Runner(options).run()) {
      String name = result.getParams().getBenchmark().replaceAll(".*\\.", "");
      String kind = result.getParams().getParam("kind").toLowerCase(Locale.ROOT);
      String letters = result.getParams().getParam("letters").toLowerCase(Locale.ROOT);
      if (name.endsWith("List") && !letters.equals("ascii")) {
        continue;
      }
      double nanos = result.getPrimaryResult().getScore();
      System.out.printf(
          Locale.ROOT,
          "%-10s %-15s %-8s %10.0f %7.0f%n",
          name,
          kind,
          name.endsWith("List") ? "" : letters,
          nanos,
          result.getPrimaryResult().getScoreError());
      report.put(name + "_" + kind + "_" + letters + "_ns", nanos);
    }
    report.write(root);
  }
}
