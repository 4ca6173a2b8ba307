package io.pie4j.inferlets.codeact;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of a block, and the block around it. */
final class Scope {
  /** One variable; without a value it is declared further down. */
  private static final class Variable {
    final boolean constant;
    @Nullable Value value;

    Variable(boolean constant, @Nullable Value value) {
      this.constant = constant;
      this.value = value;
    }
  }

  private final @Nullable Scope outer;
  private final Budget budget;
  private final Map<String, Variable> variables = new HashMap<>();

  private Scope(@Nullable Scope outer, Budget budget) {
    this.outer = outer;
    this.budget = budget;
    budget.allocate(64);
  }

  static Scope global(Budget budget) {
    return new Scope(null, budget);
  }

  Scope inner() {
    return new Scope(this, budget);
  }

  /** A variable that has no value yet: using it is an error until it is set. */
  void announce(String name, boolean constant) {
    budget.allocate(64);
    variables.put(name, new Variable(constant, null));
  }

  /** A variable with its first value. */
  void declare(String name, Value value) {
    budget.allocate(64);
    variables.put(name, new Variable(false, value));
  }

  /** A {@code var}: undefined, unless there is one of that name in the same function. */
  void hoist(String name) {
    if (!variables.containsKey(name)) {
      declare(name, Value.Nothing.UNDEFINED);
    }
  }

  /** Gives the variable that a declaration of this block made its first value. */
  void initialize(String name, Value value) {
    find(name).value = value;
  }

  Value get(String name) {
    Value value = find(name).value;
    if (value == null) {
      throw early(name);
    }
    return value;
  }

  void set(String name, Value value) {
    Variable variable = find(name);
    if (variable.value == null) {
      throw early(name);
    }
    if (variable.constant) {
      throw Thrown.typeError("Assignment to constant variable '" + name + "'");
    }
    variable.value = value;
  }

  boolean has(String name) {
    for (Scope at = this; at != null; at = at.outer) {
      if (at.variables.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  private Variable find(String name) {
    for (Scope at = this; at != null; at = at.outer) {
      budget.work(1);
      Variable variable = at.variables.get(name);
      if (variable != null) {
        return variable;
      }
    }
    throw Thrown.referenceError(name + " is not defined");
  }

  private static Thrown early(String name) {
    return Thrown.referenceError("Cannot access '" + name + "' before initialization");
  }
}
