package io.pie4j.component.model;

import java.util.Optional;

/** Reads the names of imports and exports, with what may be said about them beside. */
final class ExternNames {
  private ExternNames() {}

  /**
   * {@code implemented} is the interface that an instance says to be one of, empty if it does not.
   */
  record Named(String name, Optional<String> implemented) {
    /** Throws unless what is said fits the thing. */
    void check(Input in, int position, ExternType type) {
      if (implemented.isEmpty()) {
        return;
      }
      if (!(type instanceof ExternType.Instance)) {
        throw in.failure(position, "only instances can have an `implements`");
      }
      if (!Names.isLabel(name)) {
        throw in.failure(position, "name '" + name + "' is not valid with `implements`");
      }
      Names.problemOfInterface(implemented.get())
          .ifPresent(problem -> {
            throw in.failure(position, "`implements` must be an interface: " + problem);
          });
    }
  }

  static Named read(Input in) {
    int start = in.position();
    int form = in.next();
    if (form > 2) {
      throw in.failure(start, "0x" + Integer.toHexString(form) + " begins no name");
    }
    String name = in.text("a name");
    Optional<String> implemented = Optional.empty();
    int attributes = form == 2 ? in.count("attributes") : 0;
    int seen = 0;
    for (int i = 0; i < attributes; i++) {
      int position = in.position();
      int kind = in.next();
      String value = in.text("an attribute");
      if (kind > 2) {
        throw in.failure(position, "unknown attribute " + kind + " of a name");
      }
      if ((seen & 1 << kind) != 0) {
        throw in.failure(position, "attribute " + kind + " of a name is given twice");
      }
      seen |= 1 << kind;
      if (kind == 0) {
        implemented = Optional.of(value);
      }
    }
    return new Named(name, implemented);
  }
}
