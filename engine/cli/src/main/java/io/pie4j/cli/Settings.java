package io.pie4j.cli;

import io.pie4j.application.LifecycleSettings;
import io.pie4j.component.Limits;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inference.cpu.KernelTier;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * The configuration file. Every key has a default; a key that is not known is an error.
 *
 * @param model what is served
 * @param driver what executes it
 * @param limits of an instance
 * @param engine of all instances
 */
record Settings(Model model, Driver driver, LimitsOfInstance limits, OfEngine engine) {

  /**
   * @param name a registered model, or the path of a GGUF file or Hugging Face directory
   */
  record Model(String name) {}

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
   * @param tier auto, vector or scalar
   */
  record Driver(Kind kind, int threads, int pageTokens, long kvMebibytes, KernelTier tier) {}

  /**
   * @param memoryMebibytes linear memory
   * @param heapMebibytes objects of a garbage-collected guest
   * @param burstMillis longest run without waiting
   * @param totalSeconds longest run in all, waiting not counted
   */
  record LimitsOfInstance(
      long memoryMebibytes, long heapMebibytes, long burstMillis, long totalSeconds) {}

  /**
   * @param instancesMax instances at once
   * @param codeCacheMebibytes compiled WebAssembly on disk
   */
  record OfEngine(int instancesMax, long codeCacheMebibytes) {}

  static Settings defaults() {
    Limits limits = Limits.standard();
    LifecycleSettings lifecycle = LifecycleSettings.standard();
    CpuSettings cpu = CpuSettings.defaults();
    return new Settings(
        new Model("demo"),
        new Driver(Kind.CPU, 0, cpu.pageSize(), cpu.kvBytes() >> 20, cpu.tier()),
        new LimitsOfInstance(
            limits.memoryBytes() >> 20,
            limits.heapBytes() >> 20,
            limits.burst().toMillis(),
            limits.total().toSeconds()),
        new OfEngine(lifecycle.instancesMax(), 512));
  }

  /** Reads a file over the defaults. */
  static Settings read(Path file) {
    TomlMapper mapper =
        TomlMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();
    try {
      ObjectNode all = mapper.valueToTree(defaults());
      overlay(all, mapper.readTree(file.toFile()));
      return mapper.treeToValue(all, Settings.class);
    } catch (JacksonException wrong) {
      throw new CommandException(
          "configuration "
              + file
              + ": "
              + wrong.getOriginalMessage().replaceAll("\\s*\\R\\s*", " "));
    }
  }

  private static void overlay(ObjectNode below, JsonNode above) {
    above
        .properties()
        .forEach(entry -> {
          if (below.get(entry.getKey()) instanceof ObjectNode table
              && entry.getValue().isObject()) {
            overlay(table, entry.getValue());
          } else {
            below.set(entry.getKey(), entry.getValue());
          }
        });
  }

  Settings withModel(String name) {
    return new Settings(new Model(name), driver, limits, engine);
  }

  Settings withDriver(Driver newDriver) {
    return new Settings(model, newDriver, limits, engine);
  }

  CpuSettings cpu() {
    CpuSettings base = CpuSettings.defaults();
    CpuSettings sized =
        base.withPageSize(driver.pageTokens())
            .withKvBytes(driver.kvMebibytes() << 20)
            .withTier(driver.tier());
    return driver.threads() == 0 ? sized : sized.withThreads(driver.threads());
  }

  LifecycleSettings lifecycle() {
    LifecycleSettings base = LifecycleSettings.standard();
    return base.withInstancesMax(engine.instancesMax())
        .withLimits(
            base.limits()
                .withMemoryBytes(limits.memoryMebibytes() << 20)
                .withHeapBytes(limits.heapMebibytes() << 20)
                .withBurst(Duration.ofMillis(limits.burstMillis()))
                .withTotal(Duration.ofSeconds(limits.totalSeconds())));
  }
}
