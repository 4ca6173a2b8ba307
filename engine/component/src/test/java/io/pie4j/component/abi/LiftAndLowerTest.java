package io.pie4j.component.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class LiftAndLowerTest {
  private static final int SIZE = 4096;

  /**
   * A guest's memory as an ordinary segment, and an allocator that hands it out from the bottom.
   */
  private static final class Guest implements GuestMemory {
    private final MemorySegment bytes = Arena.ofAuto().allocate(SIZE, 16);
    private int next = 1;
    private final Realloc realloc =
        (oldAddress, oldSize, alignment, newSize) -> {
          int address = (next + alignment - 1) / alignment * alignment;
          next = address + newSize;
          return address;
        };

    @Override
    public long byteSize() {
      return SIZE;
    }

    @Override
    public byte loadByte(int address) {
      return slice(address, 1).get(ValueLayout.JAVA_BYTE, 0);
    }

    @Override
    public short loadShort(int address) {
      return slice(address, 2).get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
    }

    @Override
    public int loadInt(int address) {
      return slice(address, 4).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    @Override
    public long loadLong(int address) {
      return slice(address, 8).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    @Override
    public void storeByte(int address, byte value) {
      slice(address, 1).set(ValueLayout.JAVA_BYTE, 0, value);
    }

    @Override
    public void storeShort(int address, short value) {
      slice(address, 2).set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, value);
    }

    @Override
    public void storeInt(int address, int value) {
      slice(address, 4).set(ValueLayout.JAVA_INT_UNALIGNED, 0, value);
    }

    @Override
    public void storeLong(int address, long value) {
      slice(address, 8).set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
    }

    private MemorySegment slice(int address, long byteCount) {
      return bytes.asSlice(offset(address, byteCount), byteCount);
    }

    @Override
    public MemorySegment bytes() {
      return bytes;
    }

    @Override
    public long offset(int address, long byteCount) {
      long start = Integer.toUnsignedLong(address);
      if (byteCount < 0 || start + byteCount > SIZE) {
        throw new GuestTrap("outside");
      }
      return start;
    }
  }

  private final Guest guest = new Guest();

  @Test
  void stringsGoThereAndBack() {
    for (String text : new String[] {"", "a", "naïve", "日本語 🙂", "nul \0 inside", "\uFFFD"}) {
      Span span = Lower.string(guest, guest.realloc, text);
      assertThat(Lift.string(guest, span.address(), span.length())).isEqualTo(text);
    }
    Span odd = Lower.string(guest, guest.realloc, "x\uD800y");
    assertThat(Lift.string(guest, odd.address(), odd.length())).isEqualTo("x?y");
  }

  @Test
  void badUtf8Traps() {
    for (byte[] bad :
        new byte[][] {
          {(byte) 0xff},
          {(byte) 0xc3},
          {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          {(byte) 0xc0, (byte) 0x80}
        }) {
      Span span = Lower.bytes(guest, guest.realloc, bad);
      assertThatThrownBy(() -> Lift.string(guest, span.address(), span.length()))
          .isInstanceOf(GuestTrap.class)
          .hasMessageContaining("is not valid UTF-8");
    }
  }

  @Test
  void listsGoThereAndBack() {
    Span bytes = Lower.bytes(guest, guest.realloc, new byte[] {1, -2});
    assertThat(Lift.bytes(guest, bytes.address(), bytes.length())).containsExactly(1, -2);
    Span shorts = Lower.shorts(guest, guest.realloc, new short[] {1, -2, 300});
    assertThat(Lift.shorts(guest, shorts.address(), shorts.length())).containsExactly(1, -2, 300);
    Span ints = Lower.ints(guest, guest.realloc, new int[] {1, -2, 1 << 30});
    assertThat(Lift.ints(guest, ints.address(), ints.length())).containsExactly(1, -2, 1 << 30);
    Span longs = Lower.longs(guest, guest.realloc, new long[] {1, -2, 1L << 60});
    assertThat(Lift.longs(guest, longs.address(), longs.length())).containsExactly(1, -2, 1L << 60);
    Span floats = Lower.floats(guest, guest.realloc, new float[] {1.5f, Float.NaN});
    assertThat(Lift.floats(guest, floats.address(), floats.length()))
        .containsExactly(1.5f, Float.NaN);
    Span doubles = Lower.doubles(guest, guest.realloc, new double[] {1.5, -0.0});
    assertThat(Lift.doubles(guest, doubles.address(), doubles.length())).containsExactly(1.5, -0.0);
    Span flags = Lower.booleans(guest, guest.realloc, new boolean[] {true, false});
    guest.storeByte(flags.address(), (byte) 2);
    assertThat(Lift.booleans(guest, flags.address(), flags.length())).containsExactly(true, false);
    Span none = Lower.ints(guest, guest.realloc, new int[0]);
    assertThat(Lift.ints(guest, none.address(), 0)).isEmpty();
    ints.store(guest, 4000);
    assertThat(guest.loadInt(4000)).isEqualTo(ints.address());
    assertThat(guest.loadInt(4004)).isEqualTo(3);
  }

  @Test
  void listsThatDoNotFitTrapBeforeAnythingIsAllocated() {
    assertThatThrownBy(() -> Lift.ints(guest, 2, 1))
        .hasMessage("the list at 2 is not aligned to 4 bytes");
    assertThatThrownBy(() -> Lift.longs(guest, 4, 1)).hasMessageContaining("not aligned to 8");
    assertThatThrownBy(() -> Lift.ints(guest, SIZE - 4, 2))
        .hasMessageContaining("does not lie within");
    assertThatThrownBy(() -> Lift.ints(guest, 0, Integer.MAX_VALUE)).isInstanceOf(GuestTrap.class);
    assertThatThrownBy(() -> Lift.bytes(guest, 0, -1)).isInstanceOf(GuestTrap.class);
    assertThatThrownBy(() -> Lift.bytes(guest, -1, 1)).isInstanceOf(GuestTrap.class);
  }

  @Test
  void allocatorsThatLieTrap() {
    assertThatThrownBy(() -> Lower.ints(guest, (address, old, alignment, size) -> 3, new int[1]))
        .isInstanceOf(GuestTrap.class)
        .hasMessageContaining("alignment 4");
    assertThatThrownBy(
            () -> Lower.string(guest, (address, old, alignment, size) -> SIZE - 2, "abc"))
        .isInstanceOf(GuestTrap.class)
        .hasMessageContaining("outside the memory");
    assertThatThrownBy(() -> Lower.string(guest, (address, old, alignment, size) -> -1, "abc"))
        .isInstanceOf(GuestTrap.class);
  }

  @Test
  void checksScalars() {
    assertThat(Lift.character(0x1F642)).isEqualTo(0x1F642);
    for (int bad : new int[] {0xD800, 0xDFFF, 0x110000, -1}) {
      assertThatThrownBy(() -> Lift.character(bad)).isInstanceOf(GuestTrap.class);
    }
    assertThat(Lift.discriminant(2, 3)).isEqualTo(2);
    assertThatThrownBy(() -> Lift.discriminant(3, 3))
        .hasMessage("case 3 of a type that has 3 cases");
    assertThatThrownBy(() -> Lift.discriminant(-1, 3)).isInstanceOf(GuestTrap.class);
  }
}
