package io.pie4j.component.wit;

import java.util.List;

/** A function; a method's first parameter, the resource itself, is not among its parameters. */
public record WitFunction(
    String name, Kind kind, String docs, List<Parameter> parameters, WitType result) {

  public WitFunction {
    parameters = List.copyOf(parameters);
  }

  public enum Kind {
    FREE,
    METHOD,
    STATIC,
    CONSTRUCTOR
  }

  public record Parameter(String name, WitType type) {}
}
