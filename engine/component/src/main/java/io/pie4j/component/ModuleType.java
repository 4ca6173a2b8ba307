package io.pie4j.component;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a core module imports and exports, each in its order. */
public record ModuleType(Map<Import, CoreType> imports, Map<String, CoreType> exports) {
  /** Under which names something is imported. */
  public record Import(String module, String name) {
    @Override
    public String toString() {
      return "'" + module + "' '" + name + "'";
    }
  }

  public ModuleType {
    imports = Collections.unmodifiableMap(new LinkedHashMap<>(imports));
    exports = Collections.unmodifiableMap(new LinkedHashMap<>(exports));
  }
}
