package io.pie4j.inference.cpu;

import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.inference.Readout;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Times decode steps and a prefill on random weights: {@code Measure demo|billion TYPE THREADS
 * SECONDS CONTEXT SEQUENCES...}, for example {@code demo F32 2 5 128 1 8 64}.
 */
final class Measure {
  private Measure() {}

  public static void main(String[] args) {
    ModelConfig config = args[0].equals("demo") ? RandomModel.demo() : RandomModel.billion();
    TensorType type = TensorType.valueOf(args[1]);
    double seconds = Double.parseDouble(args[3]);
    int context = Integer.parseInt(args[4]);
    CpuSettings settings =
        CpuSettings.defaults().withThreads(Integer.parseInt(args[2])).withKvBytes(4L << 30);
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.fast(config, type, 1, arena);
      long opened = System.nanoTime();
      try (CpuDriver driver = new CpuDriver(args[0], config, model.weights(), settings)) {
        System.out.printf("%s: opened in %.0f ms%n", driver.info().name(), since(opened));
        first(driver);
        for (int i = 5; i < args.length; i++) {
          decode(driver, Integer.parseInt(args[i]), context, seconds);
        }
        prefill(driver, 512, seconds);
      }
    }
  }

  /** A cold JVM's first prompt of 32 tokens and the steps after it. */
  private static void first(CpuDriver driver) {
    StringBuilder line = new StringBuilder("cold: prompt of 32 and steps, ms:");
    long all = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      long start = System.nanoTime();
      double cpu = cpuMillis();
      driver.execute(step(driver, 1, i == 0 ? 0 : 31 + i, i == 0 ? 32 : 1)).join();
      line.append(" %.1f (%.1f)".formatted(since(start), cpuMillis() - cpu));
    }
    System.out.printf("%s; all %.0f (%.0f)%n", line, since(all), cpuMillis());
  }

  private static void decode(CpuDriver driver, int sequences, int context, double seconds) {
    for (int i = 0; i < context; i += 8) {
      driver.execute(step(driver, sequences, i, 8)).join();
    }
    double best = Double.MAX_VALUE;
    List<Double> times = new ArrayList<>();
    List<Double> cpuTimes = new ArrayList<>();
    for (long start = System.nanoTime(); since(start) < seconds * 1e3 || times.size() < 3; ) {
      Pass pass = step(driver, sequences, context, 1);
      double cpu = cpuMillis();
      long begin = System.nanoTime();
      driver.execute(pass).join();
      times.add(since(begin));
      cpuTimes.add(cpuMillis() - cpu);
      best = Math.min(best, times.getLast());
    }
    double cpu = cpuTimes.stream().sorted().toList().get(times.size() / 4);
    double median = times.stream().sorted().toList().get(times.size() / 2);
    System.out.printf(
        "decode, %3d sequences: best %.3f ms, median %.3f ms, %.0f (%.0f) tokens/s; CPU time %.3f"
            + " ms, %.0f tokens/s%n",
        sequences,
        best,
        median,
        sequences / best * 1e3,
        sequences / median * 1e3,
        cpu,
        sequences / cpu * 1e3);
  }

  private static void prefill(CpuDriver driver, int tokens, double seconds) {
    double best = Double.MAX_VALUE;
    double cpu = Double.MAX_VALUE;
    for (long start = System.nanoTime(); since(start) < seconds * 1e3; ) {
      long begin = System.nanoTime();
      double cpuBegin = cpuMillis();
      driver.execute(step(driver, 1, 0, tokens)).join();
      best = Math.min(best, since(begin));
      cpu = Math.min(cpu, cpuMillis() - cpuBegin);
    }
    System.out.printf(
        "prefill, %d tokens: best %.1f ms, %.0f tokens/s; CPU time %.1f ms, %.0f tokens/s%n",
        tokens, best, tokens / best * 1e3, cpu, tokens / cpu * 1e3);
  }

  /** Processor time of the driver's threads: says something on a busy machine too. */
  private static double cpuMillis() {
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    long nanos = 0;
    for (ThreadInfo thread : bean.getThreadInfo(bean.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().matches("pie-cpu-[0-9]+")) {
        nanos += bean.getThreadCpuTime(thread.getThreadId());
      }
    }
    return nanos / 1e6;
  }

  /** One pass: so many sequences, each with {@code count} new tokens after {@code length}. */
  private static Pass step(CpuDriver driver, int sequences, int length, int count) {
    int size = driver.info().pageSize();
    int pagesEach = 1024 / size;
    List<EmbedText> embeds = new ArrayList<>();
    List<Forward> forwards = new ArrayList<>();
    List<Readout> readouts = new ArrayList<>();
    Random random = new Random(length);
    for (int s = 0; s < sequences; s++) {
      int[] pages = Session.range(s * pagesEach, (length + size - 1) / size);
      int[] visible = new int[pages.length];
      for (int i = 0; i < pages.length; i++) {
        visible[i] = (int) ((1L << Math.min(size, length - i * size)) - 1);
      }
      int[] tokens = random.ints(count, 0, driver.info().vocabularySize()).toArray();
      int[] ids = Session.range(s * count, count);
      embeds.add(new EmbedText(tokens, Session.range(length, count), ids));
      int[] slots = Session.range(s * pagesEach * size + length, count);
      int[] last = Arrays.copyOfRange(ids, count - 1, count);
      forwards.add(new Forward(pages, visible, ids, slots, last, Optional.empty()));
      readouts.add(new Readout.TopK(last[0], 256));
    }
    return new Pass(List.of(), embeds, forwards, readouts);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
