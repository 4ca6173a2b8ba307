package io.pie4j.inferlets.contract;

import java.util.List;

/**
 * One thing that the engine promises.
 *
 * @param name what the program's first argument calls it
 * @param calls the calls whose promise it is, as {@code interface.function} or {@code
 *     interface.resource.method}; the check fails if one of them is broken. Empty if it is about
 *     bad use
 * @param body returns if the promise is kept, and throws what is wrong otherwise
 */
public record Check(String name, List<String> calls, Body body) {
  public Check {
    calls = List.copyOf(calls);
  }

  /** What is done. */
  @FunctionalInterface
  public interface Body {
    void run(Stage stage) throws Exception;
  }

  static Check of(String name, Body body, String... calls) {
    return new Check(name, List.of(calls), body);
  }
}
