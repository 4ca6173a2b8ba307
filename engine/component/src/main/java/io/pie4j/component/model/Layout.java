package io.pie4j.component.model;

/**
 * How values of a type lie in memory whose addresses have {@code addressBytes} bytes.
 *
 * @param size a long, since a list of a given length may be larger than any memory
 * @param offsets of the parts; empty where there is none to be had
 */
record Layout(long size, int alignment, int[] offsets) {
  private static final int[] NO_OFFSETS = {};

  /** From the layouts of the parts, which know theirs. */
  static Layout of(DataType type, int addressBytes) {
    return switch (type.kind()) {
      case NONE -> plain(0, 1);
      case BOOL, S8, U8 -> plain(1, 1);
      case S16, U16 -> plain(2, 2);
      case S64, U64, F64 -> plain(8, 8);
      case S32, U32, F32, CHAR, OWN, BORROW, STREAM, FUTURE, ERROR_CONTEXT -> plain(4, 4);
      case STRING, MAP -> plain(2L * addressBytes, addressBytes);
      case LIST -> {
        Layout element = type.parts().getFirst().layout(addressBytes);
        yield type.length() == 0
            ? plain(2L * addressBytes, addressBytes)
            : new Layout(type.length() * element.size, element.alignment, NO_OFFSETS);
      }
      case RECORD, TUPLE -> fields(type, addressBytes);
      case FLAGS -> {
        int bytes = type.labels().size() <= 8 ? 1 : type.labels().size() <= 16 ? 2 : 4;
        yield plain(bytes, bytes);
      }
      case VARIANT, ENUM, OPTION, RESULT -> cases(type, addressBytes);
    };
  }

  private static Layout plain(long size, int alignment) {
    return new Layout(size, alignment, NO_OFFSETS);
  }

  private static Layout fields(DataType type, int addressBytes) {
    int[] offsets = new int[type.parts().size()];
    long end = 0;
    int alignment = 1;
    for (int i = 0; i < offsets.length; i++) {
      Layout field = type.parts().get(i).layout(addressBytes);
      end = aligned(end, field.alignment);
      offsets[i] = (int) Math.min(end, Integer.MAX_VALUE);
      end += field.size;
      alignment = Math.max(alignment, field.alignment);
    }
    return new Layout(aligned(end, alignment), alignment, offsets);
  }

  private static Layout cases(DataType type, int addressBytes) {
    int tag = tagBytes(type);
    int alignment = 1;
    long largest = 0;
    for (DataType part : type.parts()) {
      Layout layout = part.layout(addressBytes);
      alignment = Math.max(alignment, layout.alignment);
      largest = Math.max(largest, layout.size);
    }
    long payload = aligned(tag, alignment);
    int whole = Math.max(alignment, tag);
    return new Layout(aligned(payload + largest, whole), whole, new int[] {(int) payload});
  }

  /** Bytes of the number that tells a variant's case. */
  static int tagBytes(DataType type) {
    int cases = type.cases();
    return cases <= 1 << 8 ? 1 : cases <= 1 << 16 ? 2 : 4;
  }

  static long aligned(long address, int alignment) {
    return (address + alignment - 1) / alignment * alignment;
  }
}
