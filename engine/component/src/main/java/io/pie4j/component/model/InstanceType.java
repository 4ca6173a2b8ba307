package io.pie4j.component.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an instance exports, in its order. {@link #resources} are those that every instance of the
 * type has of its own; an instance at hand has none left open (see {@link Substitution#open}).
 */
public final class InstanceType implements TypeDefinition {
  private final Map<String, ExternType> exports;
  private final List<ResourceType> resources;
  private final int depth;

  InstanceType(Map<String, ExternType> exports, List<ResourceType> resources) {
    this.exports = Collections.unmodifiableMap(new LinkedHashMap<>(exports));
    this.resources = List.copyOf(resources);
    this.depth = depthAround(exports.values());
  }

  /** Of a type of things of these types: how deep types of instances and components are nested. */
  static int depthAround(Collection<ExternType> inner) {
    int depth = 0;
    for (ExternType type : inner) {
      depth =
          switch (type) {
            case ExternType.Instance(InstanceType instance) -> Math.max(depth, instance.depth);
            case ExternType.Component(ComponentType component) ->
                Math.max(depth, component.depth());
            case ExternType.Type(TypeDefinition definition) ->
                switch (definition) {
                  case InstanceType instance -> Math.max(depth, instance.depth);
                  case ComponentType component -> Math.max(depth, component.depth());
                  case DataType _, FunctionType _, ResourceName _ -> depth;
                };
            case ExternType.Module _, ExternType.Function _ -> depth;
          };
    }
    if (depth >= TypeFactory.DEPTH_MAX) {
      throw new TypeFactory.Refused(
          "types of instances and components are nested deeper than " + TypeFactory.DEPTH_MAX);
    }
    return depth + 1;
  }

  public Map<String, ExternType> exports() {
    return exports;
  }

  List<ResourceType> resources() {
    return resources;
  }
}
