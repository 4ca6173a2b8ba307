package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Decimals;
import io.pie4j.inferlet.GreenList;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Watermark;
import io.pie4j.inferlet.guest.Guest;

/**
 * A watermark for language models (Kirchenbauer et al. 2023, arXiv 2301.10226): every token decides
 * which part of the vocabulary is green behind it; green tokens are made likelier, and a text with
 * too many of them was written so. The detector needs the key and the text, not the model's
 * weights.
 */
public final class Watermarking implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Watermarking());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "watermarking",
            "writes a text with a watermark, or tests a text for it",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Tell me a story about a fox.", "the message"),
            Option.withDefault("tokens", "N", "200", "length of the text"),
            Option.withDefault("gamma", "G", "0.25", "part of the vocabulary that is green"),
            Option.withDefault("delta", "D", "2", "what green tokens' logits get; 0 for no mark"),
            Option.withDefault("temperature", "T", "1", "of the draws"),
            Option.withDefault("seed", "N", "1", "of the draws"),
            Option.withDefault("key", "N", "15485863", "secret that the green lists come from"),
            Option.optional("detect", "TEXT", "test this text and write none"),
            Option.flag("json", "print one JSON object and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    try (Context context = Context.create(api)) {
      int vocabulary = context.model().vocabSize();
      double gamma = arguments.number("gamma", 0.001f, 0.999f);
      GreenList list = new GreenList(vocabulary, gamma, arguments.whole("key", 0, Long.MAX_VALUE));
      int[] tokens;
      if (arguments.find("detect").isPresent()) {
        tokens = api.tokenize().tokenize(context.model(), arguments.text("detect"), false);
      } else {
        context.fillUser(arguments.text("prompt"));
        context.decodeStepDist(1); // writes the cue for an answer, whose last token counts
        int last = context.tokens()[context.size() - 1];
        float heat = arguments.number("temperature", 0, 100);
        long seed = arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
        Sampler draws = Sampler.topK(heat, vocabulary, seed);
        Sampler marked = new Watermark(list, arguments.number("delta", 0, 100), draws, last);
        Stop stop = Stop.maxTokens(arguments.integer("tokens", 2, 1_000_000));
        tokens = context.generate(marked, stop, json ? text -> {} : api.runtime()::print).tokens();
      }
      float z = (float) list.zScore(tokens);
      JsonObject result = new JsonObject().put("z", z).put("tokens", tokens);
      String verdict =
          "\n\nz = " + Decimals.of(z, 2) + (z > 4 ? ": watermarked\n" : ": no watermark found\n");
      api.runtime().print(json ? result + "\n" : verdict);
    }
  }
}
