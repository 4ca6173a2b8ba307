package io.pie4j.component.model;

import io.pie4j.component.ModuleType;

/** The type of what is imported or exported. */
public sealed interface ExternType {
  /** A core module. */
  record Module(ModuleType type) implements ExternType {}

  record Function(FunctionType type) implements ExternType {}

  /** A type: equal to {@code type}, which may be a resource that only its owner knows. */
  record Type(TypeDefinition type) implements ExternType {}

  record Component(ComponentType type) implements ExternType {}

  record Instance(InstanceType type) implements ExternType {}

  /** For messages. */
  default String sort() {
    return switch (this) {
      case Module _ -> "core module";
      case Function _ -> "func";
      case Type _ -> "type";
      case Component _ -> "component";
      case Instance _ -> "instance";
    };
  }
}
