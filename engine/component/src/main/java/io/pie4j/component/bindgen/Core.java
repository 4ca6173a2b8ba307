package io.pie4j.component.bindgen;

/**
 * What a flat value is in Java: one of WebAssembly's numbers, or the bits of any of them in a long.
 */
enum Core {
  I32("i32", "int"),
  I64("i64", "long"),
  F32("f32", "float"),
  F64("f64", "double"),
  BITS("", "long");

  final String wasm;
  final String java;

  Core(String wasm, String java) {
    this.wasm = wasm;
    this.java = java;
  }

  /** The type that holds either: where cases of a variant share a slot. */
  static Core join(Core a, Core b) {
    if (a == b) {
      return a;
    }
    return (a == I32 || a == F32) && (b == I32 || b == F32) ? I32 : I64;
  }

  /**
   * A value of this type from an expression of another that holds its bits, or the other way round.
   */
  String from(Core other, String expression) {
    if (other == this) {
      return expression;
    }
    return switch (this) {
      case I32 ->
          other == F32 ? "Float.floatToRawIntBits(" + expression + ")" : "(int) " + expression;
      case F32 -> "Float.intBitsToFloat(" + I32.from(other, expression) + ")";
      case F64 -> "Double.longBitsToDouble(" + I64.from(other, expression) + ")";
      case I64, BITS ->
          switch (other) {
            case F64 -> "Double.doubleToRawLongBits(" + expression + ")";
            case F32 -> "Float.floatToRawIntBits(" + expression + ") & 0xffffffffL";
            case I32 -> expression + " & 0xffffffffL";
            case I64, BITS -> expression;
          };
    };
  }
}
