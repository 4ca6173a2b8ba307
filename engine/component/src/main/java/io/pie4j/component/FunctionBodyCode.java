package io.pie4j.component;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/** One function's instructions: how they nest, what they do to the stack, which locals are live. */
final class FunctionBodyCode {
  /** The type of a block without parameters and results. */
  private static final int EMPTY = 0x40;

  // What no compiler writes would take too long.
  private static final int DEPTH_MAX = 2_000;
  private static final int PASSES_MAX = 100;

  private final WasmModule module;
  private final byte[] bytes;
  private final FunctionType type;
  private final List<ValType> locals;
  private final List<AnnotatedInstruction> instructions;

  /** The end of each block, loop and if; the else or end of an if. */
  private final int[] end;

  private final int[] otherwise;

  /** The innermost block around each instruction, or -1. */
  private final int[] around;

  private final LocalSet live;

  /**
   * @param index among the defined functions
   * @throws Unsplittable if it has instructions that are not understood here
   */
  FunctionBodyCode(WasmModule module, byte[] bytes, int index) {
    this.module = module;
    this.bytes = bytes;
    type = module.functionSection().getFunctionType(index, module.typeSection());
    var body = module.codeSection().getFunctionBody(index);
    locals = new ArrayList<>(type.params());
    locals.addAll(body.localTypes());
    instructions = body.instructions();
    end = new int[size()];
    otherwise = new int[size()];
    around = new int[size()];
    nest();
    live = new LocalSet(size() + 1, locals.size());
    findLive();
  }

  /** What keeps a function in one piece. */
  static final class Unsplittable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsplittable(String reason) {
      super(reason);
    }
  }

  int size() {
    return instructions.size();
  }

  OpCode opcode(int at) {
    return instructions.get(at).opcode();
  }

  int operand(int at, int which) {
    return (int) instructions.get(at).operand(which);
  }

  int operandCount(int at) {
    return instructions.get(at).operandCount();
  }

  /** Where an instruction begins in the module; at the size, where the last one ends. */
  int address(int at) {
    return at < size()
        ? instructions.get(at).address()
        : instructions.get(size() - 1).address() + 1;
  }

  byte[] bytes() {
    return bytes;
  }

  FunctionType type() {
    return type;
  }

  List<ValType> locals() {
    return locals;
  }

  int end(int block) {
    return end[block];
  }

  /** The else of an if, or its end. */
  int otherwise(int block) {
    return otherwise[block];
  }

  boolean isBlock(int at) {
    OpCode opcode = opcode(at);
    return opcode == OpCode.BLOCK || opcode == OpCode.LOOP || opcode == OpCode.IF;
  }

  /** Whether a block takes nothing from the stack. */
  boolean takesNothing(int block) {
    return blockParameters(block) == 0;
  }

  /**
   * The value that a branch to a block takes along, if it takes one; -1 is the function.
   *
   * @throws Unsplittable if it takes several
   */
  Optional<ValType> carried(int block) {
    if (block < 0) {
      return one(type.returns());
    }
    if (opcode(block) == OpCode.LOOP) {
      if (!takesNothing(block)) {
        throw new Unsplittable("a loop with parameters");
      }
      return Optional.empty();
    }
    int blockType = blockType(block);
    if (isFunctionType(blockType)) {
      return one(module.typeSection().getType(operand(block, 0)).returns());
    }
    return switch (blockType) {
      case EMPTY -> Optional.empty();
      case 0x7f -> Optional.of(ValType.I32);
      case 0x7e -> Optional.of(ValType.I64);
      case 0x7d -> Optional.of(ValType.F32);
      case 0x7c -> Optional.of(ValType.F64);
      default -> throw new Unsplittable("a block of type " + blockType);
    };
  }

  private static Optional<ValType> one(List<ValType> results) {
    if (results.size() > 1) {
      throw new Unsplittable("several results");
    }
    return results.stream().findFirst();
  }

  boolean isBranch(int at) {
    OpCode opcode = opcode(at);
    return opcode == OpCode.BR || opcode == OpCode.BR_IF || opcode == OpCode.BR_TABLE;
  }

  /** Nothing goes on behind it. */
  boolean endsSequence(int at) {
    OpCode opcode = opcode(at);
    return opcode == OpCode.BR
        || opcode == OpCode.BR_TABLE
        || opcode == OpCode.RETURN
        || opcode == OpCode.UNREACHABLE;
  }

  /** The block that a label means where the instruction stands; -1 is the function. */
  int target(int at, int label) {
    int block = isBlock(at) ? at : around[at];
    for (int i = 0; i < label && block >= 0; i++) {
      block = around[block];
    }
    return block;
  }

  /** The label of a block where an instruction stands. */
  int label(int at, int block) {
    int label = 0;
    for (int inner = around[at]; inner != block; inner = around[inner]) {
      label++;
    }
    return label;
  }

  /** Where a branch to a block goes on. */
  private int landing(int block) {
    if (block < 0) {
      return size();
    }
    return opcode(block) == OpCode.LOOP ? block : end[block];
  }

  BitSet liveBefore(int at) {
    return live.row(at);
  }

  BitSet liveAtTarget(int block) {
    return live.row(landing(block));
  }

  private void nest() {
    Deque<Integer> open = new ArrayDeque<>();
    for (int at = 0; at < size(); at++) {
      if (open.size() > DEPTH_MAX) {
        throw new Unsplittable("nested deeper than " + DEPTH_MAX);
      }
      around[at] = open.isEmpty() ? -1 : open.peek();
      switch (opcode(at)) {
        case BLOCK, LOOP, IF -> open.push(at);
        case ELSE -> otherwise[open.element()] = at;
        case END -> {
          if (!open.isEmpty()) {
            int block = open.pop();
            around[at] = block;
            end[block] = at;
            if (otherwise[block] == 0) {
              otherwise[block] = at;
            }
          }
        }
        default -> StackEffect.requireKnown(opcode(at));
      }
    }
  }

  private void findLive() {
    boolean changed = true;
    long[] now = live.none();
    for (int pass = 0; changed; pass++) {
      if (pass > PASSES_MAX) {
        throw new Unsplittable("its loops are nested too deep");
      }
      changed = false;
      for (int at = size() - 1; at >= 0; at--) {
        Arrays.fill(now, 0);
        liveBefore(at, now);
        changed |= live.set(at, now);
      }
    }
  }

  private void liveBefore(int at, long[] now) {
    switch (opcode(at)) {
      case BR -> live.addTo(now, landing(target(at, operand(at, 0))));
      case BR_TABLE -> {
        for (int i = 0; i < operandCount(at); i++) {
          live.addTo(now, landing(target(at, operand(at, i))));
        }
      }
      case BR_IF -> {
        live.addTo(now, at + 1);
        live.addTo(now, landing(target(at, operand(at, 0))));
      }
      case IF -> {
        live.addTo(now, at + 1);
        int other = otherwise[at];
        live.addTo(now, opcode(other) == OpCode.ELSE ? other + 1 : other);
      }
      case ELSE -> live.addTo(now, end[around[at]]);
      case RETURN, UNREACHABLE -> {}
      case LOCAL_GET -> {
        live.addTo(now, at + 1);
        LocalSet.add(now, operand(at, 0));
      }
      case LOCAL_SET, LOCAL_TEE -> {
        live.addTo(now, at + 1);
        LocalSet.remove(now, operand(at, 0));
      }
      default -> live.addTo(now, at + 1);
    }
  }

  /** About how many bytes of JVM code an instruction becomes: rather more than fewer. */
  int jvmBytes(int at) {
    return switch (opcode(at)) {
      case NOP, BLOCK, END, DROP -> 1;
      case BR_TABLE -> 16 + 8 * operandCount(at);
      case CALL -> 12;
      case CALL_INDIRECT -> 16;
      case SELECT -> 8;
      default -> opcode(at).name().startsWith("LOCAL_") ? 2 : 4;
    };
  }

  /** How many values the stack has more after an instruction, a block with all that is in it. */
  int change(int at) {
    if (isBlock(at)) {
      int condition = opcode(at) == OpCode.IF ? 1 : 0;
      return blockResults(at) - blockParameters(at) - condition;
    }
    return switch (opcode(at)) {
      case CALL -> change(functionType(operand(at, 0)));
      case CALL_INDIRECT -> change(module.typeSection().getType(operand(at, 0))) - 1;
      default -> StackEffect.of(opcode(at));
    };
  }

  /** The first byte; of an index only that it is one counts. */
  private int blockType(int block) {
    return bytes[address(block) + 1] & 0xff;
  }

  private boolean isFunctionType(int blockType) {
    return blockType < EMPTY || blockType > 0x7f;
  }

  private int blockParameters(int block) {
    return isFunctionType(blockType(block))
        ? module.typeSection().getType(operand(block, 0)).params().size()
        : 0;
  }

  private int blockResults(int block) {
    int blockType = blockType(block);
    if (isFunctionType(blockType)) {
      return module.typeSection().getType(operand(block, 0)).returns().size();
    }
    return blockType == EMPTY ? 0 : 1;
  }

  private static int change(FunctionType called) {
    return called.returns().size() - called.params().size();
  }

  private FunctionType functionType(int function) {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    if (function >= imported) {
      return module.functionSection().getFunctionType(function - imported, module.typeSection());
    }
    return module.importSection().stream()
        .filter(FunctionImport.class::isInstance)
        .map(FunctionImport.class::cast)
        .skip(function)
        .findFirst()
        .map(found -> module.typeSection().getType(found.typeIndex()))
        .orElseThrow();
  }
}
