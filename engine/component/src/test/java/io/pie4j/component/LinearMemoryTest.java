package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import run.endive.runtime.ByteBufferMemory;
import run.endive.runtime.Memory;
import run.endive.wasm.types.MemoryLimits;

/** Endive's own memory is the oracle: the same operations give the same results, or both refuse. */
class LinearMemoryTest {
  private static final int PAGES = 2;
  private static final int SIZE = PAGES * Memory.PAGE_SIZE;

  /** A memory operation with its operands; gives what it read. */
  private interface Operation extends Function<Memory, Object> {}

  private static Operation random(Random random) {
    int address =
        switch (random.nextInt(4)) {
          case 0 -> SIZE - random.nextInt(20);
          case 1 -> Memory.PAGE_SIZE - random.nextInt(20);
          case 2 -> random.nextInt();
          default -> random.nextInt(SIZE);
        };
    int other = random.nextInt(SIZE + 10);
    int count = random.nextInt(3) == 0 ? random.nextInt(SIZE) : random.nextInt(40);
    long value = random.nextLong();
    byte[] bytes = new byte[64];
    random.nextBytes(bytes);
    return switch (random.nextInt(21)) {
      case 0 -> memory -> memory.read(address);
      case 1 -> memory -> memory.readShort(address);
      case 2 -> memory -> memory.readInt(address);
      case 3 -> memory -> memory.readLong(address);
      case 4 -> memory -> Float.floatToRawIntBits(memory.readFloat(address));
      case 5 -> memory -> Double.doubleToRawLongBits(memory.readDouble(address));
      case 6 -> memory -> memory.readU16(address);
      case 7 -> memory -> memory.readU8(address);
      case 8 -> memory -> memory.readI32(address);
      case 9 -> memory -> memory.readBytes(address, count);
      case 10 -> writing(memory -> memory.writeByte(address, (byte) value));
      case 11 -> writing(memory -> memory.writeShort(address, (short) value));
      case 12 -> writing(memory -> memory.writeI32(address, (int) value));
      case 13 -> writing(memory -> memory.writeLong(address, value));
      case 14 -> writing(memory -> memory.writeF32(address, Float.intBitsToFloat((int) value)));
      case 15 -> writing(memory -> memory.writeF64(address, Double.longBitsToDouble(value)));
      case 16 -> writing(memory -> memory.write(address, bytes, 3, count % 60));
      case 17 -> writing(memory -> memory.copy(address, other, count));
      case 18 -> writing(memory -> memory.fill((byte) value, other, other + count));
      case 19 -> memory -> memory.atomicAddInt(address & ~3, (int) value);
      default -> memory -> memory.atomicCmpxchgLong(address & ~7, value, 5);
    };
  }

  private static Operation writing(java.util.function.Consumer<Memory> write) {
    return memory -> {
      write.accept(memory);
      return memory.pages();
    };
  }

  private static Object outcome(Operation operation, Memory memory) {
    try {
      return operation.apply(memory);
    } catch (RuntimeException refused) {
      return "refused";
    }
  }

  @Test
  void behavesLikeEndivesMemory() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (MemoryImage image = MemoryImage.of(new byte[0])) {
      LinearMemory ours = new LinearMemory(image, PAGES, 10, 10, false);
      Memory theirs = new ByteBufferMemory(new MemoryLimits(PAGES, 10));
      for (int step = 0; step < 30_000; step++) {
        Operation operation = random(random);
        assertThat(outcome(operation, ours))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(outcome(operation, theirs));
      }
      assertThat(ours.readBytes(0, SIZE)).isEqualTo(theirs.readBytes(0, SIZE));
      ours.release();
    }
  }
}
