package io.pie4j.component;

import run.endive.wasm.types.ValType;

/** A WebAssembly value, as far as the host tells values apart. */
public enum ValueType {
  I32,
  I64,
  F32,
  F64,
  V128,
  /** A function reference: a number in the host's hands. */
  FUNC,
  /** Any other reference ({@code externref}, GC objects): a Java object, or null. */
  REF;

  static ValueType of(ValType type) {
    if (type.isObjectRef()) {
      return REF;
    }
    if (type.isReference()) {
      return FUNC;
    }
    return type.equals(ValType.I32)
        ? I32
        : type.equals(ValType.I64)
            ? I64
            : type.equals(ValType.F32) ? F32 : type.equals(ValType.F64) ? F64 : V128;
  }
}
