package io.pie4j.application;

import io.pie4j.application.bindings.GuestApi;
import io.pie4j.component.Guest;
import java.util.Optional;

/** What a {@link WasmProgram} is made of: compiled and linked, to be instantiated many times. */
sealed interface GuestCode extends AutoCloseable permits ModuleCode, ComponentCode {
  /** One instance of the code. */
  interface Running extends AutoCloseable {
    /** The program as the host sees it. */
    Guest guest();

    /** Runs it to its end, or until it has answered its request: empty, or its error. */
    Optional<String> run();

    @Override
    void close();
  }

  /** Makes an instance, or takes one made ahead, that calls this side of the interface. */
  Running start(Instance instance, HostSide host, GuestApi api);

  /** Whether it can be launched to run. */
  default boolean runs() {
    return true;
  }

  /** Whether it can be launched to answer a request. */
  default boolean serves() {
    return false;
  }

  /** Instances made ahead for these limits. */
  int ready();

  /** No more instances are made; those that run go on. */
  @Override
  void close();
}
