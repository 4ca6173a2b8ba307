package io.pie4j.inference.cpu;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a {@link CpuDriver} keeps the weights of linear layers.
 *
 * @param exactActivations multiply quantized weights as singles with singles: exact, but slower and
 *     4 bytes of memory for each weight; otherwise activations are rounded to bytes for them, 32
 *     with one scale, as other engines do
 * @param cacheFolder where weights are kept as they are laid out, for the next time
 * @param cacheFromBytes models with less than this are laid out each time
 * @param cacheBytesMax the folder's bound; what was not used for longest goes
 * @param copyBytesMax more than this is mapped from the folder, less is read into huge pages, which
 *     are faster, but which the system cannot drop when memory is scarce
 */
public record WeightSettings(
    boolean exactActivations,
    Optional<Path> cacheFolder,
    long cacheFromBytes,
    long cacheBytesMax,
    long copyBytesMax) {

  public WeightSettings {
    if (cacheFromBytes < 0 || cacheBytesMax < 0 || copyBytesMax < 0) {
      throw new IllegalArgumentException(
          "bytes of the weight cache must not be negative, are %d, %d and %d"
              .formatted(cacheFromBytes, cacheBytesMax, copyBytesMax));
    }
  }

  /**
   * Activations as bytes; no cache, from 64 MiB and at most 64 GiB if a folder is given, of which
   * up to 8 GiB are copied.
   */
  public static WeightSettings defaults() {
    return new WeightSettings(false, Optional.empty(), 64L << 20, 64L << 30, 8L << 30);
  }

  public WeightSettings withExactActivations(boolean value) {
    return new WeightSettings(value, cacheFolder, cacheFromBytes, cacheBytesMax, copyBytesMax);
  }

  public WeightSettings withCache(Path folder, long fromBytes, long bytesMax) {
    return new WeightSettings(
        exactActivations, Optional.of(folder), fromBytes, bytesMax, copyBytesMax);
  }

  public WeightSettings withCopyBytesMax(long value) {
    return new WeightSettings(exactActivations, cacheFolder, cacheFromBytes, cacheBytesMax, value);
  }

  TensorType typeInPanels(Tensor tensor) {
    return exactActivations && tensor.type().quantized() ? TensorType.F32 : tensor.type();
  }
}
