package io.pie4j.application;

import io.pie4j.component.model.Case;
import io.pie4j.component.model.Component;
import io.pie4j.component.model.ComponentInstance;
import io.pie4j.component.model.ExternType;
import io.pie4j.component.wasi.IncomingHttp;
import io.pie4j.component.wasi.Source;
import java.io.ByteArrayInputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a component begins: as a program by the export {@code run} of the world {@code inferlet},
 * or as WASI's command line programs do; as a server by WASI's handler of requests.
 *
 * @param run whose {@code run}: an instance's name, or nothing for the component's own
 * @param handler the instance that handles requests
 */
record Entries(Optional<String> run, Optional<String> handler) {
  private static final String ENTRY = "run";
  private static final String ENTRY_TYPE = "func() -> result<_, string>";
  private static final String COMMAND = "wasi:cli/run@0.2.";

  /**
   * @throws LaunchException if it has none
   */
  static Entries of(Component component) {
    ExternType found = component.exports().get(ENTRY);
    String type =
        found instanceof ExternType.Function function ? function.type().toString() : "nothing";
    Optional<String> run =
        type.equals(ENTRY_TYPE)
            ? Optional.of("")
            : component.exports().keySet().stream()
                .filter(name -> name.startsWith(COMMAND))
                .findAny();
    Entries entries = new Entries(run, IncomingHttp.handler(component));
    if (entries.run.isEmpty() && entries.handler.isEmpty()) {
      throw new LaunchException(
          "%s: exports no function '%s' (%s), nor wasi:cli/run or wasi:http/incoming-handler, so it is no program%s"
              .formatted(
                  component.source(),
                  ENTRY,
                  ENTRY_TYPE,
                  found == null ? "" : "; what it exports as '" + ENTRY + "' is " + type));
    }
    return entries;
  }

  /** Runs a program to its end; its error, if it has one. */
  Optional<String> run(ComponentInstance instance) {
    Case result = (Case) Objects.requireNonNull(instance.call(run.orElseThrow(), ENTRY));
    if (result.index() == 0) {
      return Optional.empty();
    }
    return Optional.of(result.value() == null ? "ended with an error" : result.value().toString());
  }

  /** Has a server answer; what went wrong, if something did. */
  Optional<String> answer(ComponentInstance instance, WebRequest request) {
    IncomingHttp.Outcome outcome =
        IncomingHttp.handle(
            instance,
            handler.orElseThrow(),
            request.head(),
            Source.of(new ByteArrayInputStream(request.body())),
            request.responder());
    return switch (outcome) {
      case IncomingHttp.Outcome.Answered _ -> Optional.empty();
      case IncomingHttp.Outcome.CutOff _ ->
          Optional.of("returned before its response was finished");
      case IncomingHttp.Outcome.Failed(Optional<String> why) ->
          Optional.of(why.orElse("answered with an error instead of a response"));
      case IncomingHttp.Outcome.Unanswered _ -> Optional.of("returned without a response");
    };
  }
}
