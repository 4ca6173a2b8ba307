package io.pie4j.component.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.InvalidComponent;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ComponentReaderTest {
  private static final String HEADER = "0061736d 0d000100";

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  /** A section: its contents in hexadecimal, its size counted. */
  private static String section(int id, String contents) {
    return "%02x%s%s".formatted(id, number(bytes(contents).length), contents);
  }

  private static String number(int value) {
    return value < 128
        ? "%02x".formatted(value)
        : "%02x%02x".formatted((value & 0x7f) | 0x80, value >> 7);
  }

  private static String name(String text) {
    return number(text.length())
        + HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static void assertRefused(String message, int position, String... sections) {
    assertThatThrownBy(() -> Component.parse("c", bytes(HEADER + String.join("", sections))))
        .isInstanceOf(InvalidComponent.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith("c: ")
        .hasMessageEndingWith("(at byte " + position + ")");
  }

  private static Component parse(String... sections) {
    return Component.parse("c", bytes(HEADER + String.join("", sections)));
  }

  @Test
  void whatIsNoComponentIsRefused() {
    for (String start : List.of("", "0061", "7f454c46 02010100")) {
      assertThatThrownBy(() -> Component.parse("c", bytes(start)))
          .isInstanceOf(InvalidComponent.class);
    }
    assertThatThrownBy(() -> Component.parse("c", bytes("0061736d 01000000")))
        .hasMessageContaining("a core module where a component is expected");
    assertThatThrownBy(() -> Component.parse("c", bytes("0061736d 0e000100")))
        .hasMessageContaining("version 14, layer 1");
  }

  @Test
  void sectionsThatDoNotFitAreRefused() {
    assertRefused("truncated: section 7 has 9 bytes, but 1 are left", 10, "0709 00");
    assertRefused("unknown section 13", 8, section(13, "00"));
    assertRefused("1 bytes are left behind", 11, section(7, "00 00"));
    assertRefused("3 definitions do not fit the 1 bytes that are left", 10, section(7, "03 73"));
    assertRefused("a value section is not supported", 8, section(12, "00"));
    assertRefused("a start function of values is not supported", 8, section(9, "00"));
  }

  @Test
  void typesAreChecked() {
    assertRefused("0x55 begins no type", 11, section(7, "01 55"));
    assertRefused("type index out of bounds, 5 of 0", 12, section(7, "01 70 05"));
    assertRefused("record type must have at least one entry", 11, section(7, "01 72 00"));
    assertRefused("cannot have more than 32 flags", 12, section(7, "01 6e 21" + flags(33)));
    assertRefused("'aB' is not in kebab case", 13, section(7, "01 6d 01" + name("aB")));
    assertRefused("conflicts with previous", 15, section(7, "01 6d 02" + name("a") + name("A")));
    assertRefused("type index 0 is not a resource type", 13, section(7, "02 73 69 00"));
    assertRefused("type index 0 is not a defined type", 16, section(7, "02 40 00 01 00 6b 00"));
    assertRefused("exceeds maximum byte size", 11, section(7, "01 67 77 ffffffff 0f"));
    assertRefused(
        "resources can only be defined within a concrete component",
        14,
        section(7, "01 42 01 01 3f 7f 00"));
    // A list of lists of lists …
    StringBuilder deep = new StringBuilder("ff 00 73");
    for (int i = 0; i < 126; i++) {
      // A signed number, as types are.
      deep.append("70").append(i < 64 ? number(i) : "%02x00".formatted(i | 0x80));
    }
    assertThatThrownBy(() -> parse(section(7, deep.toString())))
        .hasMessageContaining("nested deeper than 100");
  }

  @Test
  void coreTypesAreChecked() {
    assertRefused("0x68 is no core value type", 13, section(3, "01 60 01 68 00"));
    assertRefused("type index 1 out of bounds, of 1", 14, section(3, "01 60 01 63 01 00"));
    assertRefused("type index 0 is a module type", 16, section(3, "02 50 00 60 01 63 00 00"));
    assertRefused("-25 is no heap type", 14, section(3, "01 60 01 64 67 00"));
    // An extension of a final type, of too many types, of itself.
    assertRefused(
        "sub type cannot have a final super type", 17, section(3, "02 60 0000 0050 01 00 60 0000"));
    assertRefused("has 2 supertypes", 12, section(3, "01 00 50 02 00 00 60 0000"));
    assertRefused("index out of bounds, 0 of 0", 14, section(3, "01 00 50 01 00 60 0000"));
    assertRefused("0x60 begins no core type", 12, section(3, "01 00 60 0000"));
    // What begins with 0x50 alone is the type of a module.
    assertRefused("3 bytes are left behind", 13, section(3, "01 50 00 60 0000"));
    assertThat(parse(section(3, "02 0050 00 60 0000 0050 01 00 60 0000")).exports()).isEmpty();
    assertThat(parse(section(3, "01 50 01 01 50 00 60 0000")).exports()).isEmpty();
  }

  private static String flags(int count) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append(name("f" + (char) ('a' + i / 10) + i % 10));
    }
    return all.toString();
  }

  @Test
  void typesThatAreLargerThanTheirTextAreCheckedQuickly() {
    // Thirty lists of pairs of the one before: 2^30 strings if they were written out.
    StringBuilder types = new StringBuilder("3d 73");
    for (int i = 0; i < 30; i++) {
      String list = number(2 * i + 1);
      types.append("70").append(number(2 * i)).append("6f 02").append(list).append(list);
    }
    String export = "00" + name("big") + "03" + number(60) + "00";
    Component component = parse(section(7, types.toString()), section(11, "01" + export));
    assertThat(component.exports()).containsOnlyKeys("big");
    assertThat(component.wit()).contains("…").hasSizeLessThan(10_000_000);
    assertThat(String.valueOf(component.exports().get("big"))).hasSizeLessThan(1_000);
  }

  @Test
  void namesAreChecked() {
    String function = section(7, "01 40 00 01 00");
    assertRefused(
        "import name 'A' conflicts with previous name",
        23,
        function,
        section(10, "02 00" + name("a") + "01 00 00" + name("A") + "01 00"));
    assertRefused(
        "is not a valid extern name", 18, function, section(10, "01 00" + name("a:b") + "01 00"));
    assertRefused(
        "is not a valid extern name",
        18,
        function,
        section(10, "01 00" + name("a:@b/c") + "01 00"));
    assertRefused(
        "'1' is no version", 18, function, section(10, "01 00" + name("a:b/c@1") + "01 00"));
    assertRefused("has no '.'", 18, function, section(10, "01 00" + name("[method]a") + "01 00"));
    assertThat(
            parse(function, section(10, "01 00" + name("a:b/c@1.0.0-rc.1+7") + "01 00")).imports())
        .containsOnlyKeys("a:b/c@1.0.0-rc.1+7");
  }

  @Test
  void asynchronousFunctionsAreRefusedByName() {
    assertRefused("the canonical function task.cancel is not supported", 11, section(8, "01 05"));
    assertRefused("the canonical function stream.new is not supported", 11, section(8, "01 0e 00"));
    assertRefused("0x77 begins no canonical function", 11, section(8, "01 77"));
  }

  @Test
  void componentsCannotBeNestedWithoutEnd() {
    byte[] nested = bytes(HEADER);
    for (int i = 0; i < 60; i++) {
      ByteArrayOutputStream around = new ByteArrayOutputStream();
      around.writeBytes(bytes(HEADER + "04" + number(nested.length)));
      around.writeBytes(nested);
      nested = around.toByteArray();
    }
    byte[] deepest = nested;
    assertThatThrownBy(() -> Component.parse("c", deepest))
        .isInstanceOf(InvalidComponent.class)
        .hasMessageContaining("nested deeper than 50");
  }

  @Test
  void importsAndExportsKeepTheirOrder() {
    Component component = TestComponents.parse("resources");
    assertThat(component.imports()).containsOnlyKeys("test:host/things@1.2.0", "gone");
    assertThat(component.exports().keySet())
        .startsWith("test:api/counters", "sum", "number")
        .endsWith("same");
    assertThat(component.exports().get("sum"))
        .isInstanceOfSatisfying(
            ExternType.Function.class,
            function -> assertThat(function.type()).hasToString("func(a: u32, b: u32) -> u32"));
  }

  /** Whatever is done to a component, it is read or refused. */
  @Test
  void damagedComponentsAreRefusedOrRead() {
    int refused = 0;
    for (String name : List.of("values", "resources", "linking", "traps")) {
      byte[] whole = TestComponents.bytes(name);
      for (int seed = 0; seed < 300; seed++) {
        byte[] damaged = damage(whole, new Random(seed));
        try {
          Component _ = Component.parse(name, damaged);
        } catch (InvalidComponent expected) {
          refused++;
        } catch (RuntimeException | Error other) {
          throw new AssertionError(name + " damaged with seed " + seed, other);
        }
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  private static byte[] damage(byte[] whole, Random random) {
    byte[] damaged = whole.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      damaged[8 + random.nextInt(whole.length - 8)] = (byte) random.nextInt(256);
    }
    return random.nextInt(5) == 0 ? Arrays.copyOf(damaged, random.nextInt(whole.length)) : damaged;
  }
}
