package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * A recursive grammar that was made up, and a recognizer of its texts that works by nothing but a
 * fixed point: from which place to which a rule can be read.
 *
 * @param rules of each rule its alternatives, each a list of symbols: {@code n >= 0} is rule n,
 *     {@code -1 - t} is terminal t
 */
record RandomRules(List<List<int[]>> rules) {
  /** Rules that all have a text, and may call each other and themselves anywhere. */
  static RandomRules of(Random random, int count, int terminals) {
    List<List<int[]>> rules = new ArrayList<>();
    for (int rule = 0; rule < count; rule++) {
      List<int[]> alternatives = new ArrayList<>();
      int[] finite = new int[1 + random.nextInt(2)];
      for (int i = 0; i < finite.length; i++) {
        // Rules behind this one have a text already, if made from the last on.
        boolean call = rule + 1 < count && random.nextInt(3) == 0;
        finite[i] =
            call ? rule + 1 + random.nextInt(count - rule - 1) : -1 - random.nextInt(terminals);
      }
      alternatives.add(finite);
      for (int more = random.nextInt(3); more > 0; more--) {
        int[] symbols = new int[random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(3)];
        for (int i = 0; i < symbols.length; i++) {
          symbols[i] =
              random.nextInt(2) == 0 ? random.nextInt(count) : -1 - random.nextInt(terminals);
        }
        alternatives.add(symbols);
      }
      rules.add(alternatives);
    }
    return new RandomRules(rules);
  }

  /** The rules in some spelling; rule 0 is called {@code root} or {@code start} by the caller. */
  String written(String start, String defines, String empty, List<String> terminals) {
    StringBuilder text = new StringBuilder();
    for (int rule = 0; rule < rules.size(); rule++) {
      text.append(rule == 0 ? start : "r" + rule).append(defines);
      List<int[]> alternatives = rules.get(rule);
      for (int i = 0; i < alternatives.size(); i++) {
        text.append(i == 0 ? "" : " |");
        for (int symbol : alternatives.get(i)) {
          text.append(' ')
              .append(symbol < 0 ? terminals.get(-1 - symbol) : symbol == 0 ? start : "r" + symbol);
        }
        text.append(alternatives.get(i).length == 0 ? " " + empty : "");
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** A sequence of terminals that is one of rule 0; mostly short. */
  List<Integer> drawn(Random random) {
    List<Integer> text = new ArrayList<>();
    draw(0, random, text, 0);
    return text;
  }

  private void draw(int rule, Random random, List<Integer> text, int depth) {
    List<int[]> alternatives = rules.get(rule);
    int[] chosen =
        alternatives.get(depth > 4 || text.size() > 12 ? 0 : random.nextInt(alternatives.size()));
    for (int symbol : chosen) {
      if (symbol < 0) {
        text.add(-1 - symbol);
      } else {
        draw(symbol, random, text, depth + 1);
      }
    }
  }

  boolean accepts(List<Integer> text) {
    return places(text)[0][0].get(text.size());
  }

  /** Whether more may follow, or nothing, so that it is a text. */
  boolean acceptsBeginning(List<Integer> text) {
    BitSet[][] places = places(text);
    boolean[][] begun = new boolean[rules.size()][text.size() + 1];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int rule = 0; rule < rules.size(); rule++) {
        for (int from = 0; from <= text.size(); from++) {
          if (!begun[rule][from] && begins(rule, from, text, places, begun)) {
            begun[rule][from] = true;
            changed = true;
          }
        }
      }
    }
    return begun[0][0];
  }

  private boolean begins(
      int rule, int from, List<Integer> text, BitSet[][] places, boolean[][] begun) {
    for (int[] alternative : rules.get(rule)) {
      BitSet at = new BitSet();
      at.set(from);
      for (int symbol : alternative) {
        if (at.get(text.size())) {
          return true;
        }
        int next = symbol;
        if (next >= 0 && at.stream().anyMatch(place -> begun[next][place])) {
          return true;
        }
        at = behind(at, symbol, text, places);
      }
      if (at.get(text.size())) {
        return true;
      }
    }
    return false;
  }

  /** By rule and place: where it may end that begins there. */
  private BitSet[][] places(List<Integer> text) {
    BitSet[][] places = new BitSet[rules.size()][text.size() + 1];
    for (BitSet[] row : places) {
      for (int i = 0; i < row.length; i++) {
        row[i] = new BitSet();
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int rule = 0; rule < rules.size(); rule++) {
        for (int from = 0; from <= text.size(); from++) {
          int before = places[rule][from].cardinality();
          for (int[] alternative : rules.get(rule)) {
            BitSet at = new BitSet();
            at.set(from);
            for (int symbol : alternative) {
              at = behind(at, symbol, text, places);
            }
            places[rule][from].or(at);
          }
          changed |= places[rule][from].cardinality() > before;
        }
      }
    }
    return places;
  }

  private static BitSet behind(BitSet from, int symbol, List<Integer> text, BitSet[][] places) {
    BitSet to = new BitSet();
    from.stream()
        .forEach(place -> {
          if (symbol >= 0) {
            to.or(places[symbol][place]);
          } else if (place < text.size() && text.get(place) == -1 - symbol) {
            to.set(place + 1);
          }
        });
    return to;
  }
}
