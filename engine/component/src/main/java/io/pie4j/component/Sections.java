package io.pie4j.component;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A module's binary cut into its sections, before anything in them is read: tells core modules from
 * components and other files, notices truncation, and can leave out what is not needed.
 */
final class Sections {
  static final int CUSTOM = 0;
  static final int TYPE = 1;
  static final int IMPORT = 2;
  static final int FUNCTION = 3;
  static final int CODE = 10;
  static final int TAG = 13;

  private static final int HEADER_BYTES = 8;
  private static final byte[] MAGIC = {0, 'a', 's', 'm'};
  private static final String[] NAMES = {
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag"
  };
  // No locals, unreachable, end: valid for every function type.
  private static final byte[] EMPTY_BODY = {3, 0, 0, 0x0b};

  /** One section; {@code start} and {@code end} bound its contents. */
  record Section(int id, int start, int end) {}

  private final String source;
  private final byte[] bytes;
  private final List<Section> sections = new ArrayList<>();

  Sections(String source, byte[] bytes) {
    this.source = source;
    this.bytes = bytes;
    checkHeader();
    int at = HEADER_BYTES;
    while (at < bytes.length) {
      int id = bytes[at] & 0xff;
      if (id >= NAMES.length) {
        throw new InvalidModule(source, "unknown section " + id + " at byte " + at);
      }
      Leb size = leb(at + 1, bytes.length, NAMES[id] + " section's size");
      if (size.value > bytes.length - size.next) {
        throw new InvalidModule(
            source,
            "truncated: the "
                + NAMES[id]
                + " section at byte "
                + at
                + " has "
                + size.value
                + " bytes, but the file ends "
                + (bytes.length - size.next)
                + " bytes after its start");
      }
      int end = size.next + (int) size.value;
      sections.add(new Section(id, size.next, end));
      at = end;
    }
  }

  private void checkHeader() {
    if (bytes.length < HEADER_BYTES) {
      throw new InvalidModule(
          source,
          "not a WebAssembly module: " + bytes.length + " bytes, shorter than the 8-byte header");
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes[i] != MAGIC[i]) {
        throw new InvalidModule(
            source,
            "not a WebAssembly module: starts with "
                + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, 4)
                + ", expected 00 61 73 6d");
      }
    }
    int version = (bytes[4] & 0xff) | ((bytes[5] & 0xff) << 8);
    int layer = (bytes[6] & 0xff) | ((bytes[7] & 0xff) << 8);
    if (layer == 1) {
      throw new InvalidModule(source, "components are not supported yet, expected a core module");
    }
    if (layer != 0 || version != 1) {
      throw new InvalidModule(
          source,
          "version "
              + version
              + ", layer "
              + layer
              + " of WebAssembly is not supported, expected version 1, layer 0");
    }
  }

  List<Section> all() {
    return sections;
  }

  byte[] bytes() {
    return bytes;
  }

  /**
   * The contents of the custom section of that name, the last one if there are several; empty if
   * there is none.
   */
  byte[] custom(String name) {
    byte[] found = new byte[0];
    for (Section section : sections) {
      if (section.id == CUSTOM && section.start < section.end) {
        Leb length = leb(section.start, section.end, "custom section's name");
        long end = length.next + length.value;
        if (end <= section.end
            && name.equals(
                new String(
                    bytes,
                    length.next,
                    (int) length.value,
                    java.nio.charset.StandardCharsets.UTF_8))) {
          found = java.util.Arrays.copyOfRange(bytes, (int) end, section.end);
        }
      }
    }
    return found;
  }

  /** The module without its custom sections. */
  byte[] withoutCustom() {
    return rebuilt(null);
  }

  /**
   * The module without custom sections, every function body but those of {@code kept} (indices
   * among the defined functions) replaced by an empty one: what is needed to run code that was
   * compiled before.
   */
  byte[] withoutBodies(Set<Integer> kept) {
    return rebuilt(kept);
  }

  /** The function bodies that have so many bytes or more, by index among the defined functions. */
  Set<Integer> bodiesOf(int least) {
    Set<Integer> found = new TreeSet<>();
    for (Body body : bodies()) {
      if (body.end - body.start >= least) {
        found.add(body.index);
      }
    }
    return found;
  }

  /** A section that is a list, with more entries. */
  byte[] grown(Section list, List<byte[]> more) {
    Leb count = leb(list.start, list.end, "number of entries");
    ModuleWriter grown = new ModuleWriter();
    grown.number(count.value + more.size()).copy(bytes, count.next, list.end);
    more.forEach(grown::append);
    return grown.toBytes();
  }

  /** The code section with some other bodies, each with its size before it, and more of them. */
  byte[] withBodies(Map<Integer, byte[]> others, List<byte[]> more) {
    List<Body> all = bodies();
    ModuleWriter code = new ModuleWriter().number(all.size() + (long) more.size());
    for (Body body : all) {
      byte[] other = others.get(body.index);
      if (other != null) {
        code.append(other);
      } else {
        code.number(body.end - (long) body.start).copy(bytes, body.start, body.end);
      }
    }
    more.forEach(code::append);
    return code.toBytes();
  }

  /** The module with other contents of some sections. */
  byte[] with(Map<Integer, byte[]> others) {
    ModuleWriter whole = new ModuleWriter().copy(bytes, 0, HEADER_BYTES);
    for (Section section : sections) {
      byte[] other = others.get(section.id);
      byte[] contents =
          other != null ? other : Arrays.copyOfRange(bytes, section.start, section.end);
      whole.octet(section.id).number(contents.length).append(contents);
    }
    return whole.toBytes();
  }

  /** A function body without its size. */
  private record Body(int index, int start, int end) {}

  private List<Body> bodies() {
    List<Body> all = new ArrayList<>();
    for (Section section : sections) {
      if (section.id == CODE) {
        Leb count = leb(section.start, section.end, "number of functions");
        int at = count.next;
        for (int i = 0; i < count.value; i++) {
          Leb size = leb(at, section.end, "size of function body " + i);
          if (size.value > section.end - size.next) {
            throw new InvalidModule(source, "function body " + i + " is longer than its section");
          }
          int end = size.next + (int) size.value;
          all.add(new Body(i, size.next, end));
          at = end;
        }
      }
    }
    return all;
  }

  private byte[] rebuilt(@org.jspecify.annotations.Nullable Set<Integer> kept) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    out.write(bytes, 0, HEADER_BYTES);
    for (Section section : sections) {
      if (section.id != CUSTOM) {
        byte[] whole = java.util.Arrays.copyOfRange(bytes, section.start, section.end);
        byte[] contents =
            section.id == CODE && kept != null
                ? emptied(section, kept)
                : section.id == IMPORT ? ImportNames.filled(whole) : whole;
        out.write(section.id);
        writeLeb(out, contents.length);
        out.writeBytes(contents);
      }
    }
    return out.toByteArray();
  }

  private byte[] emptied(Section code, Set<Integer> kept) {
    Leb count = leb(code.start, code.end, "number of functions");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeLeb(out, count.value);
    int at = count.next;
    for (long i = 0; i < count.value; i++) {
      Leb size = leb(at, code.end, "size of function body " + i);
      if (size.value > code.end - size.next) {
        throw new InvalidModule(
            source,
            "function body "
                + i
                + " at byte "
                + at
                + " has "
                + size.value
                + " bytes, more than the code section has left");
      }
      int next = size.next + (int) size.value;
      if (kept.contains((int) i)) {
        out.write(bytes, at, next - at);
      } else {
        out.writeBytes(EMPTY_BODY);
      }
      at = next;
    }
    if (at != code.end) {
      throw new InvalidModule(
          source, "the code section has " + (code.end - at) + " bytes behind its last function");
    }
    return out.toByteArray();
  }

  private record Leb(long value, int next) {}

  private Leb leb(int at, int end, String what) {
    long value = 0;
    for (int i = 0; i < 5; i++) {
      if (at + i >= end) {
        throw new InvalidModule(source, "truncated in the " + what + " at byte " + at);
      }
      byte b = bytes[at + i];
      value |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        if (value > 0xffffffffL) {
          break;
        }
        return new Leb(value, at + i + 1);
      }
    }
    throw new InvalidModule(source, "the " + what + " at byte " + at + " is no 32-bit number");
  }

  private static void writeLeb(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
