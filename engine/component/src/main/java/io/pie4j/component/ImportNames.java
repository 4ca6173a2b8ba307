package io.pie4j.component;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Gives imports without a name one. Endive 1.0.0 takes an import whose second name is empty for the
 * beginning of a group of imports, a form that is not standard yet, and refuses the module with
 * <em>malformed import kind</em>.
 */
final class ImportNames {
  /** Stands for the empty name: a text that is hardly anybody's name. */
  private static final String EMPTY = "\1empty name\1";

  private final byte[] section;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int at;

  private ImportNames(byte[] section) {
    this.section = section;
  }

  /** The name that an import has in the file. */
  static String original(String name) {
    return name.equals(EMPTY) ? "" : name;
  }

  /** The contents of an import section with every name filled in. */
  static byte[] filled(byte[] section) {
    try {
      return new ImportNames(section).filled();
    } catch (ArrayIndexOutOfBoundsException malformed) {
      // Endive says what is wrong with it.
      return section;
    }
  }

  private byte[] filled() {
    int count = copyNumber();
    boolean changed = false;
    for (int i = 0; i < count; i++) {
      copy(copyNumber());
      if (section[at] == 0) {
        at++;
        byte[] name = EMPTY.getBytes(StandardCharsets.UTF_8);
        out.write(name.length);
        out.writeBytes(name);
        changed = true;
      } else {
        copy(copyNumber());
      }
      copyType();
    }
    return changed ? out.toByteArray() : section;
  }

  private void copyType() {
    int kind = section[at];
    copy(1);
    switch (kind) {
      case 0x00 -> copyNumber();
      case 0x01 -> {
        copyValueType();
        copyLimits();
      }
      case 0x02 -> copyLimits();
      case 0x03 -> {
        copyValueType();
        copy(1);
      }
      case 0x04 -> {
        copy(1);
        copyNumber();
      }
      default -> throw new ArrayIndexOutOfBoundsException("import of kind " + kind);
    }
  }

  private void copyValueType() {
    int code = section[at] & 0xff;
    copy(1);
    if (code == 0x63 || code == 0x64) {
      copyNumber();
    }
  }

  private void copyLimits() {
    int flags = section[at];
    copy(1);
    copyNumber();
    if ((flags & 1) != 0) {
      copyNumber();
    }
  }

  private int copyNumber() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = section[at];
      copy(1);
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private void copy(int count) {
    if (count < 0 || count > section.length - at) {
      throw new ArrayIndexOutOfBoundsException(count);
    }
    out.write(section, at, count);
    at += count;
  }
}
