package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverContract;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Nested;

class CpuDriverTest {
  private static final RandomModel MODEL =
      RandomModel.of(RandomModel.odd(), TensorType.F32, 1, Arena.global());

  /** With the kernels that the build was told to test. */
  static CpuSettings settings() {
    return new CpuSettings(
        16,
        64 << 20,
        KvFormat.F32,
        512,
        2,
        KernelTier.fromProperty(),
        256,
        64,
        WeightSettings.defaults(),
        16,
        1 << 24);
  }

  static Driver open(CpuSettings settings) {
    return new CpuDriver("random", MODEL.config(), MODEL.weights(), settings);
  }

  abstract static class Contract extends DriverContract {
    @Override
    protected AdapterWeights adapter(String name, long seed) {
      return RandomAdapter.of(name, MODEL.config(), seed);
    }
  }

  @Nested
  class AsUsual extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings());
    }
  }

  @Nested
  class WithVectors extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withTier(KernelTier.VECTOR));
    }
  }

  @Nested
  class WithSmallPages extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withPageSize(8));
    }
  }

  @Nested
  class WithUnevenPages extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withPageSize(13));
    }
  }

  @Nested
  class WithHalvesInPages extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withKvFormat(KvFormat.F16));
    }
  }

  @Nested
  class WithBytesInPages extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withKvFormat(KvFormat.Q8).withPageSize(8));
    }
  }

  @Nested
  class WithLargePages extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withPageSize(32).withThreads(1));
    }
  }

  @Nested
  class WithKernelsThatWarmUp extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withTier(KernelTier.FASTEST));
    }
  }

  @Nested
  class WithScalarKernels extends Contract {
    @Override
    protected Driver open() {
      return CpuDriverTest.open(settings().withTier(KernelTier.SCALAR));
    }
  }
}
