package io.pie4j.component;

import static io.pie4j.component.Binary.body;
import static io.pie4j.component.Binary.name;

/**
 * A garbage-collected module, section by section, for the assembler of the other tests does not
 * know such types. It has a list in a global: {@code keep(n)} puts n nodes on it, {@code drop()}
 * empties it, {@code churn(n)} makes n nodes that nothing holds, {@code array(n)} an array of n
 * i64, and {@code echo(externref)} asks the host's {@code env twice}.
 */
final class GcModule {
  private GcModule() {}

  static WasmModule module() {
    String next = "2000" + "4101" + "6b" + "2200" + "0d00" + "0b" + "0b";
    return new Binary()
        // 0: struct (ref null 0, i32), 1: () -> (), 2: (i32) -> (), 3: array of i64, 4: (externref)
        // -> (externref)
        .section(
            1, "05" + "5f02" + "630001" + "7f01" + "600000" + "60017f00" + "5e7e01" + "60016f016f")
        .section(2, "01" + name("env") + name("twice") + "0004")
        .section(3, "05" + "02" + "01" + "02" + "02" + "04")
        .section(6, "01" + "6300" + "01" + "d0000b")
        .section(
            7,
            "05"
                + (name("keep") + "0001")
                + (name("drop") + "0002")
                + (name("churn") + "0003")
                + (name("array") + "0004")
                + (name("echo") + "0005"))
        .section(
            10,
            "05"
                + body("0340" + "2300" + "2000" + "fb0000" + "2400" + next)
                + body("d000" + "2400" + "0b")
                + body("0340" + "d000" + "2000" + "fb0000" + "1a" + next)
                + body("2000" + "fb0703" + "1a" + "0b")
                + body("2000" + "1000" + "0b"))
        .module();
  }
}
