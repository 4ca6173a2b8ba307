package io.pie4j.component.wit;

/** A package's name; {@code version} is empty where none is given. */
public record PackageName(String namespace, String name, String version) {
  /** As interfaces are prefixed with it: {@code namespace:name}. */
  public String path() {
    return namespace + ":" + name;
  }

  @Override
  public String toString() {
    return version.isEmpty() ? path() : path() + "@" + version;
  }
}
