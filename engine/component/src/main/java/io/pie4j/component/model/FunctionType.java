package io.pie4j.component.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Parameters with their names, and a result ({@link DataType.Kind#NONE} if there is none).
 *
 * @param isAsync whether the function is declared to wait by itself
 */
public record FunctionType(
    List<String> names, List<DataType> parameters, DataType result, boolean isAsync)
    implements TypeDefinition {
  /** Characters of a function's type in a message, about. */
  private static final int TEXT_MAX = 1_000;

  public FunctionType {
    names = List.copyOf(names);
    parameters = List.copyOf(parameters);
  }

  boolean sameAs(FunctionType other) {
    if (!names.equals(other.names) || isAsync != other.isAsync || !result.sameAs(other.result)) {
      return false;
    }
    for (int i = 0; i < parameters.size(); i++) {
      if (!parameters.get(i).sameAs(other.parameters.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** All parameters as core values, cut where there are too many to pass them so. */
  List<DataType.Flat> flatParameters() {
    List<DataType.Flat> all = new ArrayList<>();
    for (DataType parameter : parameters) {
      if (all.size() <= DataType.FLAT_MAX) {
        all.addAll(parameter.flat());
      }
    }
    return all;
  }

  boolean parametersInMemory() {
    return flatParameters().size() > DataType.FLAT_MAX;
  }

  boolean resultInMemory() {
    return result.flat().size() > 1;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(isAsync ? "async func(" : "func(");
    for (int i = 0; i < names.size() && text.length() < TEXT_MAX; i++) {
      text.append(i == 0 ? "" : ", ").append(names.get(i)).append(": ").append(parameters.get(i));
    }
    text.append(')');
    return result.isNone() ? text.toString() : text + " -> " + result;
  }
}
