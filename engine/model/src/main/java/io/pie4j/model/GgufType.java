package io.pie4j.model;

import java.util.Arrays;
import java.util.Optional;

/** Types of GGUF metadata values. */
enum GgufType {
  U8(0, 1),
  I8(1, 1),
  U16(2, 2),
  I16(3, 2),
  U32(4, 4),
  I32(5, 4),
  F32(6, 4),
  BOOL(7, 1),
  STRING(8, 0),
  ARRAY(9, 0),
  U64(10, 8),
  I64(11, 8),
  F64(12, 8);

  private final int id;

  /** Bytes of a value, 0 where they vary. */
  final int width;

  GgufType(int id, int width) {
    this.id = id;
    this.width = width;
  }

  int id() {
    return id;
  }

  static Optional<GgufType> ofId(int id) {
    return Arrays.stream(values()).filter(t -> t.id == id).findFirst();
  }
}
