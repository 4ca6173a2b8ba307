package io.pie4j.component;

import io.pie4j.component.FunctionBodyCode.Unsplittable;
import run.endive.wasm.types.OpCode;

/** How many values an instruction leaves on the stack more than it takes. */
final class StackEffect {
  private StackEffect() {}

  static void requireKnown(OpCode opcode) {
    if (opcode != OpCode.CALL && opcode != OpCode.CALL_INDIRECT) {
      int _ = of(opcode);
    }
  }

  /**
   * Of an instruction that always does the same.
   *
   * @throws Unsplittable if it is none of numbers, locals, memories and plain control
   */
  static int of(OpCode opcode) {
    return switch (opcode) {
      case NOP, UNREACHABLE, BR, RETURN, END, ELSE, LOCAL_TEE, MEMORY_GROW -> 0;
      case LOCAL_GET, GLOBAL_GET, MEMORY_SIZE -> 1;
      case LOCAL_SET, GLOBAL_SET, DROP, BR_IF, BR_TABLE -> -1;
      case SELECT -> -2;
      case MEMORY_COPY, MEMORY_FILL, MEMORY_INIT -> -3;
      case DATA_DROP -> 0;
      default -> byName(opcode);
    };
  }

  private static int byName(OpCode opcode) {
    String name = opcode.name();
    boolean isNumber =
        name.startsWith("I32_")
            || name.startsWith("I64_")
            || name.startsWith("F32_")
            || name.startsWith("F64_");
    if (!isNumber || name.contains("ATOMIC")) {
      throw new Unsplittable("instruction " + name);
    }
    String operation = name.substring(4);
    if (operation.equals("CONST")) {
      return 1;
    }
    if (operation.startsWith("STORE")) {
      return -2;
    }
    return takesOne(operation) ? 0 : -1;
  }

  private static boolean takesOne(String operation) {
    return operation.startsWith("LOAD")
        || operation.startsWith("EXTEND")
        || operation.startsWith("WRAP")
        || operation.startsWith("TRUNC")
        || operation.startsWith("CONVERT")
        || operation.startsWith("DEMOTE")
        || operation.startsWith("PROMOTE")
        || operation.startsWith("REINTERPRET")
        || switch (operation) {
          case "EQZ", "CLZ", "CTZ", "POPCNT", "ABS", "NEG", "CEIL", "FLOOR", "NEAREST", "SQRT" ->
              true;
          default -> false;
        };
  }
}
