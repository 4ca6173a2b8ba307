package io.pie4j.component;

import io.pie4j.component.FunctionBodyCode.Unsplittable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  /** A place for the exit's number, and one for a value of each type that an exit takes along. */
  static final List<ValType> FREE_LOCALS =
      List.of(ValType.I32, ValType.I32, ValType.I64, ValType.F32, ValType.F64);

  /** Comparing one after the other is quick for so many exits. */
  private static final int CHAIN_MAX = 3;

  /** Methods of the JVM have 255, and a number of 64 bits counts twice. */
  private static final int PARAMETERS_MAX = 100;

  private final FunctionBodyCode code;
  private final int from;
  private final int to;
  private final List<Integer> exits;
  private final Optional<ValType> carried;
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
    carried = findCarried();
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

  /** What exits by a branch take along; all the same. */
  private Optional<ValType> findCarried() {
    List<ValType> found =
        exits.stream()
            .filter(this::carries)
            .map(exit -> carried(exit).orElseThrow())
            .distinct()
            .toList();
    if (found.size() > 1) {
      throw new Unsplittable("exits with values of several types");
    }
    return found.stream().findFirst();
  }

  private Optional<ValType> carried(int exit) {
    return exit == FALL ? Optional.empty() : code.carried(exit);
  }

  private boolean carries(int exit) {
    return carried(exit).isPresent();
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
    carried.ifPresent(given::add);
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
    body.number(own.size() + (carried.isPresent() ? 1 : 0));
    own.forEach(local -> valueType(body.number(1), code.locals().get(local)));
    carried.ifPresent(value -> valueType(body.number(1), value));
    List<Integer> left = exits.stream().filter(exit -> exit != FALL).toList();
    for (int exit : left.reversed()) {
      body.octet(0x02);
      carried(exit).ifPresentOrElse(value -> valueType(body, value), () -> body.octet(0x40));
    }
    statements(body, left);
    if (exits.contains(FALL)) {
      leave(body, FALL);
    } else {
      body.octet(0x00);
    }
    for (int exit : left) {
      body.octet(0x0b);
      leave(body, exit);
    }
    body.octet(0x0b);
    byte[] whole = body.toBytes();
    return new ModuleWriter().number(whole.length).append(whole).toBytes();
  }

  /** Gives back what it wrote; what an exit takes along is on the stack. */
  private void leave(ModuleWriter body, int exit) {
    if (carries(exit)) {
      body.octet(0x21).number(inside.size());
    }
    results.forEach(local -> body.octet(0x20).number(number(local)));
    if (carried.isPresent()) {
      body.octet(0x20).number(inside.size());
    }
    if (tellsExit()) {
      body.octet(0x41).signed(exits.indexOf(exit));
    }
    body.octet(0x0f);
  }

  private int number(int local) {
    return Objects.requireNonNull(numbers.get(local));
  }

  private void statements(ModuleWriter body, List<Integer> left) {
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
        case RETURN -> body.octet(0x0c).number(depth + (long) left.indexOf(RETURN));
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
   * @param free the first of locals of the types {@link #FREE_LOCALS}, which are nobody's
   */
  void call(ModuleWriter to, int function, int free) {
    parameters.forEach(local -> to.octet(0x20).number(local));
    to.octet(0x10).number(function);
    if (tellsExit()) {
      to.octet(0x21).number(free);
    }
    carried.ifPresent(value -> to.octet(0x21).number(valueLocal(free, value)));
    results.reversed().forEach(local -> to.octet(0x21).number(local));
    List<Integer> plain = exits.stream().filter(exit -> exit != RETURN && !carries(exit)).toList();
    List<Integer> others = exits.stream().filter(exit -> !plain.contains(exit)).toList();
    for (int exit :
        plain.isEmpty() && !others.isEmpty() ? others.subList(1, others.size()) : others) {
      isExit(to, free, exit);
      to.octet(0x04).octet(0x40);
      leaveBy(to, exit, free, 1);
      to.octet(0x0b);
    }
    if (exits.isEmpty()) {
      to.octet(0x00);
    } else if (plain.isEmpty()) {
      leaveBy(to, others.getFirst(), free, 0);
    } else if (plain.size() > CHAIN_MAX) {
      jump(to, free, plain.getFirst());
    } else {
      // Going on is what remains.
      List<Integer> order = new ArrayList<>(plain);
      order.sort(Comparator.comparing(exit -> exit == FALL));
      for (int exit : order.subList(0, order.size() - 1)) {
        isExit(to, free, exit);
        to.octet(0x0d).number(code.label(from, exit));
      }
      if (order.getLast() != FALL) {
        leaveBy(to, order.getLast(), free, 0);
      }
    }
  }

  private void isExit(ModuleWriter to, int free, int exit) {
    to.octet(0x20).number(free);
    int number = exits.indexOf(exit);
    if (number != 1 || exits.size() > 2) {
      to.octet(0x41).signed(number).octet(0x46);
    }
  }

  /** Goes where an exit leads, from so many blocks deeper. */
  private void leaveBy(ModuleWriter to, int exit, int free, int depth) {
    carried(exit).ifPresent(value -> to.octet(0x20).number(valueLocal(free, value)));
    if (exit == RETURN) {
      to.octet(0x0f);
    } else {
      to.octet(0x0c).number(code.label(from, exit) + (long) depth);
    }
  }

  /** By a table; going on is a label around it. Exits that were looked at before go anywhere. */
  private void jump(ModuleWriter to, int free, int anywhere) {
    boolean falls = exits.contains(FALL);
    int around = falls ? 1 : 0;
    if (falls) {
      to.octet(0x02).octet(0x40);
    }
    to.octet(0x20).number(free).octet(0x0e).number(exits.size() - 1L);
    for (int exit : exits) {
      int target = exit == RETURN || carries(exit) ? anywhere : exit;
      to.number(target == FALL ? 0 : code.label(from, target) + (long) around);
    }
    if (falls) {
      to.octet(0x0b);
    }
  }

  private static int valueLocal(int free, ValType value) {
    return free + FREE_LOCALS.lastIndexOf(value);
  }
}
