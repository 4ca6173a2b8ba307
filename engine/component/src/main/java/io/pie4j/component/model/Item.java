package io.pie4j.component.model;

import io.pie4j.component.CoreModule;
import io.pie4j.component.HostFunction;
import java.util.Map;

/** What component instances give each other, and the host gives them. */
sealed interface Item {
  record Module(CoreModule module) implements Item {}

  /** A function for values in Java. */
  record Function(Callee callee) implements Item {}

  /** A host function as generated bindings make it: for core values, strings in UTF-8. */
  record Binding(HostFunction function) implements Item {}

  record Type(Resource resource) implements Item {}

  /** A type that is no resource: nothing at run time. */
  record Nothing() implements Item {}

  /** A component, and what it sees around it. */
  record Closure(ComponentBody body, Space around) implements Item {}

  record Instance(Map<String, Item> exports) implements Item {}
}
