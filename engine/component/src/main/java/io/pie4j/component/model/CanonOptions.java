package io.pie4j.component.model;

import java.util.OptionalInt;

/**
 * How values cross the border of core code: its strings, and the memory and functions that are
 * used, as core indices of the component.
 */
record CanonOptions(
    Encoding encoding, OptionalInt memory, OptionalInt realloc, OptionalInt postReturn) {
  enum Encoding {
    UTF8,
    UTF16,
    /** Latin-1 where a string fits it, else UTF-16; the length tells which. */
    LATIN1_OR_UTF16
  }
}
