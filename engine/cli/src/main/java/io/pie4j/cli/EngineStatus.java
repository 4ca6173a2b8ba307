package io.pie4j.cli;

import io.pie4j.application.EngineVersion;
import io.pie4j.application.Instance;
import io.pie4j.application.LifecycleStatus;
import io.pie4j.control.ControllerMetrics;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * An engine at one moment. As JSON, keys are the names here in snake case.
 *
 * @param version of the engine
 * @param pid its process
 * @param startedAt when, as ISO 8601 in UTC
 * @param uptimeMillis since then
 * @param programsInstalled programs that can be launched by name
 * @param instancesLaunched since the start
 * @param instancesRunning instances that have not ended
 * @param instances the oldest of these, {@link #INSTANCES_MAX} at most
 * @param hostCalls calls of WebAssembly guests since the start, by function
 * @param models what is served
 */
record EngineStatus(
    String version,
    long pid,
    String startedAt,
    long uptimeMillis,
    int programsInstalled,
    long instancesLaunched,
    int instancesRunning,
    List<RunningInstance> instances,
    Map<String, Long> hostCalls,
    List<Model> models) {
  /** Instances that are listed one by one. */
  static final int INSTANCES_MAX = 1_000;

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /**
   * @param id as launches tell it
   * @param program name and version
   * @param user whose it is
   * @param elapsedMillis since launch
   * @param readouts distributions and tokens that it received
   */
  record RunningInstance(
      String id, String program, String user, long elapsedMillis, long readouts) {
    static RunningInstance of(Instance instance) {
      return new RunningInstance(
          instance.id().toString(),
          instance.program().toString(),
          instance.user().name(),
          instance.elapsed().toMillis(),
          instance.usage().readouts());
    }
  }

  /**
   * @param name what programs call it
   * @param description one line for people
   * @param control counters and distributions of its control layer
   */
  record Model(String name, String description, ControllerMetrics control) {}

  static EngineStatus of(Engine engine) {
    LifecycleStatus status = engine.lifecycle().status();
    return new EngineStatus(
        EngineVersion.VALUE,
        ProcessHandle.current().pid(),
        engine.started().toString(),
        engine.uptime().toMillis(),
        status.programsInstalled(),
        status.instancesLaunched(),
        status.instancesRunning(),
        engine.lifecycle().list().stream().limit(INSTANCES_MAX).map(RunningInstance::of).toList(),
        status.hostCalls(),
        List.of(
            new Model(
                engine.modelName(), engine.model().toString(), engine.controller().metrics())));
  }

  byte[] toJson() {
    return MAPPER.writeValueAsBytes(this);
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws CommandException if it is no such document
   */
  static EngineStatus parse(byte[] json) {
    try {
      return MAPPER.readValue(json, EngineStatus.class);
    } catch (JacksonException other) {
      throw new CommandException(
          "it answers as another version of pie does: " + Failures.oneLine(other));
    }
  }
}
