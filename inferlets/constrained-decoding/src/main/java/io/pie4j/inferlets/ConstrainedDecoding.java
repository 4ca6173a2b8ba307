package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.api.Sampling;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.constraint.Constrained;
import io.pie4j.inferlet.constraint.Constraint;
import io.pie4j.inferlet.constraint.Grammar;
import io.pie4j.inferlet.constraint.Limits;
import io.pie4j.inferlet.constraint.SchemaOptions;
import io.pie4j.inferlet.constraint.Vocabulary;
import io.pie4j.inferlet.guest.Guest;
import io.pie4j.inferlet.json.JsonValue;

/**
 * Generates JSON, or what a schema, a regular expression or a Lark grammar allows: token masks from
 * an automaton, as in Outlines (Willard and Louf, arXiv:2307.09702) and, for grammars with
 * recursion, XGrammar (Dong et al., arXiv:2411.15100). With nothing given the grammar is JSON's, in
 * Lark.
 */
public final class ConstrainedDecoding implements Program {
  private static final String JSON =
      """
      ?start: value
      ?value: object | array | STRING | NUMBER | "true" | "false" | "null"
      array: "[" [value (", " value)*] "]"
      object: "{" [pair (", " pair)*] "}"
      pair: STRING ": " value
      STRING: /"(?:[^"\\\\\\x00-\\x1f]|\\\\["\\\\\\/bfnrt]|\\\\u[0-9a-c][0-9a-f]{3})*"/
      NUMBER: /-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?/
      """;

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new ConstrainedDecoding());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "constrained-decoding",
            "generates JSON, or what a schema, a regular expression or a grammar allows",
            api.runtime().arguments(),
            Option.withDefault(
                "prompt", "TEXT", "Give me a JSON record of a cat.", "the user's message"),
            Option.optional("schema", "JSON", "a JSON Schema that the answer is to keep"),
            Option.optional("regex", "PATTERN", "a regular expression for the whole answer"),
            Option.withDefault("lark", "GRAMMAR", JSON, "a Lark grammar; by default JSON's"),
            Option.withDefault("spaces", "N", "1", "with --schema: at most so many in a row"),
            Option.withDefault("max-tokens", "N", "96", "end the text at about so many tokens"),
            Option.withDefault("temperature", "T", "0", "0 always takes the most likely token"),
            Option.withDefault("seed", "N", "1", "of the draws"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    Grammar grammar = grammar(arguments);
    Sampling draws =
        new Sampling(
            arguments.number("temperature", 0, 100),
            0,
            1,
            0,
            arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE));
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      Vocabulary vocabulary = Vocabulary.of(api, context.model());
      Constraint constraint = grammar.over(vocabulary);
      boolean json = arguments.flag("json");
      int maxTokens = arguments.integer("max-tokens", 1, 1_000_000);
      Constrained result =
          Constrained.generate(
              context,
              vocabulary,
              constraint,
              draws,
              maxTokens,
              json ? text -> {} : api.runtime()::print);
      api.runtime()
          .print(
              json
                  ? new JsonObject()
                          .put("text", result.text())
                          .put("tokens", result.tokens())
                          .put("closing_tokens", result.closing())
                      + "\n"
                  : "\n");
    }
  }

  private static Grammar grammar(Arguments arguments) {
    if (arguments.find("schema").isPresent()) {
      SchemaOptions options = new SchemaOptions(arguments.integer("spaces", 0, 1000), true);
      return Grammar.jsonSchema(JsonValue.parse(arguments.text("schema")), options, Limits.DEFAULT);
    }
    return arguments.find("regex").isPresent()
        ? Grammar.regex(arguments.text("regex"))
        : Grammar.lark(arguments.text("lark"));
  }
}
