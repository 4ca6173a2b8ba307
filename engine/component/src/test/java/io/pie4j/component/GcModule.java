package io.pie4j.component;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A garbage-collected module, section by section, for the assembler of the other tests does not
 * know such types. It has a list in a global: {@code keep(n)} puts n nodes on it, {@code drop()}
 * empties it, {@code churn(n)} makes n nodes that nothing holds, {@code array(n)} an array of n
 * i64, and {@code echo(externref)} asks the host's {@code env twice}.
 */
final class GcModule {
  private GcModule() {}

  static WasmModule module() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("0061736d01000000"));
    // 0: struct (ref null 0, i32), 1: () -> (), 2: (i32) -> (), 3: array of i64, 4: (externref) ->
    // (externref)
    section(
        out,
        1,
        "05" + "5f02" + "630001" + "7f01" + "600000" + "60017f00" + "5e7e01" + "60016f016f");
    section(out, 2, "01" + name("env") + name("twice") + "0004");
    section(out, 3, "05" + "02" + "01" + "02" + "02" + "04");
    section(out, 6, "01" + "6300" + "01" + "d0000b");
    section(
        out,
        7,
        "05"
            + name("keep")
            + "0001"
            + name("drop")
            + "0002"
            + name("churn")
            + "0003"
            + name("array")
            + "0004"
            + name("echo")
            + "0005");
    String next = "2000" + "4101" + "6b" + "2200" + "0d00" + "0b" + "0b";
    section(
        out,
        10,
        "05"
            + body("0340" + "2300" + "2000" + "fb0000" + "2400" + next)
            + body("d000" + "2400" + "0b")
            + body("0340" + "d000" + "2000" + "fb0000" + "1a" + next)
            + body("2000" + "fb0703" + "1a" + "0b")
            + body("2000" + "1000" + "0b"));
    return WasmModule.parse("gc.wasm", out.toByteArray());
  }

  private static String name(String text) {
    return hex(text.length()) + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String body(String code) {
    return hex(code.length() / 2 + 1) + "00" + code;
  }

  private static String hex(int value) {
    assert value < 0x80;
    return HexFormat.of().toHexDigits((byte) value);
  }

  private static void section(ByteArrayOutputStream out, int id, String hex) {
    byte[] contents = HexFormat.of().parseHex(hex);
    out.write(id);
    if (contents.length >= 0x80) {
      out.write((contents.length & 0x7f) | 0x80);
      out.write(contents.length >> 7);
    } else {
      out.write(contents.length);
    }
    out.writeBytes(contents);
  }
}
