package io.pie4j.inference.cpu;

import java.util.function.Consumer;

/**
 * What a {@link CpuDriver} may use.
 *
 * @param pageSize token slots in a page, 8 to 32
 * @param kvBytes memory for keys and values; the number of pages follows from it. Memory is taken
 *     when pages are first used
 * @param kvFormat how keys and values are kept
 * @param embedCount physical embeds
 * @param threads that compute, 1 to 1,024
 * @param tier which arithmetic to use
 * @param maxTokensPerPass new tokens in one pass
 * @param maxReadoutsPerPass readouts in one pass
 * @param weights how the weights of linear layers are kept
 * @param adaptersMax adapters loaded at once, 0 to 4,096
 * @param adapterBytes memory for the weights of all adapters together
 */
public record CpuSettings(
    int pageSize,
    long kvBytes,
    KvFormat kvFormat,
    int embedCount,
    int threads,
    KernelTier tier,
    int maxTokensPerPass,
    int maxReadoutsPerPass,
    WeightSettings weights,
    int adaptersMax,
    long adapterBytes) {

  public static final int MIN_PAGE_SIZE = 8;
  public static final int MAX_PAGE_SIZE = 32;
  private static final long MEBIBYTE = 1 << 20;

  public CpuSettings {
    require("page size", pageSize, MIN_PAGE_SIZE, MAX_PAGE_SIZE);
    require("memory for keys and values in bytes", kvBytes, 1, 1L << 50);
    require("embed count", embedCount, 1, 1 << 24);
    require("thread count", threads, 1, 1024);
    require("tokens per pass", maxTokensPerPass, 1, 1 << 16);
    require("readouts per pass", maxReadoutsPerPass, 1, 1 << 16);
    require("adapter count", adaptersMax, 0, 4096);
    require("adapter memory in bytes", adapterBytes, 0, 1L << 50);
  }

  /**
   * Pages of 16 tokens in at most 1 GiB, one thread a core, 512 tokens a pass, 64 adapters in at
   * most 1 GiB.
   */
  public static CpuSettings defaults() {
    return new CpuSettings(
        16,
        1024 * MEBIBYTE,
        KvFormat.F32,
        4096,
        Runtime.getRuntime().availableProcessors(),
        KernelTier.fromProperty(),
        512,
        512,
        WeightSettings.defaults(),
        64,
        1024 * MEBIBYTE);
  }

  public CpuSettings withPageSize(int value) {
    return with(copy -> copy.pageSize = value);
  }

  public CpuSettings withKvBytes(long value) {
    return with(copy -> copy.kvBytes = value);
  }

  public CpuSettings withKvFormat(KvFormat value) {
    return with(copy -> copy.kvFormat = value);
  }

  public CpuSettings withEmbedCount(int value) {
    return with(copy -> copy.embedCount = value);
  }

  public CpuSettings withThreads(int value) {
    return with(copy -> copy.threads = value);
  }

  public CpuSettings withTier(KernelTier value) {
    return with(copy -> copy.tier = value);
  }

  public CpuSettings withMaxTokensPerPass(int value) {
    return with(copy -> copy.maxTokensPerPass = value);
  }

  public CpuSettings withWeights(WeightSettings value) {
    return with(copy -> copy.weights = value);
  }

  public CpuSettings withExactActivations(boolean value) {
    return withWeights(weights.withExactActivations(value));
  }

  public CpuSettings withAdapters(int countMax, long bytesMax) {
    return with(copy -> {
      copy.adaptersMax = countMax;
      copy.adapterBytes = bytesMax;
    });
  }

  private CpuSettings with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.settings();
  }

  /** All settings, to change some. */
  private static final class Copy {
    private int pageSize;
    private long kvBytes;
    private KvFormat kvFormat;
    private int embedCount;
    private int threads;
    private KernelTier tier;
    private int maxTokensPerPass;
    private int maxReadoutsPerPass;
    private WeightSettings weights;
    private int adaptersMax;
    private long adapterBytes;

    Copy(CpuSettings settings) {
      pageSize = settings.pageSize;
      kvBytes = settings.kvBytes;
      kvFormat = settings.kvFormat;
      embedCount = settings.embedCount;
      threads = settings.threads;
      tier = settings.tier;
      maxTokensPerPass = settings.maxTokensPerPass;
      maxReadoutsPerPass = settings.maxReadoutsPerPass;
      weights = settings.weights;
      adaptersMax = settings.adaptersMax;
      adapterBytes = settings.adapterBytes;
    }

    CpuSettings settings() {
      return new CpuSettings(
          pageSize,
          kvBytes,
          kvFormat,
          embedCount,
          threads,
          tier,
          maxTokensPerPass,
          maxReadoutsPerPass,
          weights,
          adaptersMax,
          adapterBytes);
    }
  }

  private static void require(String what, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, is %d".formatted(what, low, high, value));
    }
  }
}
