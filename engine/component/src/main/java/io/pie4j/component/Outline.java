package io.pie4j.component;

import io.pie4j.component.FunctionBodyCode.Unsplittable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/**
 * A part of a function that becomes a function of its own: whole statements of one block, which
 * leave the stack as they found it. What they read of the locals are its parameters, what they
 * wrote and is read later its results, and a number behind them tells by which exit they were left.
 */
final class Outline {
  /** By its end; other exits are blocks that it branches to. */
  static final int FALL = -2;

  /** A return, which a branch to the function's own label is too. */
  static final int RETURN = -1;

  /** Methods of the JVM have 255, and a number of 64 bits counts twice. */
  private static final int PARAMETERS_MAX = 100;

  private final FunctionBodyCode code;
  private final int from;
  private final int to;
  private final List<Integer> exits;
  private final List<Integer> parameters = new ArrayList<>();
  private final List<Integer> results = new ArrayList<>();

  /** Locals inside and their numbers there, parameters first. */
  private final List<Integer> inside = new ArrayList<>();

  private final Map<Integer, Integer> numbers = new HashMap<>();

  /**
   * @throws Unsplittable if it cannot be taken out
   */
  Outline(FunctionBodyCode code, int from, int to) {
    this.code = code;
    this.from = from;
    this.to = to;
    exits = List.copyOf(findExits());
    findLocals();
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  private Set<Integer> findExits() {
    Set<Integer> found = new LinkedHashSet<>();
    int last = to - 1;
    if (!code.endsSequence(last)) {
      found.add(FALL);
    }
    for (int at = from; at < to; at++) {
      if (code.isBranch(at)) {
        for (int i = 0; i < code.operandCount(at); i++) {
          int target = code.target(at, code.operand(at, i));
          if (isOutside(target)) {
            requireNoValues(target);
            found.add(target);
          }
        }
      } else if (code.opcode(at) == OpCode.RETURN) {
        found.add(RETURN);
      }
    }
    return found;
  }

  private boolean isOutside(int block) {
    return block < from;
  }

  private void requireNoValues(int target) {
    boolean takesNone = target == RETURN ? code.type().returns().isEmpty() : code.isPlain(target);
    if (!takesNone) {
      throw new Unsplittable("a branch with values");
    }
  }

  private void findLocals() {
    BitSet accessed = new BitSet();
    BitSet written = new BitSet();
    for (int at = from; at < to; at++) {
      switch (code.opcode(at)) {
        case LOCAL_GET -> accessed.set(code.operand(at, 0));
        case LOCAL_SET, LOCAL_TEE -> {
          accessed.set(code.operand(at, 0));
          written.set(code.operand(at, 0));
        }
        default -> {}
      }
    }
    BitSet wanted = new BitSet();
    for (int exit : exits) {
      wanted.or(
          switch (exit) {
            case FALL -> code.liveBefore(to);
            case RETURN -> new BitSet();
            default -> code.liveAtTarget(exit);
          });
    }
    written.and(wanted);
    written.stream().forEach(results::add);
    BitSet read = code.liveBefore(from);
    read.and(accessed);
    read.stream().forEach(parameters::add);
    inside.addAll(parameters);
    accessed.andNot(read);
    accessed.stream().forEach(inside::add);
    for (int i = 0; i < inside.size(); i++) {
      numbers.put(inside.get(i), i);
    }
    if (parameters.size() > PARAMETERS_MAX || results.size() > PARAMETERS_MAX) {
      throw new Unsplittable("too many locals");
    }
  }

  private boolean returnsValue() {
    return exits.contains(RETURN) && !code.type().returns().isEmpty();
  }

  private boolean tellsExit() {
    return exits.size() > 1;
  }

  /** Its type as the type section has it. */
  byte[] type() {
    ModuleWriter type = new ModuleWriter().octet(0x60).number(parameters.size());
    parameters.forEach(local -> valueType(type, code.locals().get(local)));
    List<ValType> given = new ArrayList<>();
    results.forEach(local -> given.add(code.locals().get(local)));
    if (returnsValue()) {
      given.add(code.type().returns().getFirst());
    }
    if (tellsExit()) {
      given.add(ValType.I32);
    }
    type.number(given.size());
    given.forEach(result -> valueType(type, result));
    return type.toBytes();
  }

  private static void valueType(ModuleWriter to, ValType type) {
    if (!type.equals(ValType.I32)
        && !type.equals(ValType.I64)
        && !type.equals(ValType.F32)
        && !type.equals(ValType.F64)) {
      throw new Unsplittable("a local of type " + type);
    }
    to.octet(type.opcode());
  }

  /** Its body as the code section has it, with its size before it. */
  byte[] body() {
    ModuleWriter body = new ModuleWriter();
    List<Integer> own = inside.subList(parameters.size(), inside.size());
    int returned = inside.size();
    body.number(own.size() + (returnsValue() ? 1 : 0));
    own.forEach(local -> valueType(body.number(1), code.locals().get(local)));
    if (returnsValue()) {
      valueType(body.number(1), code.type().returns().getFirst());
    }
    List<Integer> left = exits.stream().filter(exit -> exit != FALL).toList();
    left.forEach(_ -> body.octet(0x02).octet(0x40));
    statements(body, left, returned);
    if (exits.contains(FALL)) {
      leave(body, FALL, returned);
    } else {
      body.octet(0x00);
    }
    for (int exit : left) {
      body.octet(0x0b);
      leave(body, exit, returned);
    }
    body.octet(0x0b);
    byte[] whole = body.toBytes();
    return new ModuleWriter().number(whole.length).append(whole).toBytes();
  }

  private void leave(ModuleWriter body, int exit, int returned) {
    results.forEach(local -> body.octet(0x20).number(number(local)));
    if (returnsValue()) {
      body.octet(0x20).number(returned);
    }
    if (tellsExit()) {
      body.octet(0x41).signed(exits.indexOf(exit));
    }
    body.octet(0x0f);
  }

  private int number(int local) {
    return Objects.requireNonNull(numbers.get(local));
  }

  private void statements(ModuleWriter body, List<Integer> left, int returned) {
    int depth = 0;
    for (int at = from; at < to; at++) {
      switch (code.opcode(at)) {
        case BLOCK, LOOP, IF -> {
          depth++;
          copy(body, at);
        }
        case END -> {
          depth--;
          copy(body, at);
        }
        case LOCAL_GET, LOCAL_SET, LOCAL_TEE ->
            body.octet(code.opcode(at).opcode()).number(number(code.operand(at, 0)));
        case BR, BR_IF ->
            body.octet(code.opcode(at).opcode())
                .number(label(at, code.operand(at, 0), depth, left));
        case BR_TABLE -> {
          body.octet(code.opcode(at).opcode()).number(code.operandCount(at) - 1L);
          for (int i = 0; i < code.operandCount(at); i++) {
            body.number(label(at, code.operand(at, i), depth, left));
          }
        }
        case RETURN -> {
          if (returnsValue()) {
            body.octet(0x21).number(returned);
          }
          body.octet(0x0c).number(depth + left.indexOf(RETURN));
        }
        default -> copy(body, at);
      }
    }
  }

  private int label(int at, int label, int depth, List<Integer> left) {
    int target = code.target(at, label);
    return isOutside(target) ? depth + left.indexOf(target) : label;
  }

  private void copy(ModuleWriter body, int at) {
    body.copy(code.bytes(), code.address(at), code.address(at + 1));
  }

  /**
   * What stands for it where it was taken out.
   *
   * @param function its index
   * @param exitLocal an i32 that is free for the exit's number
   * @param returned a local of the function's result type
   */
  void call(ModuleWriter to, int function, int exitLocal, int returned) {
    parameters.forEach(local -> to.octet(0x20).number(local));
    to.octet(0x10).number(function);
    if (tellsExit()) {
      to.octet(0x21).number(exitLocal);
    }
    if (returnsValue()) {
      to.octet(0x21).number(returned);
    }
    results.reversed().forEach(local -> to.octet(0x21).number(local));
    if (exits.isEmpty()) {
      to.octet(0x00);
      return;
    }
    if (exits.size() > 3 && !exits.contains(RETURN)) {
      jump(to, exitLocal);
      return;
    }
    for (int i = 1; i < exits.size(); i++) {
      to.octet(0x20).number(exitLocal);
      if (exits.size() > 2) {
        to.octet(0x41).signed(i).octet(0x46);
      }
      if (exits.get(i) == RETURN) {
        to.octet(0x04).octet(0x40);
        giveBack(to, returned);
        to.octet(0x0b);
      } else {
        to.octet(0x0d).number(code.label(from, exits.get(i)));
      }
    }
    switch (exits.getFirst()) {
      case FALL -> {}
      case RETURN -> giveBack(to, returned);
      default -> to.octet(0x0c).number(code.label(from, exits.getFirst()));
    }
  }

  /** To the exit's label; going on is a label around the jump. */
  private void jump(ModuleWriter to, int exitLocal) {
    boolean falls = exits.contains(FALL);
    int around = falls ? 1 : 0;
    if (falls) {
      to.octet(0x02).octet(0x40);
    }
    to.octet(0x20).number(exitLocal).octet(0x0e).number(exits.size() - 1L);
    for (int exit : exits) {
      to.number(exit == FALL ? 0 : code.label(from, exit) + around);
    }
    if (falls) {
      to.octet(0x0b);
    }
  }

  private void giveBack(ModuleWriter to, int returned) {
    if (returnsValue()) {
      to.octet(0x20).number(returned);
    }
    to.octet(0x0f);
  }
}
