package io.pie4j.component;

import io.pie4j.component.abi.GuestTrap;
import java.util.Optional;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.OpCode;

/** What a module writes to its memory at instantiation. */
final class ActiveSegments {
  private ActiveSegments() {}

  /**
   * A memory's first bytes, if every segment's place is a plain constant; empty if it is known only
   * later. {@code memory} is its index.
   */
  static Optional<byte[]> image(
      String source, run.endive.wasm.WasmModule module, int memory, int initialPages) {
    DataSegment[] segments = module.dataSection().dataSegments();
    long memoryBytes = (long) initialPages * run.endive.runtime.Memory.PAGE_SIZE;
    long end = 0;
    for (int i = 0; i < segments.length; i++) {
      if (segments[i] instanceof ActiveDataSegment active && active.index() == memory) {
        Optional<Integer> address = constant(active);
        if (address.isEmpty()) {
          return Optional.empty();
        }
        long start = Integer.toUnsignedLong(address.get());
        long length = active.data().length;
        if (start + length > memoryBytes) {
          throw new InvalidModule(
              source,
              "data segment "
                  + i
                  + " ("
                  + length
                  + " bytes at "
                  + start
                  + ") does not fit the memory of "
                  + memoryBytes
                  + " bytes");
        }
        end = Math.max(end, start + length);
      }
    }
    byte[] image = new byte[(int) end];
    for (DataSegment segment : segments) {
      if (segment instanceof ActiveDataSegment active && active.index() == memory) {
        byte[] data = active.data();
        System.arraycopy(data, 0, image, constant(active).orElseThrow(), data.length);
      }
    }
    return Optional.of(image);
  }

  private static Optional<Integer> constant(ActiveDataSegment segment) {
    Instruction first = segment.offsetInstructions().getFirst();
    boolean alone =
        segment.offsetInstructions().stream()
            .skip(1)
            .allMatch(instruction -> instruction.opcode() == OpCode.END);
    return first.opcode() == OpCode.I32_CONST && alone
        ? Optional.of((int) first.operand(0))
        : Optional.empty();
  }

  /** Writes the segments one by one, their places computed from the instance's globals. */
  static void write(Instance instance, DataSegment[] segments, int index, LinearMemory memory) {
    for (DataSegment segment : segments) {
      if (segment instanceof ActiveDataSegment active && active.index() == index) {
        int address =
            (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
        byte[] data = active.data();
        if (Integer.toUnsignedLong(address) + data.length > memory.byteSize()) {
          throw new GuestTrap(
              "data segment of "
                  + data.length
                  + " bytes at "
                  + Integer.toUnsignedLong(address)
                  + " does not fit the memory of "
                  + memory.byteSize()
                  + " bytes");
        }
        memory.write(address, data, 0, data.length);
      }
    }
  }
}
