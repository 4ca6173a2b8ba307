package io.pie4j.component;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * A module with a random function {@code run(i32, i32) -> i32} in the text format, of everything
 * that structured code has; it always ends.
 */
final class RandomFunction {
  private static final int I32 = 6;
  private static final int I64 = 3;
  private static final int F64 = 2;

  private final RandomGenerator random;
  private final StringBuilder text = new StringBuilder();
  private int blocks;

  /** Labels around, the innermost first; and those of blocks that leave a value. */
  private final Deque<String> labels = new ArrayDeque<>();

  private final Deque<String> valued = new ArrayDeque<>();

  private RandomFunction(RandomGenerator random) {
    this.random = random;
  }

  static String of(RandomGenerator random, int statements) {
    return new RandomFunction(random).module(statements);
  }

  private String module(int statements) {
    text.append(
        """
        (module
          (memory (export "memory") 1)
          (global $fuel (mut i32) (i32.const 2000))
          (global $g (mut i32) (i32.const 5))
          (func $mix (param i32 i64) (result i32)
            (i32.xor (i32.mul (local.get 0) (i32.const 31)) (i32.wrap_i64 (local.get 1))))
          (func $run (export "run") (param $i0 i32) (param $i1 i32) (result i32)
        """);
    for (int i = 2; i < I32; i++) {
      text.append("(local $i").append(i).append(" i32)");
    }
    for (int i = 0; i < I64; i++) {
      text.append("(local $l").append(i).append(" i64)");
    }
    for (int i = 0; i < F64; i++) {
      text.append("(local $d").append(i).append(" f64)");
    }
    statements(statements, 0);
    text.append("\n  (i32.add (global.get $g) (i32.load (i32.const 0)))");
    for (int i = 0; i < I32; i++) {
      text.append("\n  (i32.mul (i32.const 31) ").append("(local.get $i").append(i).append("))");
      text.append(" i32.add");
    }
    text.append(
        "\n  (i32.wrap_i64 (local.get $l0)) i32.xor (i32.trunc_sat_f64_s (local.get $d0)) i32.add))");
    return text.toString();
  }

  private void statements(int count, int depth) {
    for (int i = 0; i < count; i++) {
      statement(depth);
    }
  }

  private void statement(int depth) {
    int kind = random.nextInt(depth < 4 ? 19 : 11);
    text.append('\n').append("  ".repeat(depth + 2));
    switch (kind) {
      case 0, 1, 2 ->
          text.append("(local.set $i")
              .append(random.nextInt(I32))
              .append(' ')
              .append(i32(2))
              .append(')');
      case 3 ->
          text.append("(local.set $l")
              .append(random.nextInt(I64))
              .append(' ')
              .append(i64(2))
              .append(')');
      case 4 ->
          text.append("(local.set $d")
              .append(random.nextInt(F64))
              .append(' ')
              .append(f64(2))
              .append(')');
      case 5 ->
          text.append("(i32.store (i32.const ")
              .append(4 * random.nextInt(4))
              .append(") ")
              .append(i32(2))
              .append(')');
      case 6 -> text.append("(global.set $g ").append(i32(2)).append(')');
      case 7, 8 -> {
        if (!labels.isEmpty()) {
          text.append("(br_if ").append(anyLabel()).append(' ').append(i32(1)).append(')');
        }
      }
      case 9 ->
          text.append("(drop (local.tee $i")
              .append(random.nextInt(I32))
              .append(' ')
              .append(i32(1))
              .append("))");
      case 10 -> {
        if (!valued.isEmpty()) {
          text.append("(drop (br_if ")
              .append(anyValued())
              .append(' ')
              .append(i32(1))
              .append(' ')
              .append(i32(1))
              .append("))");
        }
      }
      case 11, 16 -> block(depth);
      case 17, 18 -> valuedBlock(depth);
      case 12 -> loop(depth);
      case 13 -> conditional(depth);
      case 14 -> table(depth);
      default -> {
        text.append("(if ").append(i32(1)).append(" (then");
        labels.push("$if" + blocks++);
        leave();
        labels.pop();
        text.append("))");
      }
    }
  }

  private void block(int depth) {
    String label = "$b" + blocks++;
    labels.push(label);
    text.append("(block ").append(label);
    statements(1 + random.nextInt(5), depth + 1);
    if (random.nextInt(3) == 0) {
      leave();
    }
    text.append(')');
    labels.pop();
  }

  /** One that leaves a number, and branches to it that take one along. */
  private void valuedBlock(int depth) {
    String label = "$v" + blocks++;
    valued.push(label);
    text.append("(local.set $i")
        .append(random.nextInt(I32))
        .append(" (block ")
        .append(label)
        .append(" (result i32)");
    statements(1 + random.nextInt(5), depth + 1);
    text.append(' ').append(i32(1)).append("))");
    valued.pop();
  }

  private void loop(int depth) {
    String label = "$b" + blocks++;
    text.append("(loop ").append(label);
    text.append(" (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))");
    text.append(
        " (if (i32.lt_s (global.get $fuel) (i32.const 0)) (then (return (local.get $i0))))");
    labels.push(label);
    statements(1 + random.nextInt(5), depth + 1);
    text.append(')');
    labels.pop();
  }

  private void conditional(int depth) {
    String label = "$b" + blocks++;
    labels.push(label);
    text.append("(if ").append(label).append(' ').append(i32(1)).append(" (then");
    statements(1 + random.nextInt(4), depth + 1);
    text.append(')');
    if (random.nextBoolean()) {
      text.append(" (else");
      statements(1 + random.nextInt(4), depth + 1);
      text.append(')');
    }
    text.append(')');
    labels.pop();
  }

  /** As a compiler writes a switch: blocks in blocks, each case behind one's end. */
  private void table(int depth) {
    int cases = 2 + random.nextInt(5);
    String out = "$b" + blocks++;
    text.append("(block ").append(out);
    String[] names = new String[cases];
    for (int i = cases - 1; i >= 0; i--) {
      names[i] = "$b" + blocks++;
      text.append(" (block ").append(names[i]);
    }
    text.append(" (br_table");
    for (String name : names) {
      text.append(' ').append(name);
    }
    text.append(' ').append(out).append(" (i32.and ").append(i32(1)).append(" (i32.const 7))))");
    labels.push(out);
    for (int i = 0; i < cases; i++) {
      for (int j = cases - 1; j > i; j--) {
        labels.push(names[j]);
      }
      statements(1 + random.nextInt(4), depth + 1);
      if (random.nextInt(3) > 0) {
        text.append(" (br ").append(out).append(')');
      }
      for (int j = cases - 1; j > i; j--) {
        labels.pop();
      }
      if (i < cases - 1) {
        text.append(')');
      }
    }
    text.append(')');
    labels.pop();
  }

  private void leave() {
    if (labels.isEmpty() || random.nextInt(4) == 0) {
      text.append(" (return ").append(i32(1)).append(')');
    } else if (!valued.isEmpty() && random.nextInt(3) == 0) {
      text.append(" (br ").append(anyValued()).append(' ').append(i32(1)).append(')');
    } else {
      text.append(" (br ").append(anyLabel()).append(')');
    }
  }

  /** Not those of an if without a name. */
  private String anyLabel() {
    var named = labels.stream().filter(label -> label.startsWith("$b")).toList();
    return named.isEmpty() ? "0" : named.get(random.nextInt(named.size()));
  }

  private String anyValued() {
    return valued.stream().skip(random.nextInt(valued.size())).findFirst().orElseThrow();
  }

  private String i32(int depth) {
    return switch (random.nextInt(depth == 0 ? 3 : 9)) {
      case 0 -> "(i32.const " + random.nextInt(-100, 100) + ")";
      case 1, 2 -> "(local.get $i" + random.nextInt(I32) + ")";
      case 3 -> "(i32.load8_u (i32.const " + random.nextInt(16) + "))";
      case 4 -> "(call $mix " + i32(depth - 1) + " " + i64(depth - 1) + ")";
      case 5 -> "(i64.lt_s " + i64(depth - 1) + " " + i64(depth - 1) + ")";
      case 6 -> "(select " + i32(depth - 1) + " " + i32(depth - 1) + " " + i32(depth - 1) + ")";
      case 7 -> "(f64.gt " + f64(depth - 1) + " " + f64(depth - 1) + ")";
      default ->
          "(i32."
              + any("add", "sub", "xor", "rotl", "lt_u")
              + " "
              + i32(depth - 1)
              + " "
              + i32(depth - 1)
              + ")";
    };
  }

  private String i64(int depth) {
    return switch (random.nextInt(depth == 0 ? 2 : 4)) {
      case 0 -> "(i64.const " + random.nextLong() + ")";
      case 1 -> "(local.get $l" + random.nextInt(I64) + ")";
      case 2 -> "(i64.extend_i32_s " + i32(depth - 1) + ")";
      default ->
          "(i64." + any("add", "mul", "shr_u") + " " + i64(depth - 1) + " " + i64(depth - 1) + ")";
    };
  }

  private String f64(int depth) {
    return switch (random.nextInt(depth == 0 ? 2 : 4)) {
      case 0 -> "(f64.const " + random.nextInt(1000) + ")";
      case 1 -> "(local.get $d" + random.nextInt(F64) + ")";
      case 2 -> "(f64.convert_i32_s " + i32(depth - 1) + ")";
      default ->
          "(f64."
              + any("add", "min", "copysign")
              + " "
              + f64(depth - 1)
              + " "
              + f64(depth - 1)
              + ")";
    };
  }

  private String any(String... words) {
    return words[random.nextInt(words.length)];
  }
}
