package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The C kernels against plain C ({@code kernels_test.c}), where the tools are: for this machine
 * with sanitizers of addresses and undefined behaviour, for aarch64 under emulation.
 */
class NativeSanitizerTest {
  private static final Path SOURCES = Path.of("src/main/c");
  private static final Path TEST = Path.of("src/test/c/kernels_test.c");
  private static final long PATIENCE_MINUTES = 10;

  @TempDir Path folder;

  @BeforeEach
  void needsSources() {
    assumeTrue(Files.exists(TEST), "not in the module's folder");
  }

  @Test
  void agreesWithPlainC() throws Exception {
    // Optimization makes compiling with sanitizers take minutes; the other checks take time too and
    // find nothing here: vectors are loaded from any address.
    List<String> compile =
        List.of(
            "cc",
            "-O0",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
            "-fno-sanitize=alignment,null,pointer-overflow,object-size");
    needs("cc");
    Path empty = Files.writeString(folder.resolve("empty.c"), "int main(void) { return 0; }\n");
    assumeTrue(
        start(compile, List.of("-o", at("empty"), empty.toString())).waitFor() == 0,
        "the C compiler has no sanitizers");
    build(compile);
    assertThat(output(List.of(at("kernels_test")))).contains("values agree");
  }

  @Test
  void neonAgreesWithPlainC() throws Exception {
    needs("aarch64-linux-gnu-gcc");
    needs("qemu-aarch64");
    build(List.of("aarch64-linux-gnu-gcc", "-O1", "-static"));
    // A processor without i8mm; what all commands print is kept together.
    assertThat(output(List.of("qemu-aarch64", "-cpu", "neoverse-n1", at("kernels_test"))))
        .contains("neon: ")
        .contains("values agree")
        .doesNotContain("i8mm");
    assertThat(output(List.of("qemu-aarch64", "-cpu", "max", at("kernels_test"))))
        .contains("i8mm: ");
  }

  private static void needs(String tool) {
    String path = System.getenv().getOrDefault("PATH", "");
    assumeTrue(
        Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(place -> Files.isExecutable(Path.of(place, tool))),
        "there is no " + tool);
  }

  /** Compiles the files side by side: it takes seconds. */
  private void build(List<String> compile) throws Exception {
    List<Path> files = new ArrayList<>(List.of(TEST));
    try (Stream<Path> sources = Files.list(SOURCES)) {
      sources.filter(file -> file.toString().endsWith(".c")).forEach(files::add);
    }
    List<Process> compilers = new ArrayList<>();
    List<String> objects = new ArrayList<>();
    for (Path file : files) {
      String object = at(file.getFileName() + ".o");
      objects.add(object);
      compilers.add(
          start(
              compile,
              List.of(
                  "-std=gnu11",
                  "-ffp-contract=off",
                  "-I" + SOURCES,
                  "-c",
                  "-o",
                  object,
                  file.toString())));
    }
    for (Process compiler : compilers) {
      assertSucceeds(compiler);
    }
    List<String> link = new ArrayList<>(List.of("-o", at("kernels_test")));
    link.addAll(objects);
    link.add("-lm");
    assertSucceeds(start(compile, link));
  }

  private String output(List<String> command) throws Exception {
    return assertSucceeds(start(command, List.of()));
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private Process start(List<String> command, List<String> more) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(more);
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.redirectOutput(Files.createTempFile(folder, "output", ".txt").toFile());
    // Leaks cannot be looked for in some sandboxes.
    builder.environment().put("ASAN_OPTIONS", "detect_leaks=0");
    return builder.start();
  }

  private String assertSucceeds(Process process) throws Exception {
    if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    String text = allOutput();
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  /** What all processes so far said; little. */
  private String allOutput() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt")).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
