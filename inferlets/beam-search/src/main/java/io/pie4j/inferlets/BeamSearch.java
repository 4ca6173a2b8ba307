package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Beams;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Decimals;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.List;

/**
 * Beam search (Freitag and Al-Onaizan 2017, arXiv 1702.01806): the most likely answers instead of
 * the likeliest next token, by forks of one context that share its pages.
 */
public final class BeamSearch implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new BeamSearch());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "beam-search",
            "finds the most likely answers by keeping several at every length",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Tell me a story about a fox.", "the message"),
            Option.withDefault("beams", "N", "3", "answers that are kept at every length"),
            Option.withDefault("max-tokens", "N", "32", "greatest length of an answer"),
            Option.withDefault(
                "length-penalty", "X", "1", "0 favours short answers, above 1 long ones"),
            Option.flag("json", "print one JSON object and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      List<Beams.Found> found =
          Beams.search(
              api,
              context,
              arguments.integer("beams", 1, 32),
              arguments.integer("max-tokens", 1, 4096),
              arguments.number("length-penalty", -10, 10),
              context.model().stopTokens());
      List<JsonObject> beams = new ArrayList<>();
      for (Beams.Found beam : found) {
        String text = api.tokenize().detokenize(context.model(), beam.tokens(), true);
        if (json) {
          beams.add(
              new JsonObject()
                  .put("text", text)
                  .put("tokens", beam.tokens())
                  .put("log_probability", (float) beam.logProbability())
                  .put("score", (float) beam.score()));
        } else {
          api.runtime().print(Decimals.of(beam.score(), 4) + "  " + text + "\n");
        }
      }
      if (json) {
        api.runtime().print(new JsonObject().put("beams", beams) + "\n");
      }
    }
  }
}
