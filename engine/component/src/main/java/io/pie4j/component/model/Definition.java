package io.pie4j.component.model;

import io.pie4j.component.WasmModule;
import java.util.List;
import java.util.OptionalInt;

/**
 * What an instance of a component does when it is made, in order. Indices are those of the
 * component; whatever is defined gets the next one of its sort. Types leave no trace but resources.
 */
sealed interface Definition {
  /** A module of the component; {@code number} counts those of the whole file. */
  record Module(WasmModule module, int number) implements Definition {}

  record InstantiateModule(int module, List<CoreArgument> arguments) implements Definition {
    public InstantiateModule {
      arguments = List.copyOf(arguments);
    }
  }

  record CoreArgument(String name, int instance) {}

  /** A core instance made of what is there. */
  record CoreExports(List<CoreExport> exports) implements Definition {
    public CoreExports {
      exports = List.copyOf(exports);
    }
  }

  record CoreExport(String name, Sort sort, int index) {}

  record Nested(ComponentBody body) implements Definition {}

  /** {@code type} is what the instance exports, with resources as this component calls them. */
  record Instantiate(int component, List<Argument> arguments, InstanceType type)
      implements Definition {
    public Instantiate {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code type} is that of the thing at {@code index}. */
  record Argument(String name, Sort sort, int index, ExternType type) {}

  /** An instance made of what is there. */
  record Exports(List<Argument> exports) implements Definition {
    public Exports {
      exports = List.copyOf(exports);
    }
  }

  record AliasExport(Sort sort, int instance, String name) implements Definition {}

  record AliasCoreExport(Sort sort, int instance, String name) implements Definition {}

  /** Of a module or component; {@code count} components outwards. */
  record AliasOuter(Sort sort, int count, int index) implements Definition {}

  record Resource(ResourceType type, OptionalInt destructor) implements Definition {}

  record Lift(int function, CanonOptions options, FunctionType type) implements Definition {}

  record Lower(int function, CanonOptions options, FunctionType type) implements Definition {}

  record ResourceNew(ResourceType type) implements Definition {}

  record ResourceDrop(ResourceType type) implements Definition {}

  record ResourceRep(ResourceType type) implements Definition {}

  record Import(String name, ExternType type) implements Definition {}

  /** {@code seen} is the type that the outside sees, with resources of its own where it has any. */
  record Export(Argument what, ExternType seen) implements Definition {}
}
