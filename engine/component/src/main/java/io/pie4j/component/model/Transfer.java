package io.pie4j.component.model;

import io.pie4j.component.CoreFunction;
import io.pie4j.component.Store;
import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.GuestTrap;
import io.pie4j.component.abi.Realloc;
import io.pie4j.component.model.CanonOptions.Encoding;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The canonical ABI: values between one side's core code and Java. Going out they are
 * <em>lifted</em> from flat core values or {@linkplain Loading from memory}; coming in they are
 * <em>lowered</em> to flat values or {@linkplain Storing into memory}, in blocks of the guest's own
 * allocator. Between two components a value is lifted on one side and lowered on the other; neither
 * ever sees the other's memory.
 *
 * <p>In Java, integers are {@link Long}s (an unsigned 64-bit one is its bits), {@code f32} and
 * {@code f64} are {@link Float} and {@link Double}, {@code char} is an {@link Integer}, strings are
 * {@link String}s. Lists of numbers are arrays of the primitive type of their size ({@code byte[]}
 * for {@code u8}, {@code int[]} for {@code char}), of {@code bool} {@code boolean[]}, others and
 * maps are {@link List}s; so are records and tuples. A variant or result is a {@link Case}, an enum
 * its case's number and flags their bits ({@link Integer}), an option an {@link Optional}. A handle
 * is whatever the host's resource is, or an {@link OwnedResource} if a component defined it.
 *
 * <p>Everything that comes from a guest is checked: addresses, alignments, lengths, characters,
 * cases and handles that do not fit are a {@link GuestTrap}.
 */
final class Transfer {
  /** Bytes of a string or list. */
  static final long BYTES_MAX = (1L << 28) - 1;

  private final InstanceState instance;
  private final Encoding encoding;
  private final @Nullable GuestMemory memory;
  private final @Nullable CoreFunction allocator;
  private final Realloc realloc = this::reallocate;

  Transfer(
      InstanceState instance,
      Encoding encoding,
      @Nullable GuestMemory memory,
      @Nullable CoreFunction allocator) {
    this.instance = instance;
    this.encoding = encoding;
    this.memory = memory;
    this.allocator = allocator;
  }

  InstanceState instance() {
    return instance;
  }

  Encoding encoding() {
    return encoding;
  }

  GuestMemory memory() {
    if (memory == null) {
      throw new IllegalStateException("no memory was given, though the types need one");
    }
    return memory;
  }

  Optional<GuestMemory> memoryIfAny() {
    return Optional.ofNullable(memory);
  }

  Realloc realloc() {
    return realloc;
  }

  private int reallocate(int address, int oldSize, int alignment, int newSize) {
    if (allocator == null) {
      throw new GuestTrap("no `realloc` was given to hand over strings and lists");
    }
    instance.setMayLeave(false);
    int allocated = (int) allocator.call(address, oldSize, alignment, newSize)[0];
    instance.setMayLeave(true);
    return allocated;
  }

  /** Arguments of a call: flat, or at one address if they are many. */
  @Nullable Object[] liftArguments(FunctionType type, long[] flat, CallScope call) {
    List<DataType> types = type.parameters();
    Object[] values = new Object[types.size()];
    if (type.parametersInMemory()) {
      int address = (int) flat[0];
      checkBlock(types, address);
      new Loading(this, call).sequence(types, address, values);
    } else {
      Flattened in = new Flattened(flat);
      Loading loading = new Loading(this, call);
      for (int i = 0; i < values.length; i++) {
        values[i] = loading.flat(types.get(i), in);
      }
    }
    return values;
  }

  /** The result of a core function. */
  @Nullable Object liftResult(FunctionType type, long[] flat, CallScope call) {
    DataType result = type.result();
    if (result.isNone()) {
      return null;
    }
    Loading loading = new Loading(this, call);
    if (type.resultInMemory()) {
      int address = (int) flat[0];
      checkBlock(List.of(result), address);
      return loading.at(result, address);
    }
    return loading.flat(result, new Flattened(flat));
  }

  /** Core arguments for a call. */
  long[] lowerArguments(FunctionType type, @Nullable Object[] values, CallScope call) {
    List<DataType> types = type.parameters();
    checkCount(type, values);
    Storing storing = new Storing(this, call);
    if (type.parametersInMemory()) {
      int address = realloc.allocate(memory(), alignment(types), size(types));
      storing.sequence(types, values, address);
      return new long[] {Integer.toUnsignedLong(address)};
    }
    Flattened out = new Flattened(new long[type.flatParameters().size()]);
    for (int i = 0; i < values.length; i++) {
      storing.flat(types.get(i), values[i], out);
    }
    return out.values();
  }

  private static void checkCount(FunctionType type, @Nullable Object[] values) {
    if (values.length != type.parameters().size()) {
      throw Store.failure(
          new IllegalArgumentException(values.length + " arguments are given to " + type));
    }
  }

  /** A result for the core code that called; {@code flat} are its arguments. */
  long[] lowerResult(FunctionType type, @Nullable Object value, long[] flat, CallScope call) {
    DataType result = type.result();
    if (result.isNone()) {
      return NOTHING;
    }
    Storing storing = new Storing(this, call);
    if (type.resultInMemory()) {
      int address = (int) flat[type.parametersInMemory() ? 1 : type.flatParameters().size()];
      checkBlock(List.of(result), address);
      storing.at(result, value, address);
      return NOTHING;
    }
    Flattened out = new Flattened(new long[1]);
    storing.flat(result, value, out);
    return out.values();
  }

  private static final long[] NOTHING = {};

  // ---- values one after the other, as the fields of a record

  static int alignment(List<DataType> types) {
    int alignment = 1;
    for (DataType type : types) {
      alignment = Math.max(alignment, type.alignment());
    }
    return alignment;
  }

  static long size(List<DataType> types) {
    long end = 0;
    for (DataType type : types) {
      end = Layout.aligned(end, type.alignment()) + type.size();
    }
    return Layout.aligned(end, alignment(types));
  }

  private void checkBlock(List<DataType> types, int address) {
    int alignment = alignment(types);
    if (Integer.toUnsignedLong(address) % alignment != 0) {
      throw new GuestTrap(
          "unaligned pointer: "
              + Integer.toUnsignedString(address)
              + " is not aligned to "
              + alignment
              + " bytes");
    }
    long size = size(types);
    if (Integer.toUnsignedLong(address) + size > memory().byteSize()) {
      throw new GuestTrap(
          "pointer out of bounds of memory: "
              + size
              + " bytes at "
              + Integer.toUnsignedString(address)
              + " of "
              + memory().byteSize());
    }
  }

  /** Core values in a row, read or written one after the other. */
  static final class Flattened {
    private final long[] values;
    private int at;

    Flattened(long[] values) {
      this.values = values;
    }

    long[] values() {
      return values;
    }

    long next() {
      return values[at++];
    }

    void add(long value) {
      values[at++] = value;
    }

    void addInt(int value) {
      values[at++] = value & 0xffffffffL;
    }

    int position() {
      return at;
    }

    void moveTo(int position) {
      at = position;
    }
  }
}
