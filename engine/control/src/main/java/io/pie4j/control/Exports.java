package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The names of exports (paper Table 1). Any thread may use it, without a lock of the loop. */
final class Exports {
  private static final int NAME_LENGTH_MAX = 1_024;

  private final ConcurrentHashMap<String, Export> byName = new ConcurrentHashMap<>();

  /** A name for pages that a queue will publish. */
  Export reserve(String call, String name, UserAccount user, int pages) {
    if (name.isEmpty() || name.length() > NAME_LENGTH_MAX) {
      throw ControlException.invalid(
          call + ": name must have 1 to " + NAME_LENGTH_MAX + " characters, has " + name.length());
    }
    Export export = new Export(name, user, pages);
    user.takeExport(call, pages);
    if (byName.putIfAbsent(name, export) != null) {
      user.giveExport(pages);
      throw ControlException.invalid(
          call + ": name: " + name + " is exported already; unexport-kvpage it first");
    }
    return export;
  }

  /** What is visible under a name, held for an import. */
  Export hold(String call, String name) {
    Export export = byName.get(name);
    if (export == null || !export.hold()) {
      throw new ControlException(Code.NOT_FOUND, call + ": name: nothing is exported as " + name);
    }
    return export;
  }

  /** What was under the name, no longer listed; the caller lets go of it. */
  Export remove(String call, String name, String user) {
    Export export = byName.get(name);
    if (export == null) {
      throw new ControlException(Code.NOT_FOUND, call + ": name: nothing is exported as " + name);
    }
    if (!export.user.name.equals(user)) {
      throw new ControlException(
          Code.DENIED, call + ": name: " + name + " was exported by another user");
    }
    if (!remove(export)) {
      throw new ControlException(Code.NOT_FOUND, call + ": name: nothing is exported as " + name);
    }
    return export;
  }

  /** Whether this call removed it. */
  boolean remove(Export export) {
    boolean removed = byName.remove(export.name, export);
    if (removed) {
      export.user.giveExport(export.pages);
    }
    return removed;
  }

  List<ExportedPages> list(Predicate<String> names) {
    return byName.values().stream()
        .filter(export -> export.isVisible() && names.test(export.name))
        .map(Export::describe)
        .sorted(Comparator.comparing(ExportedPages::name))
        .toList();
  }
}
