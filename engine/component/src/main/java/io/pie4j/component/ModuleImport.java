package io.pie4j.component;

import java.util.Locale;

/**
 * Something a module asks its host for.
 *
 * @param kind function, table, memory, global or tag
 * @param type its type as text: a signature, a memory's limits in pages, and so on
 */
public record ModuleImport(String module, String name, Kind kind, String type) {
  /** What can be imported and exported. */
  public enum Kind {
    FUNCTION,
    TABLE,
    MEMORY,
    GLOBAL,
    TAG;

    /** As in WebAssembly's text format. */
    public String text() {
      return this == FUNCTION ? "func" : name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + module + " " + name + " (" + type + ")";
  }
}
