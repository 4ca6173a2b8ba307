package io.pie4j.component.model;

/**
 * A resource under one of its names: defined, imported, exported or substituted for another. What a
 * handle's type refers to; by it is decided whether the outside knows the resource too.
 */
public final class ResourceName implements TypeDefinition {
  private final ResourceType resource;

  ResourceName(ResourceType resource) {
    this.resource = resource;
  }

  ResourceType resource() {
    return resource;
  }

  @Override
  public String toString() {
    return resource.toString();
  }
}
