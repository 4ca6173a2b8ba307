package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.CopySlots;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverException;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import io.pie4j.inference.Readout;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import io.pie4j.model.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs passes on all cores.
 *
 * <p>A pass is one ragged batch: all its new tokens go through each layer together, attention reads
 * pages where they are, logits are computed only for embeds that are read. A result does not
 * depend, to the bit, on what else is in the batch, on chunks, on page sizes or on the number of
 * threads.
 */
public final class CpuDriver implements Driver {
  /** A larger model cannot run at scalar speed even once. */
  private static final long SMALL_MODEL_BYTES = 32 << 20;

  private final DriverInfo info;
  private final KernelChoice choice;
  private final Arena arena = Arena.ofShared();
  private final Workers workers;
  private final PassThread thread;
  private final Tensor tokenEmbedding;
  private final PagedKv kv;
  private final EmbedTable embeds;
  private final Batch batch;
  private final Transformer transformer;
  private final Readouts readouts;
  private final float[] tokenRow;
  private final WarmUp warmUp;
  private final long weightBytes;
  private final Adapters adapters;

  /**
   * Opens a driver over a model, which must stay open longer than the driver.
   *
   * @throws DriverException if the settings leave no room for a single page, or memory is short
   */
  public static CpuDriver open(LanguageModel model, CpuSettings settings) {
    return new CpuDriver(
        model.name(),
        () -> PanelStore.identity(model.path()),
        model.config(),
        model.weights(),
        settings);
  }

  CpuDriver(String name, ModelConfig config, Weights weights, CpuSettings settings) {
    this(name, () -> "", config, weights, settings);
  }

  private CpuDriver(
      String name,
      Supplier<String> identity,
      ModelConfig config,
      Weights weights,
      CpuSettings settings) {
    choice = KernelChoice.of(settings.tier());
    Kernels kernels = choice.kernels();
    boolean singles = weights.layer(0).q().type() == TensorType.F32;
    KvFormat format = settings.kvFormat().orFor(singles);
    int pages = pageCount(config, format, settings);
    requireAddressable(config, settings);
    info =
        new DriverInfo(
            "cpu, %s kernels, %d threads, %s pages: %s"
                .formatted(kernels.name(), settings.threads(), format.text(), name),
            settings.pageSize(),
            pages,
            settings.embedCount(),
            config.vocabSize(),
            config.maxPositions(),
            settings.maxTokensPerPass(),
            settings.maxReadoutsPerPass(),
            PagedKv.imageBytes(config, format, settings.pageSize()),
            settings.adaptersMax());
    adapters = new Adapters(config, settings);
    tokenEmbedding = weights.tokenEmbedding();
    tokenRow = new float[config.hiddenSize()];
    workers = new Workers(settings.threads());
    try {
      kv =
          new PagedKv(
              config, format, settings.pageSize(), pages, settings.maxTokensPerPass(), arena);
      embeds = new EmbedTable(settings.embedCount(), config.hiddenSize(), arena);
      batch = new Batch(kv, config.slidingWindow().orElse(Integer.MAX_VALUE));
      List<Tensor> matrices = matrices(weights);
      PanelStore panels = new PanelStore(identity, matrices, settings.weights(), workers, arena);
      transformer = new Transformer(config, weights, panels::linear, kernels, workers, kv, embeds);
      readouts = new Readouts(panels.linear(weights.output()), kernels, workers, embeds);
      Set<TensorType> types = EnumSet.noneOf(TensorType.class);
      long bytes = 0;
      for (Tensor matrix : matrices) {
        types.add(settings.weights().typeInPanels(matrix));
        bytes += matrix.data().byteSize();
      }
      weightBytes = bytes;
      warmUp =
          new WarmUp(
              kernels, config, format, settings.pageSize(), types, bytes > SMALL_MODEL_BYTES);
    } catch (OutOfMemoryError e) {
      workers.close();
      arena.close();
      throw new DriverException("no memory for the driver: " + e.getMessage(), e);
    }
    thread = new PassThread();
  }

  private static int pageCount(ModelConfig config, KvFormat format, CpuSettings settings) {
    long pageBytes = PagedKv.pageBytes(config, format, settings.pageSize());
    long pages = settings.kvBytes() / pageBytes;
    if (pages == 0) {
      throw new DriverException(
          "a page of %d tokens takes %d bytes, the memory for keys and values is %d"
              .formatted(settings.pageSize(), pageBytes, settings.kvBytes()));
    }
    return (int) Math.min(pages, Integer.MAX_VALUE / 2 / settings.pageSize());
  }

  private static void requireAddressable(ModelConfig config, CpuSettings settings) {
    long singles = settings.maxTokensPerPass() * (Transformer.widest(config) + Kernels.MAX_LANES);
    if (singles > Integer.MAX_VALUE - 64) {
      throw new DriverException(
          "%d tokens per pass are too many for this model, at most %d"
              .formatted(
                  settings.maxTokensPerPass(),
                  (Integer.MAX_VALUE - 64) / (Transformer.widest(config) + Kernels.MAX_LANES)));
    }
  }

  /** The linear layers' weights. */
  private static List<Tensor> matrices(Weights weights) {
    List<Tensor> matrices = new ArrayList<>();
    for (Weights.Layer layer : weights.layers()) {
      matrices.addAll(
          List.of(
              layer.q(), layer.k(), layer.v(), layer.o(), layer.gate(), layer.up(), layer.down()));
    }
    matrices.add(weights.output());
    return matrices;
  }

  @Override
  public DriverInfo info() {
    return info;
  }

  /** One sentence: which kernels are in use, and why. */
  public String kernels() {
    return choice.reason();
  }

  /** Bytes of the matrices that a pass multiplies with, as they are in the model's files. */
  public long weightBytes() {
    return weightBytes;
  }

  @Override
  public CompletableFuture<PassResult> execute(Pass pass) {
    LoadedAdapter[] loaded;
    try {
      info.check(pass);
      loaded = adapters.of(pass.forwards());
    } catch (DriverException e) {
      return CompletableFuture.failedFuture(e);
    }
    return thread.submit(() -> {
      workers.beginPass();
      try {
        return run(pass, loaded);
      } finally {
        workers.endPass();
      }
    });
  }

  @Override
  public int loadAdapter(AdapterWeights weights) {
    int adapter = adapters.load(weights);
    warmUp.forAdapters();
    return adapter;
  }

  @Override
  public void unloadAdapter(int adapter) {
    adapters.unload(adapter);
  }

  private PassResult run(Pass pass, LoadedAdapter[] loaded) {
    long start = System.nanoTime();
    warmUp.beforePass();
    pass.saves().forEach(kv::save);
    pass.loads().forEach(kv::load);
    for (CopySlots copy : pass.copies()) {
      kv.copy(copy);
    }
    for (EmbedText embed : pass.embeds()) {
      for (int i = 0; i < embed.tokens().length; i++) {
        tokenEmbedding.dequantizeRow(embed.tokens()[i], tokenRow);
        embeds.write(embed.embeds()[i], tokenRow, 0, embed.positions()[i]);
      }
    }
    batch.fill(pass.forwards(), embeds);
    transformer.run(batch, loaded);
    List<Readout.Result> results = readouts.run(pass.readouts());
    return new PassResult(results, System.nanoTime() - start);
  }

  /** Logits of embeds as a fresh array; for tests, when no pass is under way. */
  float[][] logits(int... ids) {
    Activations logits = readouts.computeLogits(ids);
    float[][] rows = new float[ids.length][];
    for (int row = 0; row < ids.length; row++) {
      rows[row] =
          Arrays.copyOfRange(logits.values(), logits.at(row), logits.at(row) + logits.width());
    }
    return rows;
  }

  @Override
  public void close() {
    if (thread.close()) {
      warmUp.close();
      workers.close();
      arena.close();
    }
  }
}
