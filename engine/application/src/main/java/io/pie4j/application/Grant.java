package io.pie4j.application;

/**
 * What a policy lets one user's programs do.
 *
 * @param capabilities the most that a program of the user is granted, whatever its manifest asks
 *     for
 */
public record Grant(Capabilities capabilities) {

  public static Grant standard() {
    return new Grant(Capabilities.standard());
  }

  public Grant withCapabilities(Capabilities granted) {
    return new Grant(granted);
  }
}
