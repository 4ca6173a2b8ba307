package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.FutureText;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Model;
import io.pie4j.api.Program;
import io.pie4j.inferlet.constraint.Constraint;
import io.pie4j.inferlet.constraint.Grammar;
import io.pie4j.inferlet.constraint.Vocabulary;
import io.pie4j.inferlet.guest.Guest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Times token masks by the engine's clock: of given texts' tokens, one after another, under several
 * grammars. Each grammar is made anew {@code rounds} times; its first text after that is cold, the
 * next ones find what was kept. Sends {@code NAME.cold=nanos,…} and {@code NAME.warm=nanos,…}.
 */
public final class Masks implements Program {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["name", "arguments"], "additionalProperties": false,
       "properties": {
         "name": {"enum": ["get_weather", "search", "send_mail"]},
         "id": {"type": "string", "pattern": "^[a-z]{2}-[0-9]{4}$"},
         "arguments": {"type": "object", "required": ["city", "days"], "properties": {
           "city": {"type": "string", "maxLength": 40},
           "days": {"type": "integer", "minimum": 1, "maximum": 14},
           "unit": {"enum": ["C", "F"]},
           "tags": {"type": "array", "items": {"type": "string"}},
           "notes": {"type": ["string", "null"]}}}}}
      """;

  private static final List<String> CALLS =
      List.of(
          "{\"name\": \"get_weather\", \"arguments\": {\"city\": \"San Francisco, California\", \"days\": 3,"
              + " \"unit\": \"C\", \"tags\": [\"morning\", \"coastal fog\"]}, \"id\": \"ab-1234\"}",
          "{\"arguments\": {\"days\": 12, \"notes\": \"do not forget the umbrella\", \"city\": \"Köln\"},"
              + " \"name\": \"search\"}",
          "{\"id\": \"zz-0001\", \"name\": \"send_mail\", \"arguments\": {\"city\": \"Rome\", \"days\": 1,"
              + " \"tags\": []}}");

  private static final String LARK =
      """
      ?start: value
      ?value: object | array | ESCAPED_STRING | SIGNED_NUMBER | "true" | "false" | "null"
      array: "[" [value ("," value)*] "]"
      object: "{" [pair ("," pair)*] "}"
      pair: ESCAPED_STRING ":" value
      %import common (ESCAPED_STRING, SIGNED_NUMBER, WS)
      %ignore WS
      """;

  private static final String EBNF =
      """
      root ::= stmt+
      stmt ::= name " = " expr ";\\n"
      expr ::= expr " + " term | term
      term ::= term " * " atom | atom
      atom ::= name | [0-9]+ | "(" expr ")" | name "(" (expr (", " expr)*)? ")"
      name ::= [a-z_][a-z0-9_]*
      """;

  private static final List<String> CODE =
      List.of(
          "total = price * (count + 12) + shipping(zone, 7);\nresult = max(total, 100);\n",
          "x = 1;\nyy = x * x * (x + 2);\n",
          "answer = f(g(h(1, 2), 3) + 4 * 5);\n");

  private static final List<String> MAILS =
      List.of(
          "jane.doe@example.com 2026-11-22", "a@b.org 1999-01-01", "team+x@mail.net 2030-12-31");

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Masks());
  }

  @Override
  public void run(Api api) {
    int tokens = Integer.parseInt(api.runtime().arguments().get(0));
    int rounds = Integer.parseInt(api.runtime().arguments().get(1));
    Model model = api.models().availableModels().get(0);
    Vocabulary vocabulary =
        tokens == 0
            ? Vocabulary.of(api, model)
            : new Vocabulary(MadeUpTokens.of(tokens), new int[] {0}, new int[0]);
    api.client().send("ready");
    try (FutureText order = api.client().receive()) {
      order.await();
    }
    Map<String, StringBuilder> nanos = new TreeMap<>();
    for (int round = 0; round < rounds; round++) {
      time(api, vocabulary, "json-schema", Grammar.jsonSchema(SCHEMA), CALLS, nanos);
      time(api, vocabulary, "lark-json", Grammar.lark(LARK), CALLS, nanos);
      time(api, vocabulary, "ebnf-code", Grammar.ebnf(EBNF), CODE, nanos);
      Grammar mails =
          Grammar.regex("[a-z0-9.+]+@[a-z0-9]+\\.(com|org|net) [0-9]{4}-[0-9]{2}-[0-9]{2}");
      time(api, vocabulary, "regex", mails, MAILS, nanos);
    }
    nanos.forEach((name, list) -> api.client().send(name + "=" + list.substring(1)));
  }

  private static void time(
      Api api,
      Vocabulary vocabulary,
      String name,
      Grammar grammar,
      List<String> texts,
      Map<String, StringBuilder> nanos) {
    for (int t = 0; t < texts.size(); t++) {
      try (FutureUnit pause = api.runtime().sleep(1)) {
        pause.await(); // Who computes for long without a pause is ended.
      }
      Constraint constraint = grammar.over(vocabulary);
      StringBuilder times =
          nanos.computeIfAbsent(name + (t == 0 ? ".cold" : ".warm"), k -> new StringBuilder());
      for (int token : vocabulary.tokens(texts.get(t).getBytes(StandardCharsets.UTF_8))) {
        long before = api.runtime().now();
        boolean allowed = constraint.mask().allows(token);
        times.append(',').append(api.runtime().now() - before);
        if (!allowed) {
          throw new IllegalStateException(name + " does not allow text " + t);
        }
        constraint.accept(token);
      }
    }
  }

  /** Byte strings as a tokenizer for many languages has them; the first one stands for the end. */
  private static final class MadeUpTokens {
    private static final String[] SYLLABLES = {
      "ing", "er", "a", "tion", "re", "con", "st", "ly", "the", "in", "o", "ment", "al", "pre", "e",
      "un", "ed", "is", "or", "able", "ti", "com", "pro", "s", "an", "de", "lo", "ra", "mi", "ko"
    };
    private static final String[] SCRIPTS = {
      "аеиокнрст", "的一是不了人我在有", "اوينلمرت", "あいうのにはをた", "éèüöß"
    };
    private static final String MARKS = "\"'{}[](),:;.<>=/\\-_*#!?\n\t ";

    private long state = 42;

    static List<byte[]> of(int count) {
      return new MadeUpTokens().made(count);
    }

    private int next(int bound) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return (int) ((state >>> 33) % bound);
    }

    private List<byte[]> made(int count) {
      List<byte[]> all = new ArrayList<>(count);
      all.add(new byte[0]);
      for (int b = 0; b < 256; b++) {
        all.add(new byte[] {(byte) b});
      }
      while (all.size() < count) {
        int kind = next(100);
        StringBuilder text = new StringBuilder(next(3) > 0 ? " " : "");
        if (kind < 66) {
          for (int i = 1 + next(4); i > 0; i--) {
            text.append(SYLLABLES[next(SYLLABLES.length)]);
          }
        } else if (kind < 90) {
          String script = SCRIPTS[next(SCRIPTS.length)];
          for (int i = 1 + next(5); i > 0; i--) {
            text.append(script.charAt(next(script.length())));
          }
        } else {
          for (int i = 1 + next(4); i > 0; i--) {
            text.append(MARKS.charAt(next(MARKS.length())));
          }
          text.append(kind < 93 ? SYLLABLES[next(SYLLABLES.length)] : "");
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        // Some tokens end inside a character.
        all.add(next(100) == 0 ? java.util.Arrays.copyOf(bytes, bytes.length - 1) : bytes);
      }
      return all;
    }
  }
}
