package io.pie4j.application;

import io.pie4j.component.Limits;
import java.util.List;

/**
 * @param program what to run
 * @param arguments what it sees as its arguments
 * @param owner the user whose instance this is
 * @param limits memory and time
 * @param audience who hears from it
 */
public record LaunchRequest(
    Program program, List<String> arguments, String owner, Limits limits, Audience audience) {

  public LaunchRequest {
    arguments = List.copyOf(arguments);
  }
}
