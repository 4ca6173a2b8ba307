package io.pie4j.inference.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.pie4j.model.TensorType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The C kernels of one instruction set. */
final class NativeKernels implements Kernels {
  private final InstructionSet set;
  private final Map<TensorType, MethodHandle> linear = new EnumMap<>(TensorType.class);

  private final MethodHandle toBytes;
  private final MethodHandle swiglu;
  private final MethodHandle exponentials;
  private final AttentionKernels attention;

  NativeKernels(NativeLibrary library, InstructionSet set) {
    this.set = set;
    FunctionDescriptor bytes =
        FunctionDescriptor.ofVoid(
            ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
    FunctionDescriptor singles =
        FunctionDescriptor.ofVoid(
            ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS,
            JAVA_LONG);
    for (TensorType type : TensorType.values()) {
      String name = type.name().toLowerCase(Locale.ROOT);
      linear.put(type, function(library, name, type.quantized() ? bytes : singles));
    }
    toBytes =
        function(
            library, "to_bytes", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG));
    exponentials = function(library, "exponentials", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
    attention = new NativeAttention(library, set);
    swiglu = function(library, "swiglu", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT));
  }

  private MethodHandle function(NativeLibrary library, String name, FunctionDescriptor type) {
    return library.function("pie_%s_%s".formatted(name, set.suffix()), type);
  }

  @Override
  public String name() {
    return "C, " + set.title();
  }

  private MethodHandle linear(TensorType type) {
    return Objects.requireNonNull(linear.get(type));
  }

  private static MemorySegment at(float[] array, int index) {
    return MemorySegment.ofArray(array).asSlice(4L * index);
  }

  private static RuntimeException impossible(Throwable e) {
    return new IllegalStateException("a C kernel could not be called", e);
  }

  @Override
  public void panels(
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      float[] x,
      int xStride,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch) {
    try {
      linear(type)
          .invokeExact(
              w,
              columns,
              firstOutput,
              endOutput,
              MemorySegment.ofArray(x),
              (long) xStride,
              rows,
              MemorySegment.ofArray(y),
              (long) yStride);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public void bytes(
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      MemorySegment x,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch) {
    try {
      linear(type)
          .invokeExact(
              w,
              columns,
              firstOutput,
              endOutput,
              x,
              rows,
              MemorySegment.ofArray(y),
              (long) yStride);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public void toBytes(float[] x, int at, int columns, MemorySegment out, long outAt, long step) {
    try {
      toBytes.invokeExact(at(x, at), columns, out.asSlice(outAt), step / ByteRows.BLOCK);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public void swiglu(float[] gate, float[] up, int at, int count) {
    try {
      swiglu.invokeExact(at(gate, at), at(up, at), count);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public void exponentials(float[] scores, int at, int count) {
    try {
      exponentials.invokeExact(at(scores, at), count);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }
}
