package io.pie4j.component.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a component imports and what its instances export, in its order. {@link #importedResources}
 * stand for what an instance is given, {@link #resources} for those that each instance has of its
 * own.
 */
public final class ComponentType implements TypeDefinition {
  private final Map<String, ExternType> imports;
  private final List<ResourceType> importedResources;
  private final Map<String, ExternType> exports;
  private final List<ResourceType> resources;
  private final int depth;

  ComponentType(
      Map<String, ExternType> imports,
      List<ResourceType> importedResources,
      Map<String, ExternType> exports,
      List<ResourceType> resources) {
    this.imports = Collections.unmodifiableMap(new LinkedHashMap<>(imports));
    this.importedResources = List.copyOf(importedResources);
    this.exports = Collections.unmodifiableMap(new LinkedHashMap<>(exports));
    this.resources = List.copyOf(resources);
    this.depth =
        Math.max(
            InstanceType.depthAround(imports.values()), InstanceType.depthAround(exports.values()));
  }

  public Map<String, ExternType> imports() {
    return imports;
  }

  List<ResourceType> importedResources() {
    return importedResources;
  }

  public Map<String, ExternType> exports() {
    return exports;
  }

  List<ResourceType> resources() {
    return resources;
  }

  int depth() {
    return depth;
  }
}
