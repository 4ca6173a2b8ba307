package io.pie4j.inferlets.codeact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the code computes with. There are no prototypes: members are found by the kind of value. */
sealed interface Value {
  /** The two values that are none; and what a chain with {@code ?.} gives once it broke off. */
  enum Nothing implements Value {
    UNDEFINED,
    NULL,
    BROKEN
  }

  /** True or false. */
  enum Bool implements Value {
    FALSE,
    TRUE;

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  /** A number. Zero has one sign as a key, so that maps find it. */
  record Num(double value) implements Value {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Num num
          && (value == num.value || (Double.isNaN(value) && Double.isNaN(num.value)));
    }

    @Override
    public int hashCode() {
      return Fields.hash(value == 0 ? 0 : value);
    }
  }

  /**
   * A string. Texts that were made by appending share one buffer, so that a loop that appends costs
   * what it appends and not the square of it.
   */
  final class Text implements Value {
    private final @Nullable StringBuilder buffer; // none before something is appended
    private final int length;
    private final Optional<Budget> payer;
    private @Nullable String string;

    Text(String string) {
      this(null, string.length(), Optional.empty());
      this.string = string;
    }

    private Text(@Nullable StringBuilder buffer, int length, Optional<Budget> payer) {
      this.buffer = buffer;
      this.length = length;
      this.payer = payer;
    }

    int length() {
      return length;
    }

    /** This and {@code more}. */
    Text append(String more, Budget budget) {
      StringBuilder shared = buffer;
      boolean last = shared != null && shared.length() == length;
      budget.allocate(64 + 4L * (last ? more.length() : length + more.length()));
      budget.work(more.length() / 64);
      StringBuilder target =
          shared != null && last ? shared : new StringBuilder(length + more.length()).append(this);
      target.append(more);
      return new Text(target, length + more.length(), Optional.of(budget));
    }

    @Override
    public String toString() {
      String known = string;
      if (known == null) {
        payer.ifPresent(budget -> budget.allocate(2L * length));
        known = Objects.requireNonNull(buffer).substring(0, length);
        string = known;
      }
      return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text text
          && length == text.length
          && toString().equals(text.toString());
    }

    @Override
    public int hashCode() {
      return Fields.hash(toString());
    }
  }

  /** An object: its fields in the order in which they were added. */
  final class Obj implements Value {
    final Fields fields = new Fields();
  }

  /** An array. */
  final class Arr implements Value {
    final List<Value> items;

    Arr(List<Value> items) {
      this.items = items;
    }

    Arr() {
      this(new ArrayList<>());
    }
  }

  /** A {@code Map}, or a {@code Set} whose values are its keys. */
  final class Keyed implements Value {
    final boolean isSet;
    final Map<Value, Value> entries = new LinkedHashMap<>();

    Keyed(boolean isSet) {
      this.isSet = isSet;
    }
  }

  /** Something to call. */
  sealed interface Function extends Value {
    String name();
  }

  /** A function of the code and the variables around it. */
  record Closure(Node.FunctionNode node, Scope scope) implements Function {
    @Override
    public String name() {
      return node.name();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** A function of the interpreter, or one that was handed in. */
  final class Native implements Function {
    private final String name;
    private final Body body;
    private final Map<String, Value> members;
    private final boolean constructs;

    /** What it does. */
    @FunctionalInterface
    interface Body {
      Value call(Arguments arguments);
    }

    Native(String name, Body body) {
      this(name, Map.of(), false, body);
    }

    /** One with members, such as {@code Number}, or one for {@code new}. */
    Native(String name, Map<String, Value> members, boolean constructs, Body body) {
      this.name = name;
      this.members = members;
      this.constructs = constructs;
      this.body = body;
    }

    @Override
    public String name() {
      return name;
    }

    Map<String, Value> members() {
      return members;
    }

    /** Whether {@code new} takes it. */
    boolean constructs() {
      return constructs;
    }

    Value call(Arguments arguments) {
      return body.call(arguments);
    }
  }
}
