package io.pie4j.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * llama.cpp in a process of its own, which our {@code bench/peers/llama_peer.c} makes obey: one
 * order a line. Keys and values are F16, nothing is sampled, threads sleep between orders.
 */
final class LlamaPeer implements AutoCloseable {
  /** Where {@code ./pie bench engine} may get it: see {@code bench/peers/llama-cpp.sh}. */
  static final List<String> SOURCES = List.of("pypi", "npm");

  private static final int CELLS_STEP = 256;

  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter orders;
  private final Path states;
  private final String model;
  private final long bytesPerCell;
  private final long kvBytesMax;
  private final String source;
  private final String system;

  /**
   * @param bytesPerCell of keys and values of a token
   * @param kvBytesMax of all cells
   */
  LlamaPeer(Path root, Path model, String source, int threads, long bytesPerCell, long kvBytesMax)
      throws IOException {
    this.source = source;
    this.bytesPerCell = bytesPerCell;
    this.kvBytesMax = kvBytesMax;
    this.model = model.getFileName() + "-" + Files.size(model);
    Path folder = Files.createDirectories(root.resolve("bench/target/peer"));
    states = Files.createDirectories(folder.resolve("states"));
    List<String> command = new ArrayList<>(built(root, folder, source));
    command.add(1, model.toAbsolutePath().toString());
    command.add(2, String.valueOf(threads));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    orders =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    system = answer("ready");
  }

  /** Program and its last argument; builds it the first time. */
  private static List<String> built(Path root, Path folder, String source) throws IOException {
    Process script =
        new ProcessBuilder(
                "bash",
                root.resolve("bench/peers/llama-cpp.sh").toString(),
                folder.toAbsolutePath().toString(),
                source)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8))) {
      List<String> lines = said.readAllLines();
      if (script.waitFor() != 0 || lines.isEmpty()) {
        throw new IOException("bench/peers/llama-cpp.sh could not make the peer");
      }
      return lines;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Which of {@link #SOURCES}. */
  String source() {
    return source;
  }

  /** Gives back the memory of {@link #prepare}. */
  void release() throws IOException {
    order("release");
    answer("ok");
  }

  /** What it says of the processor. */
  String system() {
    return system;
  }

  /** Why this cannot be measured, if so. */
  Optional<String> refusal(Workload workload) {
    if (workload instanceof Workload.Finish finish && !finish.forked()) {
      return Optional.of("prompts of their own are measured by pie alone");
    }
    long bytes = (workload.slots() + (long) workload.sequences() * CELLS_STEP) * bytesPerCell;
    return bytes <= kvBytesMax
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d MiB of keys and values are needed, %,d are allowed",
                bytes >> 20,
                kvBytesMax >> 20));
  }

  /** Makes room for this and everything smaller of its kind, with or without flash attention. */
  void prepare(Workload most, boolean flash) throws IOException {
    long cells = most.shared() ? most.slots() + most.sequences() : most.slots() / most.sequences();
    // One step goes before those that are measured.
    long padded = (cells + 1 + CELLS_STEP - 1) / CELLS_STEP * CELLS_STEP;
    order(
        "context %d %d %d %d"
            .formatted(padded, most.sequences(), flash ? 1 : 0, most.shared() ? 1 : 0));
    answer("ok");
    if (most instanceof Workload.Decode decode) {
      // Prompts of thousands of tokens take minutes: the state is kept for the next time.
      Path state =
          states.resolve(
              "%s-%d-%s-%d.state"
                  .formatted(
                      model,
                      decode.context(),
                      flash ? "flash" : "plain",
                      decode.shared() ? 1 : decode.sequences()));
      order("fill %d %d %s".formatted(decode.sequences(), decode.context(), state));
      answer("ok");
    }
  }

  /** How long it takes. */
  double seconds(Workload workload) throws IOException {
    switch (workload) {
      case Workload.Prefill prefill -> order("prefill " + prefill.tokens());
      case Workload.Decode decode ->
          order("decode %d %d %d".formatted(decode.sequences(), decode.context(), decode.steps()));
      case Workload.Finish finish ->
          order("fork %d %d %d".formatted(finish.sequences(), finish.prompt(), finish.tokens()));
    }
    return Double.parseDouble(answer("seconds"));
  }

  private void order(String line) throws IOException {
    orders.write(line);
    orders.newLine();
    orders.flush();
  }

  private String answer(String expected) throws IOException {
    String line = answers.readLine();
    if (line == null || !line.startsWith(expected)) {
      throw new IOException("the peer said: " + (line == null ? "nothing, it ended" : line));
    }
    return line.substring(expected.length()).strip();
  }

  /** More often than once does nothing. */
  @Override
  public void close() {
    if (process.isAlive()) {
      try {
        order("quit");
      } catch (IOException e) {
        process.destroy();
      }
    }
  }
}
