package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.List;

/**
 * Vectors of texts, near each other for texts that the model would go on with alike. The interface
 * gives no hidden states, so these are made of what it gives: the next token's distributions after
 * every token of a text, their square roots added up (whose products are Bhattacharyya's
 * coefficient), hashed to few dimensions (count sketch: Charikar et al., ICALP 2002) and scaled to
 * length 1. That a model's continuations carry a text's meaning: Liu et al., Meaning
 * Representations from Trajectories in Autoregressive Models, arXiv:2310.18348.
 */
public final class Embeddings implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Embeddings());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "embeddings",
            "vectors of texts, from the model's expectations after each of their tokens",
            api.runtime().arguments(),
            Option.withDefault(
                "texts",
                "TEXT|TEXT",
                "Tell me a story about a fox.|Tell me a story about a cat."
                    + "|What is the capital of France?|What is the capital of Peru?",
                "separated by bars"),
            Option.withDefault("dimensions", "N", "256", "of a vector"),
            Option.withDefault("candidates", "N", "256", "likeliest tokens of each distribution"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    int dimensions = arguments.integer("dimensions", 8, 65_536);
    int candidates = arguments.integer("candidates", 1, 256);
    List<String> texts = arguments.list("texts");
    List<float[]> vectors = new ArrayList<>();
    for (String text : texts) {
      try (Context context = Context.create(api)) {
        int[] tokens = api.tokenize().tokenize(context.model(), text, false);
        vectors.add(vector(context.extend(tokens, candidates), dimensions));
      }
    }
    api.runtime().print(arguments.flag("json") ? json(vectors) : table(texts, vectors));
  }

  private static float[] vector(Distribution[] distributions, int dimensions) {
    float[] vector = new float[dimensions];
    for (Distribution distribution : distributions) {
      for (int i = 0; i < distribution.ids().length; i++) {
        int hash = scattered(distribution.ids()[i]);
        int at = Integer.remainderUnsigned(hash >>> 1, dimensions);
        float weight = (float) Math.sqrt(distribution.probabilities()[i]);
        vector[at] += (hash & 1) == 0 ? weight : -weight;
      }
    }
    float length = (float) Math.sqrt(product(vector, vector));
    for (int i = 0; i < dimensions; i++) {
      vector[i] /= Math.max(length, Float.MIN_NORMAL);
    }
    return vector;
  }

  /** The same everywhere and at all times: vectors may be kept (the finalizer of MurmurHash3). */
  private static int scattered(int token) {
    int hash = (token ^ token >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static float product(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static String json(List<float[]> vectors) {
    List<JsonObject> data = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      data.add(new JsonObject().put("index", (long) i).put("embedding", vectors.get(i)));
    }
    return new JsonObject().put("object", "list").put("data", data) + "\n";
  }

  /** How near each text is to each, in percent. */
  private static String table(List<String> texts, List<float[]> vectors) {
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      for (float[] other : vectors) {
        String percent = "    " + Math.round(100 * product(vectors.get(i), other));
        table.append(percent.substring(percent.length() - 4));
      }
      table.append("  ").append(texts.get(i)).append('\n');
    }
    return table.toString();
  }
}
