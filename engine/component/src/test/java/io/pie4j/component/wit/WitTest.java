package io.pie4j.component.wit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.wit.WitType.ListOf;
import io.pie4j.component.wit.WitType.Named;
import io.pie4j.component.wit.WitType.Primitive;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WitTest {
  private static final String HEAD = "package a:b@1.2.3-rc.1;\n";

  private static Wit parse(String text) {
    return Wit.parse(List.of(new Wit.Source("x.wit", text)));
  }

  private static InterfaceName named(String name) {
    return new InterfaceName(new PackageName("a", "b", "1.2.3-rc.1"), name);
  }

  @Test
  void readsEveryKindOfItem() {
    Wit wit =
        parse(
            HEAD
                + """
                /// What it is for.
                /// In two lines.
                @since(version = 1.0.0)
                interface all {
                  use other.{token, error as fault};
                  type bytes = list<u8>;
                  record point { x: s32, /// down
                    y: s32 }
                  variant shape { empty, circle(f64), %record(point), }
                  flags rights { read, write }
                  enum colour { red, green }
                  resource file {
                    constructor(name: string);
                    open: static func(name: string) -> result<file, fault>;
                    /** Reads. */
                    read: func(at: u64, into: option<tuple<u8, char>>) -> bytes;
                  }
                  /* not /* documentation */ at all */
                  %use: func(f: borrow<file>, g: file, r: result, s: result<_, token>);
                }
                interface other { type token = u32; record error { message: string } }
                world program {
                  import all;
                  import log: func(text: string);
                  import mine: interface { f: func(); }
                  export run: func() -> result<_, string>;
                }
                """);
    WitInterface all = wit.interfaceOf(named("all"));
    assertThat(all.docs()).isEqualTo("What it is for.\nIn two lines.");
    assertThat(all.types())
        .extracting(TypeDefinition::name)
        .containsExactly("bytes", "point", "shape", "rights", "colour", "file");
    TypeDefinition.RecordType point = (TypeDefinition.RecordType) all.types().get(1);
    assertThat(point.fields().get(1).docs()).isEqualTo("down");
    TypeDefinition.Resource file = (TypeDefinition.Resource) all.types().get(5);
    assertThat(file.functions())
        .extracting(WitFunction::kind)
        .containsExactly(
            WitFunction.Kind.CONSTRUCTOR, WitFunction.Kind.STATIC, WitFunction.Kind.METHOD);
    assertThat(file.functions().get(1).result())
        .isEqualTo(
            new WitType.ResultOf(
                new Named(named("all"), "file"), new Named(named("other"), "error")));
    assertThat(file.functions().get(2).docs()).isEqualTo("Reads.");
    assertThat(wit.unaliased(file.functions().get(2).result())).isEqualTo(new ListOf(Primitive.U8));
    assertThat(all.functions().getFirst().name()).isEqualTo("use");

    World world = wit.worlds().getFirst();
    assertThat(world.importedInterfaces()).containsExactly(named("all"), named("program/mine"));
    assertThat(world.exportedFunctions().getFirst().name()).isEqualTo("run");
  }

  @Test
  void readsPackagesThatUseOneAnother() {
    Wit wit =
        Wit.parse(
            List.of(
                new Wit.Source(
                    "a.wit",
                    "package p:one; interface i { use p:two/j@0.2.0.{t}; f: func() -> t; }"),
                new Wit.Source(
                    "b.wit",
                    "package p:two@0.2.0; interface j { type t = u8; } world w { import p:one/i; }")));
    WitFunction f = wit.interfaces().getFirst().functions().getFirst();
    assertThat(wit.unaliased(f.result())).isEqualTo(Primitive.U8);
    assertThat(f.result()).hasToString(new Named(wit.interfaces().get(1).name(), "t").toString());
    assertThat(wit.interfaces().get(1).name()).hasToString("p:two/j@0.2.0");
  }

  @Test
  void readsTheProjectsOwnInterface() {
    Wit wit = Wit.parse(Path.of(System.getProperty("pie4j.root", "../.."), "wit"));
    assertThat(wit.worlds()).extracting(w -> w.name().name()).contains("inferlet");
    assertThat(wit.interfaces())
        .extracting(i -> i.name().toString())
        .contains("pie4j:inferlet/forward@0.1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "interface i { f: func() -> x; } | x.wit:1:28: interface 'i' has no type 'x'",
        "interface i { f func(); } | x.wit:1:17: expected ':', found 'func'",
        "interface i { list: func(); } | x.wit:1:15: expected a type, a function or '}', found 'list'",
        "interface i { f: func(list: u8); } | x.wit:1:23: expected a name (write %list for a name that is a keyword), found 'list'",
        "interface i { type a = b; type b = a; } | x.wit:1:20: 'a' contains itself",
        "interface i { record r { next: option<r> } } | x.wit:1:22: 'r' contains itself",
        "interface i { use j.{t}; } | x.wit:1:19: there is no interface 'a:b/j'",
        "interface i { use i.{t}; } | x.wit:1:22: 't' is used in a circle",
        "interface i { type t = u8; f: func(x: borrow<t>); } | x.wit:1:46: borrow<t>: 't' is not a resource",
        "interface i { f: func(); f: func(); } | x.wit:1:26: 'f' is declared twice",
        "interface i { enum e { } } | x.wit:1:24: expected at least one item, found '}'",
        "interface i { f: async func(); } | x.wit:1:18: async functions are not supported",
        "interface i { type t = stream<u8>; } | x.wit:1:24: 'stream' types are not supported",
        "interface i { type t = u8 | x.wit:1:26: expected ';', found the end of the file",
        "interface i { /* | x.wit:1:15: this comment does not end",
        "interface i--j { } | x.wit:1:11: 'i--j' is not a name: names are words joined by single hyphens",
        "interface i { # } | x.wit:1:15: unexpected character '#'",
        "world w { import nothing; } | x.wit:1:18: there is no interface 'a:b/nothing'",
        "world w { include v; } | x.wit:1:11: 'include' is not supported: list the imports and exports",
      })
  void saysWhatIsWrongAndWhere(String text, String message) {
    assertThatThrownBy(() ->
            Wit.parse(
                List.of(new Wit.Source("p.wit", "package a:b;"), new Wit.Source("x.wit", text))))
        .isInstanceOf(WitException.class)
        .hasMessage(message);
  }

  @Test
  void boundsNestingChainsAndSize() {
    String nested =
        HEAD
            + "interface i { type t = "
            + "list<".repeat(100_000)
            + "u8"
            + ">".repeat(100_000)
            + "; }";
    assertThatThrownBy(() -> parse(nested))
        .hasMessageContaining("more than 32 types inside one another");

    StringBuilder chain = new StringBuilder(HEAD).append("interface i { type t0 = u8;");
    for (int i = 1; i < 50_000; i++) {
      chain.append("type t").append(i).append("=t").append(i - 1).append(";");
    }
    assertThatThrownBy(() -> parse(chain.append("}").toString()))
        .hasMessageContaining("more than 2000 types");
    assertThatThrownBy(() -> parse(" ".repeat(Wit.FILE_BYTES_MAX + 1)))
        .hasMessageContaining("the limit is 1048576");
  }

  @Test
  void survivesDamage() {
    String good =
        HEAD
            + """
            interface i { use j.{t as u}; record r { a: list<option<u8>>, b: u } variant v { x, y(r) }
              resource q { m: func(v: v) -> result<_, string>; } f: func(q: borrow<q>) -> tuple<r, v>; }
            interface j { type t = u32; } world w { import i; export g: func(); }
            """;
    parse(good);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "{}()<>,;:=.@/*_%- \nabz019\u00e9";
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder(good);
      for (int edits = random.nextInt(3) + 1; edits > 0; edits--) {
        int at = random.nextInt(text.length() - 1);
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, ' ');
          case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
          default -> text.setLength(Math.max(2, at));
        }
      }
      try {
        parse(text.toString());
      } catch (WitException e) {
        assertThat(e.getMessage()).as("seed %d", seed).matches("x\\.wit:\\d+:\\d+: [^\\n]+(?s).*");
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + " round " + round + ":\n" + text, e);
      }
    }
  }
}
