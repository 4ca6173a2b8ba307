package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AgentCodeactTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void answersWithWhatItsCodePrinted() {
    JsonNode ran = stage.run(new AgentCodeact(), "--json").json();
    assertThat(ran.get("output").asString()).isEqualTo("36");
    assertThat(ran.get("answer").asString()).isEqualTo("The answer is 36.");
    assertThat(ran.get("tokens_computed").asInt()).isEqualTo(ran.get("tokens").asInt() - 1);
    assertThat(stage.runWasm("agent-codeact").finished().printed())
        .startsWith("```python\nprint((17 - 5) * 3)\n```\nOutput: 36\nThe answer is 36.");
  }

  @Test
  void writesJavaScript() {
    Ran ran =
        stage.run(
            new AgentCodeact(),
            "--question=Write a loop that prints the numbers from 1 to 7 in JavaScript.",
            "--steps=1");
    assertThat(ran.finished().printed())
        .startsWith("```javascript\nfor (let i = 1; i <= 7; i++) {")
        .contains("Output: 1\n2\n3\n4\n5\n6\n7\n");
  }

  @Test
  void codeAsksTools() throws IOException {
    try (ToolServer server =
        new ToolServer(20, (tool, question) -> tool.equals("price") ? "12" : "")) {
      Ran ran =
          stage.runWasm(
              "agent-codeact",
              "--tools=" + server.url(),
              "--code=try { get() } catch (e) { console.log(e.message) }"
                  + " try { get('nothing', 'x') } catch (e) { console.log('none') }"
                  + " console.log(get('price', 'apple pie') * 3)",
              "--question=What is 12 * 3?",
              "--json");
      assertThat(server.asked()).containsExactly("nothing x", "price apple pie");
      assertThat(ran.json().get("output").asString())
          .isEqualTo("get takes a path and a text\nnone\n36");
    }
  }

  /** Whatever it asks for: it is asked of that server, or refused, and the code may go on. */
  @Test
  void pathsLeadToNoOtherServer() throws IOException {
    try (ToolServer server = new ToolServer(0, (tool, question) -> "yes")) {
      String code =
          "let n = 0; for (const path of ['@localhost:1/', '/localhost:1', '..', '.:1@localhost', '\\\\x',"
              + " ' ', '\\n', '\\0', '€', '\\ud800', 'x'.repeat(1e5), '?q=1&', '%', '%zz'])"
              + " try { get(path, path) } catch (e) { n += e.message.length > 0 ? 1 : 0 } console.log(n)";
      Ran ran =
          stage.run(
              new AgentCodeact(),
              "--tools=" + server.url(),
              "--code=" + code,
              "--steps=1",
              "--json");
      int refused = Integer.parseInt(ran.json().get("output").asString());
      assertThat(refused + server.asked().size()).isEqualTo(14);
    }
  }

  /** Neither the program nor the engine suffers from what the code does. */
  @Test
  void badCodeIsAnOutput() {
    assertThat(output("while (true) {}"))
        .isEqualTo("stopped: more than 1000000 steps; is there an endless loop? (line 1)");
    assertThat(output("const f = () => f(); f()"))
        .isEqualTo(
            "stopped: nested more than 200 levels deep; is there an endless recursion? (line 1)");
    assertThat(output("let s = 'x'; for (;;) s += s"))
        .isEqualTo("stopped: more than 33554432 bytes of memory (line 1)");
    assertThat(output("[].constructor.constructor('return this')()"))
        .isEqualTo("TypeError: Cannot read 'constructor' of undefined (line 1)");
    assertThat(output("print(1")).startsWith("SyntaxError: ");
    assertThat(output("get('a', 'b')")).isEqualTo("ReferenceError: get is not defined (line 1)");
  }

  /** However much is printed, and in whatever characters: the model has room to go on. */
  @Test
  void floodsAreCut() {
    for (String flood :
        new String[] {
          "for (;;) console.log('€𝄞'.repeat(100))",
          "throw '€'.repeat(1e6)",
          "console.log('\\ud800'.repeat(3000))",
        }) {
      JsonNode ran = stage.run(new AgentCodeact(), "--code=" + flood, "--steps=4", "--json").json();
      assertThat(ran.get("tokens").asInt()).as(flood).isLessThan(4096);
      assertThat(ran.get("output").asString()).as(flood).isNotEmpty();
    }
    assertThat(output("for (;;) console.log('€𝄞'.repeat(100))"))
        .startsWith("€𝄞")
        .endsWith("[cut]");
  }

  /** What the bounds allow is little enough for the engine, which would end the program. */
  @Test
  void whatTheBoundsAllowTheEngineBears() {
    assertThat(
            output(
                "let k = ['']; for (let i = 0; i < 14; i++) k = k.flatMap(x => [x + 'Aa', x + 'BB']);"
                    + " const o = {}; for (;;) for (const x of k) o[x] = 1"))
        .startsWith("stopped: ");
    assertThat(output("'a'.repeat(1e6).includes('a'.repeat(5e5) + 'b')")).startsWith("stopped: ");
  }

  /** The bound on depth holds before WebAssembly's stack ends, which nobody could catch. */
  @Test
  void depthIsBoundedWhateverNests() {
    String[] nested = {
      "function f() { return [1].map(f) } f()",
      "function f() { return 'a'.replaceAll('a', f) } f()",
      "function f() { return [2, 1].sort(f) } f()",
      "function f({ a = [f({})] }) { return `${`${a}`}` } f({})",
      "function f() { try { if (1) { for (;;) { switch (1) { default: { f() } } } } } finally {} } f()",
      "const f = (...x) => ({ a: [...[f(x)]] }); f()",
      "let a = []; for (let i = 0; i < 2000; i++) a = [a]; '' + a",
      "const t = '['.repeat(60) + ']'.repeat(60);"
          + " function f() { try { JSON.stringify(JSON.parse(t)) } catch (e) {} f() } f()",
    };
    for (String code : nested) {
      assertThat(output(code)).as(code).startsWith("stopped: nested more than 200 levels deep");
    }
    for (String piece : new String[] {"(", "a=>", "`${", "if(1)"}) {
      assertThat(output(piece.repeat(300))).as(piece).startsWith("SyntaxError: ");
    }
  }

  /** In WebAssembly, whose stack is another. */
  private static String output(String code) {
    return stage
        .runWasm("agent-codeact", "--code=" + code, "--steps=1", "--max-tokens=1", "--json")
        .json()
        .get("output")
        .asString();
  }
}
