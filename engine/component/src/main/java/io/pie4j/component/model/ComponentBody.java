package io.pie4j.component.model;

import java.util.List;

/** A component that was read and checked, the outermost one or one within another. */
record ComponentBody(ComponentType type, List<Definition> definitions) {
  ComponentBody {
    definitions = List.copyOf(definitions);
  }
}
