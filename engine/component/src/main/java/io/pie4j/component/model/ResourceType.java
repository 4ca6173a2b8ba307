package io.pie4j.component.model;

/**
 * A kind of resource, equal to itself alone. Within a component's types it stands for what each
 * instance of the component will have in its place.
 */
public final class ResourceType {
  private final String name;

  /** {@code name} is for messages. */
  ResourceType(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
