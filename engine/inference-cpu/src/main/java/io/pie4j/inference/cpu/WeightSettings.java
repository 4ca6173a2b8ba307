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
 * @param cacheFolder where weights are kept as they are laid out, to be mapped the next time
 * @param cacheFromBytes models with less than this are laid out each time
 * @param cacheBytesMax the folder's bound; what was not used for longest goes
 */
public record WeightSettings(
    boolean exactActivations, Optional<Path> cacheFolder, long cacheFromBytes, long cacheBytesMax) {

  public WeightSettings {
    if (cacheFromBytes < 0 || cacheBytesMax < 0) {
      throw new IllegalArgumentException(
          "bytes of the weight cache must not be negative, are %d and %d"
              .formatted(cacheFromBytes, cacheBytesMax));
    }
  }

  /** Activations as bytes; no cache, from 64 MiB and at most 64 GiB if a folder is given. */
  public static WeightSettings defaults() {
    return new WeightSettings(false, Optional.empty(), 64L << 20, 64L << 30);
  }

  public WeightSettings withExactActivations(boolean value) {
    return new WeightSettings(value, cacheFolder, cacheFromBytes, cacheBytesMax);
  }

  public WeightSettings withCache(Path folder, long fromBytes, long bytesMax) {
    return new WeightSettings(exactActivations, Optional.of(folder), fromBytes, bytesMax);
  }

  TensorType typeInPanels(Tensor tensor) {
    return exactActivations && tensor.type().quantized() ? TensorType.F32 : tensor.type();
  }
}
