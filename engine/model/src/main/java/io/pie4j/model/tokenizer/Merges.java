package io.pie4j.model.tokenizer;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/** How lists of merges and lists of scores become a table of merges. */
final class Merges {
  private Merges() {}

  /** The two tokens of a merge written as one string. */
  static String[] sides(Supplier<String> where, String merge) {
    var space = merge.indexOf(' ');
    if (space <= 0 || space != merge.lastIndexOf(' ') || space == merge.length() - 1) {
      throw new TokenizerException.Broken(
          where.get(), "expected two tokens and a space, found '" + merge + "'");
    }
    return new String[] {merge.substring(0, space), merge.substring(space + 1)};
  }

  static void put(
      PairTable table,
      Supplier<String> where,
      String left,
      String right,
      int rank,
      Map<String, Integer> ids) {
    table.put(id(where, left, ids), id(where, right, ids), rank, id(where, left + right, ids));
  }

  private static int id(Supplier<String> where, String token, Map<String, Integer> ids) {
    var id = ids.get(token);
    if (id == null) {
      throw new TokenizerException.Broken(where.get(), "'" + token + "' is not in the vocabulary");
    }
    return id;
  }

  /**
   * The merges that scores imply, as SentencePiece makes them: any two tokens that together spell a
   * token merge, the highest score first; of equal scores, the leftmost in the text.
   */
  static PairTable byScore(Map<String, Integer> ids, float[] scores) {
    var ranks = ranks(scores);
    var table = new PairTable(ids.size() * 2);
    ids.forEach((token, id) -> {
      for (int i = 1; i < token.length(); i++) {
        var left = ids.get(token.substring(0, i));
        var right = left == null ? null : ids.get(token.substring(i));
        if (left != null && right != null) {
          table.put(left, right, ranks[id], id);
        }
      }
    });
    return table;
  }

  /** By id, how many different scores are higher. */
  private static int[] ranks(float[] scores) {
    var ascending = scores.clone();
    Arrays.sort(ascending);
    var different = 0;
    for (var score : ascending) {
      if (different == 0 || score != ascending[different - 1]) {
        ascending[different++] = score;
      }
    }
    var ranks = new int[scores.length];
    for (int id = 0; id < scores.length; id++) {
      ranks[id] = different - 1 - Arrays.binarySearch(ascending, 0, different, scores[id]);
    }
    return ranks;
  }
}
