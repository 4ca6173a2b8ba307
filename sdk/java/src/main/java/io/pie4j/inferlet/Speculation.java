package io.pie4j.inferlet;

import io.pie4j.api.Distribution;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Generation with a drafter (speculative decoding, Leviathan et al. 2023; paper §2.2): every
 * forward pass computes the last token and a tree of guesses behind it, and goes along the guesses
 * for as long as they are what the sampler chooses. What is generated is what {@link
 * Context#generate} generates with the same sampler, for the sampler sees the same distributions in
 * the same order: with one that draws, a guess is kept as often as the model would have said it.
 *
 * @param generation what was generated; the context keeps all of it
 * @param forwards forward commands, those of the prompt included
 * @param drafted guesses that were computed
 * @param accepted guesses that were right, pass by pass
 */
public record Speculation(Generation generation, int forwards, int drafted, int[] accepted) {

  /**
   * Generates until {@code stop}, or until the model takes no further token.
   *
   * @param onText is given the text as it comes, whole characters only
   */
  public static Speculation generate(
      Context context, Drafter drafter, Sampler sampler, Stop stop, Consumer<String> onText) {
    int before = context.forwards();
    Tokens accepted = new Tokens();
    int drafted = 0;
    try (Steps steps = context.steps(sampler, stop)) {
      steps.next();
      tell(steps.text(), onText);
      drafter.update(context.tokens());
      while (!steps.ended()) {
        int settled = context.size();
        DraftTree draft = drafter.draft().upTo(context.room());
        Distribution[] after = context.verify(draft, sampler.candidates());
        StringBuilder text = new StringBuilder();
        int[] path = follow(draft, after, steps, text);
        context.keep(path);
        tell(text.toString(), onText);
        drafter.verified(draft, likeliest(after), path.length);
        drafter.update(Arrays.copyOfRange(context.tokens(), settled, context.size()));
        drafted += draft.size();
        accepted.add(path.length);
      }
      return new Speculation(
          steps.generation(), context.forwards() - before, drafted, accepted.toArray());
    }
  }

  /** Chooses tokens for as long as they are in the draft, and one more; the nodes on the way. */
  private static int[] follow(
      DraftTree draft, Distribution[] after, Steps steps, StringBuilder text) {
    Tokens path = new Tokens();
    int node = 0;
    while (true) {
      steps.take(after[node]);
      text.append(steps.text());
      OptionalInt next = steps.ended() ? OptionalInt.empty() : draft.follow(node, steps.token());
      if (next.isEmpty()) {
        return path.toArray();
      }
      node = next.getAsInt();
      path.add(node);
    }
  }

  private static int[] likeliest(Distribution[] after) {
    int[] tokens = new int[after.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = after[i].ids()[0];
    }
    return tokens;
  }

  private static void tell(String text, Consumer<String> onText) {
    if (!text.isEmpty()) {
      onText.accept(text);
    }
  }

  /** Forward commands a generated token: 1 and a little more without drafts. */
  public float forwardsPerToken() {
    return (float) forwards / generation.tokens().length;
  }

  /** The figures for machines, and the text. */
  public JsonObject json() {
    int right = 0;
    for (int count : accepted) {
      right += count;
    }
    return new JsonObject()
        .put("text", generation.text())
        .put("generated_tokens", generation.tokens())
        .put("tokens", generation.tokens().length)
        .put("forwards", forwards)
        .put("forwards_per_token", forwardsPerToken())
        .put("drafted", drafted)
        .put("accepted", right)
        .put("accepted_by_pass", accepted);
  }

  /** The figures for people. */
  @Override
  public String toString() {
    return generation.tokens().length
        + " tokens in "
        + forwards
        + " forwards: "
        + Decimals.of(forwardsPerToken(), 2)
        + " a token";
  }
}
