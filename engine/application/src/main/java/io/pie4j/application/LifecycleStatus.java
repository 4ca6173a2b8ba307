package io.pie4j.application;

import io.pie4j.control.ControllerStatus;
import java.util.List;
import java.util.Map;

/**
 * A moment's view of the engine.
 *
 * @param programsInstalled programs that can be launched by name
 * @param instancesRunning instances that have not ended
 * @param instancesLaunched since the start
 * @param hostCalls calls of WebAssembly guests since the start, by function; only what was called
 * @param models one a served model
 */
public record LifecycleStatus(
    int programsInstalled,
    int instancesRunning,
    long instancesLaunched,
    Map<String, Long> hostCalls,
    List<Model> models) {

  /** The state of one model's controller. */
  public record Model(String name, ControllerStatus controller) {}
}
