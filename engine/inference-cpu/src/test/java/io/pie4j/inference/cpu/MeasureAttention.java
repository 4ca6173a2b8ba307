package io.pie4j.inference.cpu;

import io.pie4j.inference.Forward;
import io.pie4j.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Times the attention of decode steps alone, at the shape of Llama 3.2 1B: {@code MeasureAttention
 * TIER THREADS SECONDS CONTEXT FORMAT...}, for example {@code native 2 3 8192 f32 f16}. One
 * sequence, then 16 with pages of their own, then 16 that share all full pages, then a chunk of a
 * prompt. Times are for 16 layers, from fewer that are measured; the best of many, since machines
 * are seldom quiet. With one thread they are its processor time, which says something on a busy
 * machine too.
 */
final class MeasureAttention {
  private static final int PAGE = 16;
  private static final int LAYERS = 4;
  private static final int ALL_LAYERS = 16;
  private static final int SEQUENCES = 16;

  private final ModelConfig config = layers(RandomModel.billion());
  private final Kernels kernels;
  private final Workers workers;
  private final double seconds;
  private final int context;

  private MeasureAttention(Kernels kernels, Workers workers, double seconds, int context) {
    this.kernels = kernels;
    this.workers = workers;
    this.seconds = seconds;
    this.context = context;
  }

  private static ModelConfig layers(ModelConfig c) {
    return RandomModel.layers(c, LAYERS);
  }

  public static void main(String[] args) {
    KernelTier tier = KernelTier.valueOf(args[0].toUpperCase(java.util.Locale.ROOT));
    Kernels kernels = KernelChoice.of(tier).kernels();
    try (Workers workers = new Workers(Integer.parseInt(args[1]))) {
      MeasureAttention measure =
          new MeasureAttention(
              kernels, workers, Double.parseDouble(args[2]), Integer.parseInt(args[3]));
      for (int i = 4; i < args.length; i++) {
        measure.format(KvFormat.valueOf(args[i].toUpperCase(java.util.Locale.ROOT)));
      }
    }
  }

  private void format(KvFormat format) {
    int pages = (context + PAGE - 1) / PAGE + 1;
    try (Arena arena = Arena.ofShared()) {
      PagedKv kv = new PagedKv(config, format, PAGE, pages * SEQUENCES, 512, arena);
      for (int page = 0; page < pages * SEQUENCES; page++) {
        kv.touch(page);
        // Such that memory is there and no value is subnormal.
        long at = kv.keysAt(page, 0, 0);
        kv.segment(page).asSlice(at, PagedKv.pageBytes(config, format, PAGE)).fill((byte) 0x3C);
        for (int slot = 0; slot < PAGE; slot++) {
          int position = page % pages * PAGE + slot;
          kv.setPosition(page, slot, position);
        }
      }
      System.out.printf("%s, %s, context %d%n", kernels.name(), format.text(), context);
      double alone = decode(kv, pages, 1, false);
      double apart = decode(kv, pages, SEQUENCES, false);
      double shared = decode(kv, pages, SEQUENCES, true);
      System.out.printf(
          "  16 shared are %.2f x 16 of their own, which are %.1f x one%n",
          shared / apart, apart / alone);
      run(kv, "prompt of 256 behind", List.of(forward(pages, 0, false, 256)));
    }
  }

  private double decode(PagedKv kv, int pages, int sequences, boolean shared) {
    List<Forward> forwards = new ArrayList<>();
    for (int s = 0; s < sequences; s++) {
      forwards.add(forward(pages, s, shared, 1));
    }
    return run(kv, sequences + (shared ? " shared" : " of their own"), forwards);
  }

  private Forward forward(int pagesEach, int s, boolean shared, int tokens) {
    int full = context / PAGE;
    int[] pages =
        IntStream.range(0, full)
            .map(i -> (shared && i < full - 1 ? 0 : s * pagesEach) + i)
            .toArray();
    int[] visible = new int[full];
    Arrays.fill(visible, (1 << PAGE) - 1);
    int[] inputs = Session.range(s, tokens);
    return new Forward(pages, visible, inputs, new int[0], inputs, Optional.empty());
  }

  private long now() {
    return workers.parts() == 4
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private double run(PagedKv kv, String what, List<Forward> forwards) {
    try (Arena arena = Arena.ofShared()) {
      EmbedTable embeds = new EmbedTable(1024, config.hiddenSize(), arena);
      for (int i = 0; i < 1024; i++) {
        embeds.write(i, new float[config.hiddenSize()], 0, context + i);
      }
      Batch batch = new Batch(kv, Integer.MAX_VALUE);
      batch.fill(forwards, embeds);
      Attention attention = new Attention(config, kernels, kv);
      int items = attention.plan(batch, workers);
      Activations queries = new Activations(config.queryWidth());
      Activations out = new Activations(config.queryWidth());
      queries.reserve(batch.tokens());
      out.reserve(batch.tokens());
      Arrays.fill(queries.values(), 0.01f);
      double best = Double.MAX_VALUE;
      long begin = System.nanoTime();
      for (int i = 0; i < 3 || System.nanoTime() - begin < seconds * 1e9; i++) {
        long start = now();
        for (int l = 0; l < LAYERS; l++) {
          int layer = l;
          workers.run(
              items,
              Long.MAX_VALUE,
              (first, end, scratch) ->
                  attention.run(batch, layer, queries, out, first, end, scratch));
        }
        best = Math.min(best, (now() - start) / 1e9);
      }
      double flops = 4.0 * batch.tokens() * context * config.queryWidth() * LAYERS;
      double bytes =
          2.0 * batch.tokens() * context * config.kvWidth() * kv.format().bytes() * LAYERS;
      System.out.printf(
          "  %-24s %8.2f ms, %6.1f GFLOP/s, %6.1f GB/s of pages read, with repetitions%n",
          what, best * 1e3 * ALL_LAYERS / LAYERS, flops / best / 1e9, bytes / best / 1e9);
      return best;
    }
  }
}
