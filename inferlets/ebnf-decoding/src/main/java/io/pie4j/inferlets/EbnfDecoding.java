package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.api.Sampling;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.constraint.Constrained;
import io.pie4j.inferlet.constraint.Grammar;
import io.pie4j.inferlet.constraint.Vocabulary;
import io.pie4j.inferlet.guest.Guest;

/**
 * Generates what an EBNF grammar allows, whatever the model would rather say: a grammar-aligned
 * mask over the vocabulary at each step (Dong et al., XGrammar, arXiv:2411.15100; Geng et al.,
 * Grammar-Constrained Decoding, arXiv:2305.13971).
 */
public final class EbnfDecoding implements Program {
  private static final String SUMS =
      """
      root ::= sum (" = " number)?
      sum ::= term ((" + " | " - ") term)*
      term ::= factor ((" * " | " / ") factor)*
      factor ::= number | "(" sum ")"
      number ::= [0-9]{1,3}
      """;

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new EbnfDecoding());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "ebnf-decoding",
            "generates what an EBNF grammar allows",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "What is 12 plus 30?", "the user's message"),
            Option.withDefault("grammar", "EBNF", SUMS, "rules with ::= (GBNF) or = and ; (ISO)"),
            Option.withDefault("max-tokens", "N", "64", "end the text at about so many tokens"),
            Option.withDefault("temperature", "T", "0", "0 always takes the most likely token"),
            Option.withDefault("seed", "N", "1", "of the draws"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    Grammar grammar = Grammar.ebnf(arguments.text("grammar"));
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
      boolean json = arguments.flag("json");
      Constrained result =
          Constrained.generate(
              context,
              vocabulary,
              grammar.over(vocabulary),
              draws,
              arguments.integer("max-tokens", 1, 1_000_000),
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
}
