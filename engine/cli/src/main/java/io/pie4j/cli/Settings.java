package io.pie4j.cli;

import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Policy;
import io.pie4j.application.ServiceSettings;
import io.pie4j.component.CompileSettings;
import io.pie4j.component.Limits;
import io.pie4j.control.ControlSettings;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inference.cpu.KernelTier;
import io.pie4j.inference.cpu.KvFormat;
import io.pie4j.inference.cpu.WeightSettings;
import io.pie4j.model.Quantization;
import io.pie4j.model.registry.HubSettings;
import io.pie4j.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration file, in TOML; keys are the names here in kebab case. Every key has a default;
 * a key that is not known is an error.
 *
 * @param model what is served
 * @param driver what executes it
 * @param weights how the CPU driver keeps those of the model
 * @param limits of an instance
 * @param engine of all instances
 * @param compile how large programs are compiled
 * @param server where {@code pie serve} listens
 * @param control how programs' commands reach the driver
 * @param policy who may do what
 * @param services bounds of messaging, store, http and files
 * @param hub where models come from
 */
record Settings(
    Model model,
    Driver driver,
    OfWeights weights,
    LimitsOfInstance limits,
    OfEngine engine,
    Compile compile,
    Server server,
    ControlTable control,
    PolicyTable policy,
    ServicesTable services,
    Hub hub) {

  /**
   * @param name a registered model, or the path of a GGUF file or Hugging Face directory
   * @param adapters its LoRA adapters, each FOLDER or NAME=FOLDER
   * @param quantize what its linear layers become when it is opened, if they are not quantized yet
   */
  record Model(String name, List<String> adapters, Quantization quantize) {
    Model {
      if (name.isBlank()) {
        throw new IllegalArgumentException("name must not be empty");
      }
      adapters = List.copyOf(adapters);
      Map<String, Path> _ = folders(adapters);
    }

    Model withName(String newName) {
      return new Model(newName, adapters, quantize);
    }

    Model withAdapters(List<String> newAdapters) {
      return new Model(name, newAdapters, quantize);
    }

    Model withQuantize(Quantization newQuantize) {
      return new Model(name, adapters, newQuantize);
    }

    /** The adapters' folders by the names that programs use. */
    Map<String, Path> adapterFolders() {
      return folders(adapters);
    }

    private static Map<String, Path> folders(List<String> adapters) {
      Map<String, Path> folders = new TreeMap<>();
      for (String adapter : adapters) {
        int equals = adapter.indexOf('=');
        Path folder = Path.of(adapter.substring(equals + 1));
        Path last = folder.toAbsolutePath().normalize().getFileName();
        String name = equals < 0 ? String.valueOf(last) : adapter.substring(0, equals);
        if (name.isBlank() || adapter.length() == equals + 1) {
          throw new IllegalArgumentException(
              "adapters: '" + adapter + "' is no FOLDER or NAME=FOLDER");
        }
        if (folders.put(name, folder) != null) {
          throw new IllegalArgumentException(
              "adapters: two adapters are called '" + name + "'; write NAME=FOLDER");
        }
      }
      return folders;
    }
  }

  /** Which driver. */
  enum Kind {
    CPU,
    DUMMY
  }

  /**
   * @param kind cpu, or dummy for no arithmetic
   * @param threads that compute; 0 for one a core
   * @param pageTokens token slots of a KV page, 8 to 32
   * @param kvMebibytes memory for keys and values
   * @param kvFormat how they are kept: auto, f32, f16, bf16 or q8
   * @param tier fastest, native, avx2, dotprod, vector or scalar
   */
  record Driver(
      Kind kind,
      int threads,
      int pageTokens,
      long kvMebibytes,
      KvFormat kvFormat,
      KernelTier tier) {
    Driver {
      requireRange("threads", threads, 0, 1024);
      requireRange("page-tokens", pageTokens, CpuSettings.MIN_PAGE_SIZE, CpuSettings.MAX_PAGE_SIZE);
      requireRange("kv-mebibytes", kvMebibytes, 1, 1L << 30);
    }
  }

  /**
   * @param exactActivations multiply quantized weights with singles, not with bytes
   * @param cacheMebibytes weights on disk as they are laid out; 0 keeps none
   */
  record OfWeights(boolean exactActivations, long cacheMebibytes) {
    OfWeights {
      requireRange("cache-mebibytes", cacheMebibytes, 0, 1L << 30);
    }

    WeightSettings settings(PieHome home) {
      WeightSettings settings =
          WeightSettings.defaults()
              .withExactActivations(exactActivations)
              .withCopyBytesMax(Memory.totalBytes() / 2);
      return cacheMebibytes == 0
          ? settings
          : settings.withCache(home.weightCache(), settings.cacheFromBytes(), cacheMebibytes << 20);
    }
  }

  /**
   * @param memoryMebibytes linear memory
   * @param heapMebibytes objects of a garbage-collected guest
   * @param burstMillis longest run without waiting
   * @param totalSeconds longest run in all, waiting not counted
   */
  record LimitsOfInstance(
      long memoryMebibytes, long heapMebibytes, long burstMillis, long totalSeconds) {
    LimitsOfInstance {
      requireRange("memory-mebibytes", memoryMebibytes, 1, 2047);
      requireRange("heap-mebibytes", heapMebibytes, 1, 1 << 20);
      requireRange("burst-millis", burstMillis, 1, 86_400_000);
      requireRange("total-seconds", totalSeconds, 1, 31_536_000);
    }
  }

  /**
   * @param instancesMax instances at once
   * @param codeCacheMebibytes compiled WebAssembly on disk; 0 keeps none
   */
  record OfEngine(int instancesMax, long codeCacheMebibytes) {
    OfEngine {
      requireRange("instances-max", instancesMax, 1, 1_000_000);
      requireRange("code-cache-mebibytes", codeCacheMebibytes, 0, 1 << 20);
    }
  }

  /**
   * A process of its own compiles a large program.
   *
   * @param processKibibytesMin code from which on a program is large
   * @param processHeapMebibytes Java heap of that process
   * @param processSeconds how long it may take
   * @param processNiceness by how much it gives way to others
   */
  record Compile(
      long processKibibytesMin,
      long processHeapMebibytes,
      long processSeconds,
      int processNiceness) {
    Compile {
      requireRange("process-kibibytes-min", processKibibytesMin, 0, 1L << 31);
      requireRange("process-heap-mebibytes", processHeapMebibytes, 64, 1 << 20);
      requireRange("process-seconds", processSeconds, 1, 86_400);
      requireRange("process-niceness", processNiceness, 0, 19);
    }

    static Compile of(CompileSettings settings) {
      return new Compile(
          settings.processBytesMin() >> 10,
          settings.processHeapBytes() >> 20,
          settings.processTime().toSeconds(),
          settings.processNiceness());
    }

    CompileSettings settings() {
      return new CompileSettings(
          processKibibytesMin << 10,
          processHeapMebibytes << 20,
          Duration.ofSeconds(processSeconds),
          processNiceness);
    }
  }

  /**
   * @param host the address to listen at
   * @param port 0 is any that is free
   * @param requestsMax requests that are answered at once
   * @param requestBodyBytesMax bytes of a request's body
   * @param responseSecondsMax until a response must be over
   */
  record Server(
      String host, int port, int requestsMax, int requestBodyBytesMax, long responseSecondsMax) {
    Server {
      requireRange("port", port, 0, 65_535);
      requireRange("requests-max", requestsMax, 1, 1_000_000);
      requireRange("request-body-bytes-max", requestBodyBytesMax, 0, 1 << 30);
      requireRange("response-seconds-max", responseSecondsMax, 1, 86_400);
    }

    static Server of(ServerSettings settings) {
      return new Server(
          settings.host(),
          settings.port(),
          settings.requestsMax(),
          settings.requestBodyBytesMax(),
          settings.responseTimeMax().toSeconds());
    }

    ServerSettings settings() {
      return new ServerSettings(
          host, port, requestsMax, requestBodyBytesMax, Duration.ofSeconds(responseSecondsMax));
    }
  }

  /**
   * @param endpoint where the hub's routes begin
   * @param pullGibibytesMax bytes of one model
   */
  record Hub(String endpoint, long pullGibibytesMax) {
    Hub {
      requireRange("pull-gibibytes-max", pullGibibytesMax, 1, 1 << 20);
    }

    HubSettings settings() {
      return HubSettings.defaults().withEndpoint(endpoint).withBytesMax(pullGibibytesMax << 30);
    }
  }

  static Settings defaults() {
    Limits limits = Limits.standard();
    LifecycleSettings lifecycle = LifecycleSettings.standard();
    CpuSettings cpu = CpuSettings.defaults();
    HubSettings hub = HubSettings.defaults();
    return new Settings(
        new Model(Models.DEMO, List.of(), Quantization.NONE),
        new Driver(Kind.CPU, 0, cpu.pageSize(), cpu.kvBytes() >> 20, KvFormat.AUTO, cpu.tier()),
        new OfWeights(cpu.weights().exactActivations(), cpu.weights().cacheBytesMax() >> 20),
        new LimitsOfInstance(
            limits.memoryBytes() >> 20,
            limits.heapBytes() >> 20,
            limits.burst().toMillis(),
            limits.total().toSeconds()),
        new OfEngine(lifecycle.instancesMax(), 512),
        Compile.of(CompileSettings.standard()),
        Server.of(ServerSettings.standard()),
        ControlTable.of(ControlSettings.defaults()),
        PolicyTable.of(Policy.standard()),
        ServicesTable.of(ServiceSettings.standard()),
        new Hub(hub.endpoint().toString(), hub.bytesMax() >> 30));
  }

  /** Those of the configuration in a home, or the defaults where there is none. */
  static Settings in(PieHome home) {
    return Files.isRegularFile(home.config()) ? read(home.config()) : defaults();
  }

  /**
   * Reads a file over the defaults.
   *
   * @throws CommandException naming file and key, if the file is no such configuration
   */
  static Settings read(Path file) {
    return new SettingsFile(file).over(defaults());
  }

  Settings withModel(Model newModel) {
    return new Settings(
        newModel, driver, weights, limits, engine, compile, server, control, policy, services, hub);
  }

  Settings withDriver(Driver newDriver) {
    return new Settings(
        model, newDriver, weights, limits, engine, compile, server, control, policy, services, hub);
  }

  /** With what the driver keeps on disk. */
  CpuSettings cpu(PieHome home) {
    return cpu().withWeights(weights.settings(home));
  }

  CpuSettings cpu() {
    CpuSettings base = CpuSettings.defaults();
    CpuSettings sized =
        base.withPageSize(driver.pageTokens())
            .withKvBytes(driver.kvMebibytes() << 20)
            .withKvFormat(driver.kvFormat())
            .withTier(driver.tier());
    return driver.threads() == 0 ? sized : sized.withThreads(driver.threads());
  }

  LifecycleSettings lifecycle() {
    LifecycleSettings base = LifecycleSettings.standard();
    return base.withInstancesMax(engine.instancesMax())
        .withServices(services.settings())
        .withLimits(
            base.limits()
                .withMemoryBytes(limits.memoryMebibytes() << 20)
                .withHeapBytes(limits.heapMebibytes() << 20)
                .withBurst(Duration.ofMillis(limits.burstMillis()))
                .withTotal(Duration.ofSeconds(limits.totalSeconds())));
  }

  static void requireRange(String key, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, is %d".formatted(key, low, high, value));
    }
  }
}
