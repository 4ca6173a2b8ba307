package io.pie4j.application;

import io.pie4j.component.Limits;
import java.util.List;

/**
 * @param program what to run
 * @param arguments what it sees as its arguments
 * @param user for whom it runs
 * @param limits memory and time
 * @param audience who hears from it
 */
public record LaunchRequest(
    Program program, List<String> arguments, User user, Limits limits, Audience audience) {

  public LaunchRequest {
    arguments = List.copyOf(arguments);
  }

  /**
   * As above, with the user by name.
   *
   * @throws LaunchException if it is no user's name
   */
  public LaunchRequest(
      Program program, List<String> arguments, String user, Limits limits, Audience audience) {
    this(program, arguments, new User(user), limits, audience);
  }
}
