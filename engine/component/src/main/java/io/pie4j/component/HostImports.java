package io.pie4j.component;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a host offers to modules, by module and name. One set serves any number of modules and
 * instances; a function finds the instance's own state through {@link Instance#host}. A memory that
 * a module imports is made for it, so none is offered here.
 */
public final class HostImports {
  /** Module and name of an import. */
  record Name(String module, String name) {}

  /** A function and its type. */
  record Function(Signature signature, HostCall call) {}

  /** A constant: a number's bits, or a reference. */
  record Constant(ValueType type, long bits, @Nullable Object reference) {}

  private final Map<Name, Function> functions;
  private final Map<Name, Constant> constants;
  private final Set<String> stringModules;

  private HostImports(Builder builder) {
    functions = Map.copyOf(builder.functions);
    constants = Map.copyOf(builder.constants);
    stringModules = Set.copyOf(builder.stringModules);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Nothing at all. */
  public static HostImports none() {
    return new Builder().build();
  }

  Optional<Function> function(String module, String name) {
    return Optional.ofNullable(functions.get(new Name(module, name)));
  }

  /** A function of numbers that is offered. */
  public record Offered(CoreType.Function type, HostFunction function) {}

  /** The function of these names, if there is one of numbers alone. */
  public Optional<Offered> offered(String module, String name) {
    return function(module, name)
        .filter(found -> found.call() instanceof HostCall.Numbers)
        .map(found ->
            new Offered(
                found.signature().coreType(), ((HostCall.Numbers) found.call()).function()));
  }

  Optional<Constant> constant(String module, String name) {
    if (stringModules.contains(module)) {
      return Optional.of(new Constant(ValueType.REF, 0, name));
    }
    return Optional.ofNullable(constants.get(new Name(module, name)));
  }

  /** Collects imports; a name defined twice is an error. */
  public static final class Builder {
    private final Map<Name, Function> functions = new HashMap<>();
    private final Map<Name, Constant> constants = new HashMap<>();
    private final Set<String> stringModules = new HashSet<>();

    private Builder() {}

    /** A function of numbers; the signature as in {@link Signature#parse}. */
    public Builder function(String module, String name, String signature, HostFunction function) {
      return add(module, name, signature, new HostCall.Numbers(function));
    }

    /** A function that takes references too, and gives a number or nothing. */
    public Builder functionOfReferences(
        String module, String name, String signature, HostFunction.OfReferences function) {
      return add(module, name, signature, new HostCall.OfReferences(function));
    }

    /** A function that gives a reference. */
    public Builder functionToReference(
        String module, String name, String signature, HostFunction.ToReference function) {
      return add(module, name, signature, new HostCall.ToReference(function));
    }

    private Builder add(String module, String name, String text, HostCall call) {
      Signature signature = Signature.parse(text);
      if (signature.results().size() > 1) {
        throw new IllegalArgumentException(
            module + " " + name + ": host functions have one result at most");
      }
      if (signature.results().contains(ValueType.REF) != call.givesReference()
          || (signature.hasReferences() && !call.takesReferences())) {
        throw new IllegalArgumentException(
            module + " " + name + ": the function does not fit " + signature);
      }
      if (functions.put(new Name(module, name), new Function(signature, call)) != null) {
        throw new IllegalArgumentException(module + " " + name + " is defined twice");
      }
      return this;
    }

    /** An immutable global of a number type, given as its bits. */
    public Builder constant(String module, String name, ValueType type, long bits) {
      constants.put(new Name(module, name), new Constant(type, bits, null));
      return this;
    }

    /** An immutable global that is a reference. */
    public Builder constant(String module, String name, Object reference) {
      constants.put(new Name(module, name), new Constant(ValueType.REF, 0, reference));
      return this;
    }

    /** Makes every global that is imported from {@code module} a Java string: its own name. */
    public Builder stringConstants(String module) {
      stringModules.add(module);
      return this;
    }

    /** Adds all that {@code other} offers. */
    public Builder include(HostImports other) {
      other.functions.forEach((name, function) -> {
        if (functions.put(name, function) != null) {
          throw new IllegalArgumentException(name.module + " " + name.name + " is defined twice");
        }
      });
      constants.putAll(other.constants);
      stringModules.addAll(other.stringModules);
      return this;
    }

    public HostImports build() {
      return new HostImports(this);
    }
  }
}
