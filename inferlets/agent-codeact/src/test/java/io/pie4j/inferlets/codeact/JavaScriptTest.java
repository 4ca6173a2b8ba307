package io.pie4j.inferlets.codeact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JavaScriptTest {
  /** Code and what it prints, as Node prints it. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " ## ",
      quoteCharacter = '\u0001',
      value = {
        "1 + 2 * 3 - 4 / 8 ## 6.5",
        "(42 + 3) * 5 / 15 ## 15",
        "2 ** 3 ** 2 ## 512",
        "7 % 3 + -7 % 3 ## 0",
        "5 / 0 ## Infinity",
        "0.1 + 0.2 ## 0.30000000000000004",
        "1e21, 123456789012345680000, 1e-7, 0.000001, 1.5e300 ## 1e+21 123456789012345680000"
            + " 1e-7 0.000001 1.5e+300",
        "0xff, 0b101, 0o17, 1_000, .5, 1e3 ## 255 5 15 1000 0.5 1000",
        "7 & 3 | 8 ^ 1, ~5, 1 << 4, -8 >> 1, -1 >>> 28 ## 11 -6 16 -4 15",
        "'a' + 1 + 2, 1 + 2 + 'a', '3' * '4', '10' / 4 ## a12 3a 12 2.5",
        "'b' > 'a', 'a' > 'B', '10' < '9', 10 < 9, 1 < '2' ## true true true false true",
        "1 == '1', 1 === '1', null == undefined, null === undefined, NaN == NaN ## true false true"
            + " false false",
        "typeof 1, typeof '', typeof null, typeof undefined, typeof [], typeof (() => 1),"
            + " typeof nothing ## number string object undefined object function undefined",
        "null ?? 'd', 0 || 'd', 0 ?? 'd', 1 && 2, !0 ## d d 0 2 true",
        "true ? 1 : 2, (1, 2), void 0 ## 1 2 undefined",
        "`a${1 + 1}b${`c${3}`}` ## a2bc3",
        "'a\\tb\\u0041\\x42\\u{43}' ## a\tbABC",
        "[1, 'two', [3, { four: 4 }], null] ## [ 1, 'two', [ 3, { four: 4 } ], null ]",
        "{ a: 1, 'b c': 'x', [1 + 1]: [] } ## { a: 1, 'b c': 'x', '2': [] }",
        "new Set([1, 1, 2]), new Map([['a', 1]]) ## Set(2) { 1, 2 } Map(1) { [ 'a', 1 ] }",
        "[...'ab', ...[1, 2]], { ...{ a: 1, b: 2 }, b: 3 } ## [ 'a', 'b', 1, 2 ] { a: 1, b: 3 }",
        "[3, 1, 10].sort(), [3, 1, 10].sort((a, b) => a - b) ## [ 1, 10, 3 ] [ 1, 3, 10 ]",
        "[1, 2, 3].map(x => x * 2).filter(x => x > 2).reduce((a, b) => a + b, 100) ## 110",
        "[1, 2, 3].some(x => x > 2), [1, 2].every(x => x > 1), [1, 2].find(x => x > 1),"
            + " [1].findIndex(x => x > 1) ## true false 2 -1",
        "[1, 2, 3, 4].slice(1, -1), [1, [2, [3]]].flat(), [[1], [2]].flatMap(x => x), [1, 2].at(-1)"
            + " ## [ 2, 3 ] [ 1, 2, [ 3 ] ] [ 1, 2 ] 2",
        "Array.from({ length: 3 }, (_, i) => i * i), Array(2).fill(0), [1, 2].includes(2) ## [ 0, 1,"
            + " 4 ] [ 0, 0 ] true",
        "'Hello'.toUpperCase().split('').reverse().join('') ## OLLEH",
        "'a-b-c'.replace('-', '+'), 'a-b-c'.replaceAll('-', ''), 'abc'.slice(-2), 'abc'.substring(2,"
            + " 0) ## a+b-c abc bc ab",
        "'abc'.indexOf('c'), 'abc'.charCodeAt(0), 'abc'[1], 'abc'.length, ' x '.trim() + '|' ## 2 97"
            + " b 3 x|",
        "'5'.padStart(3, '0'), 'ab'.repeat(2), 'a,b'.split(','), 'abc'.includes('b') ## 005 abab ["
            + " 'a', 'b' ] true",
        "(1.005).toFixed(2), (1234.5).toFixed(0), (255).toString(16), (-1.5).toFixed(0) ## 1.00 1235"
            + " ff -2",
        "Math.max(1, 5, 3), Math.min(...[4, 2]), Math.round(2.5), Math.floor(-1.5), Math.sqrt(16),"
            + " Math.log10(1000) ## 5 2 3 -2 4 3",
        "parseInt('42px'), parseFloat('3.14abc'), Number(''), Number('x'), parseInt('ff', 16) ## 42"
            + " 3.14 0 NaN 255",
        "Object.keys({ b: 1, 2: 1, 1: 1 }), Object.entries({ a: 1 }), Object.fromEntries([['k', 'v']])"
            + " ## [ '1', '2', 'b' ] [ [ 'a', 1 ] ] { k: 'v' }",
        "JSON.stringify({ a: [1, 'x\"', null, undefined], f: () => 1, u: undefined }) ##"
            + " {\"a\":[1,\"x\\\"\",null,null]}",
        "JSON.parse('{\"a\": [1, 2.5, true]}').a[1], JSON.stringify('é') ## 2.5 \"é\"",
        "({ a: { b: 5 } })?.a?.b, undefined?.a.b.c, null?.[0], ({}).f?.() ## 5 undefined undefined"
            + " undefined",
        "((a, b = 2, ...rest) => [a, b, rest])(1, undefined, 3, 4) ## [ 1, 2, [ 3, 4 ] ]",
        "(({ x, y: [z] = [9] }) => x + z)({ x: 1 }) ## 10",
        "'a' in { a: 1 }, 0 in [1], new Error('x') instanceof Error, [] instanceof Array ## true true"
            + " true true",
        "((function () { return this.v; })).name, ({ v: 3, get() { return this.v; } }).get() ##  3",
      })
  void computesAsNodeDoes(String expression, String printed) {
    assertThat(output("console.log(" + expression + ")").stripTrailing().strip())
        .isEqualTo(printed.strip());
  }

  @Test
  void runsStatements() {
    String code =
        """
        function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
        const makers = []
        for (let i = 0; i < 3; i++) { makers.push(() => i) }
        console.log(fib(15), makers.map(m => m()))
        let [a, b] = [1, 2];
        [a, b] = [b, a]
        console.log(a, b)
        """;
    assertThat(output(code)).isEqualTo("610 [ 0, 1, 2 ]\n2 1\n");
    assertThat(
            output(
                """
                var counts = {};
                for (const c of 'hello') counts[c] = (counts[c] || 0) + 1;
                for (const k in counts) { if (k === 'e') continue; console.log(k, counts[k]); }
                let n = 0;
                while (true) { if (++n > 4) break }
                do { n -= 2 } while (n > 0)
                console.log(n);
                switch (n) {
                  case 1: console.log('one'); break;
                  case -1: console.log('minus one');
                  default: console.log('falls through');
                }
                hoisted(); function hoisted() { console.log('hoisted', typeof later); var later = 1; }
                """))
        .isEqualTo("h 1\nl 2\no 1\n-1\nminus one\nfalls through\nhoisted undefined\n");
  }

  @Test
  void throwsAndCatches() {
    assertThat(
            output(
                """
                function f() {
                  try { null.x } catch (e) { console.log(e.name, '-', e.message); return 'caught' }
                  finally { console.log('finally') }
                }
                console.log(f());
                try { throw { code: 7 } } catch ({ code }) { console.log(code) }
                try { try { throw 1 } finally { console.log('first') } } catch (e) { console.log(e) }
                try { new Error('never thrown'); throw new TypeError('t') } catch (e) {
                  console.log(String(e), e instanceof TypeError, e instanceof RangeError)
                }
                """))
        .isEqualTo(
            "TypeError - Cannot read 'x' of null\nfinally\ncaught\n7\nfirst\n1\nTypeError: t true"
                + " false\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " ## ",
      quoteCharacter = '\u0001',
      value = {
        "let x = 1; x() ## TypeError: x is not a function (line 1)",
        "y + 1 ## ReferenceError: y is not defined (line 1)",
        "z; let z = 1 ## ReferenceError: Cannot access 'z' before initialization (line 1)",
        "const c = 1; c = 2 ## TypeError: Assignment to constant variable 'c' (line 1)",
        "for (const x of 5) {} ## TypeError: 5 is not iterable (line 1)",
        "throw 'text' ## text (line 1)",
        "class A {} ## SyntaxError: 'class' is not in this subset of JavaScript (line 1)",
        "await f() ## SyntaxError: 'await' is not in this subset of JavaScript (line 1)",
        "let a = /x/ ## SyntaxError: regular expressions are not in this subset (line 1)",
        "let a = ## SyntaxError: expected an expression, found the end (line 1)",
        "print('a ## SyntaxError: a string does not end (line 1)",
        "f( ## SyntaxError: expected an expression, found the end (line 1)",
        "} ## SyntaxError: '}' without '{' (line 1)",
        "1 = 2 ## SyntaxError: this cannot be assigned to (line 1)",
        "let a, a ## SyntaxError: 'a' is declared twice (line 1)",
        "def f(x): ## SyntaxError: expected ';', found 'f' (line 1)",
      })
  void saysWhatIsWrong(String code, String error) {
    assertThat(JavaScript.run(code, Limits.STANDARD, Map.of()).error()).contains(error);
  }

  @Test
  void namesTheLine() {
    assertThat(
            JavaScript.run("let a = 1\n\n/* two\nlines */ a.b.c", Limits.STANDARD, Map.of())
                .error())
        .contains("TypeError: Cannot read 'c' of undefined (line 4)");
  }

  @Test
  void callsWhatIsHandedIn() {
    List<List<String>> calls = new ArrayList<>();
    JavaScript.HostFunction add =
        arguments -> {
          calls.add(arguments);
          if (arguments.isEmpty()) {
            throw new IllegalArgumentException("add takes two numbers");
          }
          return "3";
        };
    JavaScript.Result result =
        JavaScript.run(
            "try { add() } catch (e) { console.log(e.message) } console.log(add(1, [2, 3]) + 1)",
            Limits.STANDARD,
            Map.of("add", add));
    assertThat(result.error()).isEmpty();
    assertThat(result.output()).isEqualTo("add takes two numbers\n31\n");
    assertThat(calls).containsExactly(List.of(), List.of("1", "2,3"));
  }

  private static String output(String code) {
    JavaScript.Result result = JavaScript.run(code, Limits.STANDARD, Map.of());
    assertThat(result.error()).as(code).isEmpty();
    return result.output();
  }
}
