package io.pie4j.component.wit;

import java.util.List;

/** A named type. {@code docs} is empty where none are written. */
public sealed interface TypeDefinition {
  String name();

  String docs();

  /** Another name for a type. */
  record Alias(String name, String docs, WitType type) implements TypeDefinition {}

  record RecordType(String name, String docs, List<Field> fields) implements TypeDefinition {
    public RecordType {
      fields = List.copyOf(fields);
    }
  }

  record Field(String name, String docs, WitType type) {}

  record Enumeration(String name, String docs, List<Label> cases) implements TypeDefinition {
    public Enumeration {
      cases = List.copyOf(cases);
    }
  }

  record Flags(String name, String docs, List<Label> flags) implements TypeDefinition {
    public Flags {
      flags = List.copyOf(flags);
    }
  }

  record Label(String name, String docs) {}

  record Variant(String name, String docs, List<Field> cases) implements TypeDefinition {
    public Variant {
      cases = List.copyOf(cases);
    }
  }

  record Resource(String name, String docs, List<WitFunction> functions) implements TypeDefinition {
    public Resource {
      functions = List.copyOf(functions);
    }
  }
}
