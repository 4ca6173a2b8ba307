package io.pie4j.inferlet;

import io.pie4j.api.Api;

/** A generation as one JSON object, for programs that other programs read. */
public final class Report {
  private Report() {}

  /**
   * Generates as {@link Context#generate(Sampler, Stop)}: {@code text}, {@code prompt_tokens},
   * {@code generated_tokens}, {@code log_probabilities}, and {@code timings} with {@code
   * prefill_ms}, {@code decode_ms} and {@code per_token_ms}.
   */
  public static JsonObject generate(Api api, Context context, Sampler sampler, Stop stop) {
    long started = api.runtime().now();
    context.decodeStepDist(1); // only a distribution in hand says that the prompt is done
    long prefilled = api.runtime().now();
    int[] prompt = context.tokens();
    Generation answer = context.generate(sampler, stop);
    float decode = milliseconds(api.runtime().now() - prefilled);
    JsonObject timings =
        new JsonObject()
            .put("prefill_ms", milliseconds(prefilled - started))
            .put("decode_ms", decode)
            .put("per_token_ms", decode / answer.tokens().length);
    return new JsonObject()
        .put("text", answer.text())
        .put("prompt_tokens", prompt)
        .put("generated_tokens", answer.tokens())
        .put("log_probabilities", answer.logProbabilities())
        .put("timings", timings);
  }

  private static float milliseconds(long nanos) {
    return nanos / 1e6f;
  }
}
