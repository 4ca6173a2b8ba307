package io.pie4j.component;

import java.util.List;

/**
 * The type of what core modules import and export; value types by their names in the text format.
 */
public sealed interface CoreType {
  record Function(List<String> parameters, List<String> results) implements CoreType {
    public Function {
      parameters = List.copyOf(parameters);
      results = List.copyOf(results);
    }

    @Override
    public String toString() {
      return "(" + String.join(" ", parameters) + ") -> (" + String.join(" ", results) + ")";
    }
  }

  /** {@code max} is the largest possible number where none is given. */
  record Table(String element, long min, long max) implements CoreType {}

  /** In pages of 64 KiB. */
  record Memory(long min, long max, boolean isShared) implements CoreType {}

  record Global(String type, boolean isMutable) implements CoreType {}

  record Tag(Function type) implements CoreType {}

  /** For messages. */
  default String sort() {
    return switch (this) {
      case Function _ -> "func";
      case Table _ -> "table";
      case Memory _ -> "memory";
      case Global _ -> "global";
      case Tag _ -> "tag";
    };
  }

  /** Whether this can be given where {@code wanted} is imported. */
  default boolean fits(CoreType wanted) {
    return switch (wanted) {
      case Function _, Global _, Tag _ -> equals(wanted);
      case Table(String element, long min, long max) ->
          this instanceof Table given
              && given.element.equals(element)
              && given.min >= min
              && given.max <= max;
      case Memory(long min, long max, boolean isShared) ->
          this instanceof Memory given
              && given.isShared == isShared
              && given.min >= min
              && given.max <= max;
    };
  }
}
