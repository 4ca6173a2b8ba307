package io.pie4j.model.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the longest of many strings at a place in a text. */
final class TokenTrie {
  private static final class Node {
    final Map<Character, Node> next = new HashMap<>();
    @Nullable AddedToken token;
  }

  /** A string found in a text, from start to end, exclusive. */
  record Match(AddedToken token, int start, int end) {}

  private final Node root = new Node();
  private final BitSet first = new BitSet();

  /** Adds a string, which must not be empty; of two equal ones the earlier counts. */
  void add(String string, AddedToken token) {
    first.set(string.charAt(0));
    var node = root;
    for (int i = 0; i < string.length(); i++) {
      node = node.next.computeIfAbsent(string.charAt(i), c -> new Node());
    }
    if (node.token == null) {
      node.token = token;
    }
  }

  /** The first match at or after a place, the longest where several begin. */
  @Nullable Match find(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (first.get(text.charAt(i))) {
        var match = longestAt(text, i);
        if (match != null) {
          return match;
        }
      }
    }
    return null;
  }

  private @Nullable Match longestAt(String text, int start) {
    Match longest = null;
    var node = root;
    for (int i = start; i < text.length(); i++) {
      node = node.next.get(text.charAt(i));
      if (node == null) {
        break;
      }
      if (node.token != null) {
        longest = new Match(node.token, start, i + 1);
      }
    }
    return longest;
  }
}
