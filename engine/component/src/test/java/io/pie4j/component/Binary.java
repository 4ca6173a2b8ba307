package io.pie4j.component;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Modules put together section by section, in hexadecimal, where the text assembler does not reach.
 */
final class Binary {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Binary() {
    out.writeBytes(HexFormat.of().parseHex("0061736d01000000"));
  }

  Binary section(int id, String hex) {
    out.write(id);
    out.writeBytes(HexFormat.of().parseHex(number(hex.length() / 2) + hex));
    return this;
  }

  WasmModule module() {
    return WasmModule.parse("test.wasm", out.toByteArray());
  }

  /** A name with its length. */
  static String name(String text) {
    return number(text.length()) + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A function body without locals, with its size. */
  static String body(String code) {
    return number(code.length() / 2 + 1) + "00" + code;
  }

  private static String number(int value) {
    return value < 0x80
        ? HexFormat.of().toHexDigits((byte) value)
        : HexFormat.of().toHexDigits((byte) (value | 0x80)) + number(value >> 7);
  }
}
