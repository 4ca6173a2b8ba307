package io.pie4j.inferlets.codeact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that tries to get out, or to use more than it may. */
final class SandboxTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[].constructor.constructor('return this')()",
        "(() => 1).constructor('return globalThis')()",
        "({}).__proto__.constructor('1')",
        "Object.getPrototypeOf([]).constructor",
        "Object.prototype.polluted = 1",
        "''.constructor.prototype.x = 1",
        "console.log.constructor('1')()",
        "tool.constructor.constructor('1')()",
        "tool.call(null)",
        "tool.bind.apply(tool)",
        "Reflect.ownKeys(tool)",
        "new Function('return 1')()",
        "new Proxy({}, {})",
        "eval('1')",
        "globalThis.process",
        "window.document",
        "process.exit(1)",
        "require('fs')",
        "import('fs')",
        "fetch('http://example.com')",
        "new XMLHttpRequest()",
        "Java.type('java.lang.System')",
        "java.lang.System.exit(1)",
        "tool.getClass().forName('java.lang.Runtime')",
        "setTimeout(() => 1, 0)",
        "arguments.callee",
        "new WebAssembly.Module()",
      })
  void nothingLeadsOut(String code) {
    JavaScript.Result result =
        JavaScript.run(code + "; console.log('out')", Limits.STANDARD, Map.of("tool", _ -> ""));
    assertThat(result.error()).isPresent();
    assertThat(result.output()).isEmpty();
  }

  /** A key is a key: it changes nothing but its object. */
  @Test
  void prototypesAreNoWayBetweenObjects() {
    String code =
        """
        const a = {};
        a.__proto__ = { polluted: 1 };
        a['constructor'] = { prototype: 2 };
        const b = Object.assign({}, JSON.parse('{"__proto__": {"polluted": 2}}'));
        console.log(({}).polluted, b.polluted, a.polluted, [].constructor, (5).constructor,
            ''.constructor, tool.constructor, tool.prototype, typeof globalThis, typeof Function);
        """;
    assertThat(JavaScript.run(code, Limits.STANDARD, Map.of("tool", _ -> "")).output())
        .isEqualTo(
            "undefined undefined undefined undefined undefined undefined undefined undefined"
                + " undefined undefined\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while (true) {}",
        "for (;;);",
        "do ; while (1)",
        "try { while (true) {} } catch (e) { console.log('caught') }",
        "try { f(); function f() { f() } } catch (e) { console.log('caught') }",
        "try { while (true) {} } finally { while (true) {} }",
        "const f = () => f(); f()",
        "const a = [1]; a.map(function f(x) { return a.map(f) })",
        "const a = []; a[0] = a; const s = '' + a",
        "let a = []; for (let i = 0; i < 2000; i++) a = [a]; console.log('' + a)",
        "let a = ['x']; for (let i = 0; i < 40; i++) a = [a, a]; a.join()",
        "let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; a.flat(Infinity)",
        "let a = [1]; for (let i = 0; i < 40; i++) a = [a, a]; JSON.stringify(a)",
        "let a = {}; for (let i = 0; i < 40; i++) a = { x: a, y: a, z: [a, a, a, a] };"
            + " for (;;) console.log(a)",
        "'x'.repeat(1e9)",
        "'x'.repeat(1e6).repeat(1e6)",
        "'x'.padStart(2e9)",
        "let s = 'x'; while (true) s += s",
        "let s = 'x'; for (;;) s = `${s}${s}`",
        "let s = 'ab'; for (;;) s = s.replaceAll('a', s)",
        "const a = []; for (;;) a.push('x'.repeat(1000))",
        "const a = []; a[2 ** 30] = 1",
        "new Array(1e9)",
        "Array(1e9).fill(0)",
        "Array.from({ length: 1e9 })",
        "const a = [1]; for (;;) a.push(...a)",
        "const o = {}; for (let i = 0; ; i++) o['k' + i] = i",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, [i])",
        "for (;;) console.log('x'.repeat(100))",
        "let s = 'x'; for (;;) { s += 'x'.repeat(1000); s.includes('y') }",
        "const s = 'a'.repeat(1e6); for (;;) s.lastIndexOf('b')",
        "const a = new Array(1e6).fill(1); for (;;) a.indexOf(2)",
        "[1, 2, 3].sort(() => { for (;;); })",
        "'aaa'.replaceAll('a', () => { for (;;); })",
        "const { x = (() => { for (;;); })() } = {}",
        "const e = new Error('x'); e.message = e; e.name = e; for (;;) console.log(e)",
        "'x'.repeat(1e300)",
        "try { 'x'.repeat(1e300) } finally { for (;;); }",
        "const s = 'x'.repeat(1e6), a = new Array(1e4).fill(s); s.concat(...a)",
        "JSON.stringify('\\u0001'.repeat(4e6))",
        "const s = 'x'.repeat(1e6), a = []; for (;;) try { null[s] } catch (e) { a.push(e.message) }",
        "const s = 'x'.repeat(1e6); for (;;) try { s() } catch (e) {}",
        "const s = 'x'.repeat(1e6); for (;;) try { throw s } catch (e) {}",
        "const s = 'x'.repeat(1e6), e = { name: s + 'Error', message: s };"
            + " for (;;) try { throw e } catch (f) {}",
        "const e = { name: 'Error', message: 'x'.repeat(1e6) }, a = []; for (;;) a.push(`${e}`)",
        "const s = 'x'.repeat(1e6), t = 'x'.repeat(1e6); for (;;) s === t",
        "const s = 'x'.repeat(1e6), t = 'x'.repeat(1e6); for (;;) s < t",
        "const s = 'x'.repeat(1e6), t = 'x'.repeat(1e6); for (;;) switch (s) { case t: }",
        "const s = 'x'.repeat(1e6), t = 'x'.repeat(1e6), o = { [s]: 1 }; for (;;) o[t]",
        "const s = 'x'.repeat(1e6), t = 'x'.repeat(1e6), m = new Set([s]); for (;;) m.has(t)",
        "const s = 'x'.repeat(1e6), t = s.slice(1) + 'y'; new Array(1e5).fill(s).indexOf(t)",
        "new Array(1e5).fill('x'.repeat(1e6)).sort()",
        "'a'.repeat(1e6).includes('a'.repeat(5e5) + 'b')",
        "'a'.repeat(1e6).split('a'.repeat(5e5) + 'b')",
        "'a'.repeat(1e6).lastIndexOf('b' + 'a'.repeat(5e5), 0); "
            + "('b' + 'a'.repeat(1e6)).lastIndexOf('a'.repeat(5e5) + 'b')",
        "const s = '1'.repeat(1e6); for (;;) +s",
        "const s = ' '.repeat(1e6); for (;;) parseInt(s)",
        "const s = '1'.repeat(1e6); for (;;) JSON.parse(s)",
        "for (;;) (5e-324).toFixed(100)",
        "const m = new Map(); for (;;) m.set(() => 1, 1)",
      })
  void boundsHold(String code) {
    Limits limits = Limits.STANDARD.withSteps(200_000);
    JavaScript.Result result = JavaScript.run(code, limits, Map.of());
    assertThat(result.error()).hasValueSatisfying(e -> assertThat(e).startsWith("stopped: "));
    assertThat(result.output()).doesNotContain("caught");
    assertThat(result.output().length()).isLessThanOrEqualTo(Limits.STANDARD.outputChars());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(", "[", "{", "`${", "-", "!", "a=>", "a?", "new ", "if(1)", "f(", "{a:"})
  void deepSourceIsRefused(String piece) {
    String code = piece.repeat(20_000);
    assertThat(JavaScript.run(code, new Limits(1 << 20, 1 << 20, 1 << 25, 600, 1000), Map.of()))
        .satisfies(result -> assertThat(result.error()).isPresent());
  }

  @Test
  void longSourceIsRefused() {
    String code = "1;".repeat(40_000);
    assertThat(JavaScript.run(code, Limits.STANDARD, Map.of()).error())
        .contains("the code has more than 65536 characters");
  }

  @Test
  void longChainsOfOperatorsEnd() {
    for (String piece : new String[] {"+1", "**1", "&&1", ",1", ".a", "[0]", "()", "?.a", "?1:1"}) {
      JavaScript.Result result =
          JavaScript.run("let a = 1; a" + piece.repeat(15_000), Limits.STANDARD, Map.of());
      assertThat(result.error()).as(piece).isPresent();
    }
  }

  @Test
  void whatIsSaidOfAnErrorIsShort() {
    for (String code :
        new String[] {
          "throw 'x'.repeat(1e6)",
          "throw new Error('x'.repeat(1e6))",
          "null['x'.repeat(1e6)]",
          "new Array(2)['x'.repeat(1e6)] = 1",
          "x".repeat(60_000),
          "'" + "x".repeat(60_000),
          "for (const x of { a: 'x'.repeat(1e6) }) ;",
        }) {
      assertThat(JavaScript.run(code, Limits.STANDARD, Map.of()).error())
          .as(code)
          .hasValueSatisfying(error -> assertThat(error.length()).isLessThan(500));
    }
  }

  /** Every method and function, of every kind of value, with what they may not expect. */
  @Test
  void everyMethodTakesWhatever() {
    List<String> methods = new ArrayList<>();
    List.of(TextMembers.NAMES, ArrayMembers.NAMES, KeyedMembers.NAMES).forEach(methods::addAll);
    methods.addAll(List.of("toFixed", "hasOwnProperty", "length", "nothing"));
    String tried =
        """
        const cycle = [1]; cycle.push(cycle); const knot = { a: 1 }; knot.a = knot;
        const whatever = [undefined, null, NaN, -1, 0.5, 1e300, -1e300, Infinity, 2 ** 32, true, '', 'a',
            '\\ud800', 'x'.repeat(300), [], cycle, {}, knot, new Map([[1, cycle]]), new Set(['a']),
            new Error('e'), x => x, () => { throw 1 }, tool, Math.max];
        const attempt = f => { try { f() } catch (e) { `${e}` } };
        """;
    String functions =
        """
        for (const f of [tool, parseInt, parseFloat, isNaN, isFinite, Number, String, Boolean, Object,
            Array, Error, Object.keys, Object.values, Object.entries, Object.assign, Object.fromEntries,
            Array.isArray, Array.of, Array.from, Number.isInteger, String.fromCharCode, JSON.parse,
            JSON.stringify, Math.max, Math.hypot, Math.pow, Math.round, Math.log10])
          for (const x of whatever) for (const y of whatever) attempt(() => f(x, y));
        for (const x of whatever) { attempt(() => new Map(x)); attempt(() => new Set(x)); }
        """;
    run(tried + functions);
    for (String method : methods) {
      run(
          tried
              + "for (const of of whatever) for (const x of whatever) {"
              + " attempt(() => of."
              + method
              + "(x)); attempt(() => of."
              + method
              + "(1, x)); attempt(() => of."
              + method
              + "(x, x, x)); attempt(() => { of."
              + method
              + " = x; }) }");
    }
  }

  /** To its end, or to a bound. */
  private static void run(String code) {
    Limits limits = Limits.STANDARD.withSteps(3_000_000);
    JavaScript.Result result = JavaScript.run(code, limits, Map.of("tool", a -> a.toString()));
    assertThat(result.error().orElse("stopped: ")).as(code).startsWith("stopped: ");
  }

  /** Pieces of programs in a random order: whatever they are, the answer is a result. */
  @Test
  void anyTextGivesAResult() {
    String[] pieces = {
      "let ",
      "const ",
      "a",
      "b",
      " = ",
      "(",
      ")",
      "{",
      "}",
      "[",
      "]",
      ";",
      ",",
      ".",
      "=>",
      "function ",
      "return ",
      "for ",
      "of ",
      "in ",
      "if ",
      "else ",
      "while ",
      "1",
      "'x'",
      "`",
      "${",
      "+",
      "-",
      "**",
      "?.",
      "??",
      "?",
      ":",
      "...",
      "new ",
      "Map",
      "typeof ",
      "delete ",
      "try ",
      "catch ",
      "finally ",
      "throw ",
      "break",
      "continue",
      "switch ",
      "case ",
      "\n",
      "/",
      "//",
      "/*",
      "\\",
      "\"",
      "this",
      "++",
      "=",
      "!",
      "await ",
      "console.log",
      "JSON",
      "Math.max",
      "length",
      "é",
      "\u2028",
      "0x",
      "1e",
      "do "
    };
    long seed = 20261122;
    Random random = new Random(seed);
    Limits limits = new Limits(10_000, 10_000, 1 << 20, 200, 1_000);
    for (int n = 0; n < 20_000; n++) {
      StringBuilder code = new StringBuilder();
      for (int i = random.nextInt(30); i >= 0; i--) {
        code.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        JavaScript.run(code.toString(), limits, Map.of());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ": " + code, e);
      }
    }
  }
}
