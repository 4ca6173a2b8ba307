package io.pie4j.component;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import run.endive.wasm.Parser;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.OpCode;

/**
 * Moves types that Endive 1.0.0 mistakes. A block's type is a signed number: one byte for a value,
 * below 0, and from 64 on two for the index of a function type. Endive reads it without the sign,
 * so that index 125 looks like f32 and the module is refused with <em>type mismatch: instruction
 * requires [i32] but stack has []</em>. Blocks of the types 64 to 127 get copies of these types
 * behind all others instead; no other index changes.
 *
 * <p>What does not look like a module throws something: whoever reads it has that to catch anyway.
 */
final class BlockTypes {
  private static final int FIRST = 64;
  private static final int LAST = 127;

  /** An index of two bytes. */
  private static final int MAX_TYPES = 8192;

  private static final int TYPE_SECTION = 1;

  private final byte[] module;
  private int at = 8;
  private int contentStart;
  private int contentEnd;
  private int sectionStart;

  /** The raw bytes of function types, by index. */
  private final Map<Integer, byte[]> functions = new LinkedHashMap<>();

  private int groups;
  private int groupsEnd;
  private int types;

  private BlockTypes(byte[] module) {
    this.module = module;
  }

  /** The same module, as Endive reads it well. */
  static byte[] readable(byte[] module) {
    return new BlockTypes(module.clone()).moved();
  }

  private byte[] moved() {
    findTypeSection();
    readTypes();
    if (types <= FIRST) {
      return module;
    }
    int padding = Math.max(0, LAST + 1 - types);
    Map<Integer, Integer> copies = new LinkedHashMap<>();
    for (int place : mistakenBlocks()) {
      int index = (module[place] & 0x7f) | module[place + 1] << 7;
      int copy = copies.computeIfAbsent(index, i -> types + padding + copies.size());
      if (copy >= MAX_TYPES) {
        throw new IllegalArgumentException("more than " + MAX_TYPES + " types");
      }
      module[place] = (byte) (0x80 | (copy & 0x7f));
      module[place + 1] = (byte) (copy >> 7);
    }
    return copies.isEmpty() ? module : withTypes(padding, List.copyOf(copies.keySet()));
  }

  /** Where the two bytes of such a type stand. */
  private List<Integer> mistakenBlocks() {
    run.endive.wasm.WasmModule parsed =
        Parser.builder()
            .withValidation(false)
            .build()
            .parse(() -> new ByteArrayInputStream(module));
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < parsed.codeSection().functionBodyCount(); i++) {
      for (AnnotatedInstruction instruction :
          parsed.codeSection().getFunctionBody(i).instructions()) {
        int place = instruction.address() + 1;
        if (hasBlockType(instruction.opcode()) && (module[place] & 0x80) != 0) {
          int index = (module[place] & 0x7f) | (module[place + 1] & 0xff) << 7;
          if (index >= FIRST && index <= LAST) {
            places.add(place);
          }
        }
      }
    }
    return places;
  }

  private static boolean hasBlockType(OpCode opcode) {
    return opcode == OpCode.BLOCK
        || opcode == OpCode.LOOP
        || opcode == OpCode.IF
        || opcode == OpCode.TRY_TABLE;
  }

  private void findTypeSection() {
    while (at < module.length) {
      sectionStart = at;
      int id = module[at++];
      int size = number();
      contentStart = at;
      contentEnd = at + size;
      if (id == TYPE_SECTION) {
        return;
      }
      at = contentEnd;
    }
    contentStart = contentEnd;
  }

  private void readTypes() {
    if (contentStart == contentEnd) {
      return;
    }
    groups = number();
    groupsEnd = at;
    for (int group = 0; group < groups; group++) {
      int count = 1;
      if ((module[at] & 0xff) == 0x4e) {
        at++;
        count = number();
      }
      for (int i = 0; i < count; i++) {
        readType();
      }
    }
  }

  private void readType() {
    int kind = module[at] & 0xff;
    if (kind == 0x50 || kind == 0x4f) {
      at++;
      for (int supertypes = number(); supertypes > 0; supertypes--) {
        number();
      }
    }
    int from = at;
    switch (module[at++] & 0xff) {
      case 0x60 -> {
        for (int list = 0; list < 2; list++) {
          for (int values = number(); values > 0; values--) {
            value();
          }
        }
        functions.put(types, Arrays.copyOfRange(module, from, at));
      }
      case 0x5f -> {
        for (int fields = number(); fields > 0; fields--) {
          value();
          at++;
        }
      }
      case 0x5e -> {
        value();
        at++;
      }
      default -> throw new IllegalArgumentException("a type of an unknown kind at byte " + from);
    }
    types++;
  }

  private void value() {
    int kind = module[at++] & 0xff;
    if (kind == 0x63 || kind == 0x64) {
      number();
    }
  }

  /** A number in groups of seven bits; of a signed one only its length counts here. */
  private int number() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = module[at++];
      value |= (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private byte[] withTypes(int padding, List<Integer> copied) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    writeNumber(groups + padding + copied.size(), content);
    content.write(module, groupsEnd, contentEnd - groupsEnd);
    for (int i = 0; i < padding; i++) {
      content.writeBytes(new byte[] {0x60, 0, 0});
    }
    for (int type : copied) {
      byte[] function = functions.get(type);
      if (function == null) {
        throw new IllegalArgumentException(
            "a block is of type " + type + ", which is no function's");
      }
      content.writeBytes(function);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(module, 0, sectionStart);
    whole.write(TYPE_SECTION);
    writeNumber(content.size(), whole);
    whole.writeBytes(content.toByteArray());
    whole.write(module, contentEnd, module.length - contentEnd);
    return whole.toByteArray();
  }

  private static void writeNumber(int value, ByteArrayOutputStream to) {
    int rest = value;
    for (; rest >= 0x80; rest >>>= 7) {
      to.write(0x80 | (rest & 0x7f));
    }
    to.write(rest);
  }
}
