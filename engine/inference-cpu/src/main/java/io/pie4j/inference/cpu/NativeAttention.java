package io.pie4j.inference.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Attention of the C kernels of one instruction set, which read all formats. */
final class NativeAttention implements AttentionKernels {
  private final Map<KvFormat, MethodHandle> scores = new EnumMap<>(KvFormat.class);
  private final Map<KvFormat, MethodHandle> weigh = new EnumMap<>(KvFormat.class);

  NativeAttention(NativeLibrary library, InstructionSet set) {
    FunctionDescriptor scoresType =
        FunctionDescriptor.ofVoid(
            ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    FunctionDescriptor weighType =
        FunctionDescriptor.ofVoid(
            ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG,
            ADDRESS);
    for (KvFormat format : KvFormat.values()) {
      if (format != KvFormat.AUTO) {
        String end = format.text() + "_" + set.suffix();
        scores.put(format, library.function("pie_scores_" + end, scoresType));
        weigh.put(format, library.function("pie_weigh_" + end, weighType));
      }
    }
  }

  @Override
  public boolean reads(KvFormat format) {
    return true;
  }

  @Override
  public boolean readsAhead() {
    return true;
  }

  @Override
  public void expandKeys(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int headDim,
      MemorySegment out,
      long outAt) {
    throw new UnsupportedOperationException("the C kernels read every format in place");
  }

  @Override
  public void expandValues(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int width,
      MemorySegment out,
      long outAt) {
    throw new UnsupportedOperationException("the C kernels read every format in place");
  }

  private static MemorySegment at(float[] array, int index) {
    return MemorySegment.ofArray(array).asSlice(4L * index);
  }

  private static RuntimeException impossible(Throwable e) {
    return new IllegalStateException("a C kernel could not be called", e);
  }

  @Override
  public void scores(
      Blocks keys,
      int pageSize,
      int heads,
      int headDim,
      float[] queries,
      int queryAt,
      float[] scores,
      int at,
      int stride) {
    try {
      Objects.requireNonNull(this.scores.get(keys.format()))
          .invokeExact(
              MemorySegment.ofArray(keys.addresses()),
              keys.count(),
              keys.known(),
              pageSize,
              heads,
              headDim,
              at(queries, queryAt),
              at(scores, at),
              (long) stride);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  @Override
  public void weigh(
      Blocks values,
      int pageSize,
      int heads,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt) {
    try {
      Objects.requireNonNull(weigh.get(values.format()))
          .invokeExact(
              MemorySegment.ofArray(values.addresses()),
              MemorySegment.ofArray(values.visible()),
              values.count(),
              values.known(),
              pageSize,
              heads,
              width,
              at(weights, at),
              (long) stride,
              at(sums, sumsAt));
    } catch (Throwable e) {
      throw impossible(e);
    }
  }
}
