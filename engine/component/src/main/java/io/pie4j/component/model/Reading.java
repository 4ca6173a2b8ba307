package io.pie4j.component.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What all readers of definitions need: indices and labels. */
final class Reading {
  private Reading() {}

  /** The thing at an index that was read at {@code position}. */
  static <T> T at(Input in, int position, List<T> all, int index, Sort sort) {
    if (index < 0 || index >= all.size()) {
      throw in.failure(
          position,
          "unknown "
              + sort
              + ": "
              + sort
              + " index out of bounds, "
              + Integer.toUnsignedString(index)
              + " of "
              + all.size());
    }
    return all.get(index);
  }

  /** Reads an index and checks it. */
  static int index(Input in, List<?> all, Sort sort) {
    int position = in.position();
    int index = in.number("a " + sort + "'s index");
    Object _ = at(in, position, all, index, sort);
    return index;
  }

  /** A field, case, flag or parameter. */
  static String label(Input in, String what, Set<String> before) {
    int start = in.position();
    String label = in.text("a " + what + " name");
    Optional<String> problem = Names.problemOfLabel(label);
    if (problem.isPresent()) {
      throw in.failure(start, what + " name: " + problem.get());
    }
    if (!before.add(Names.unique(label))) {
      throw in.failure(
          start, what + " name '" + label + "' conflicts with previous " + what + " name");
    }
    return label;
  }

  static List<String> labels(Input in, String what) {
    Set<String> before = new HashSet<>();
    return in.list(what + "s", () -> label(in, what, before));
  }
}
