package io.pie4j.model.tokenizer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Normalization form C as Hugging Face's tokenizers compute it, in time linear in the text.
 *
 * <p>Two things differ from the JDK's. Theirs has the tables of Unicode 9: marks that came later
 * are ordinary characters to it, which neither move nor compose. And the JDK's sorts a run of
 * combining marks by insertion, which a hostile text of nothing but marks turns quadratic: long
 * runs are sorted before it sees them.
 */
final class Nfc {
  /** Below this, every text is in form C. */
  private static final char FIRST_CHANGING = 0x300;

  private static final int MARKS_UNSORTED_MAX = 32;

  /** Inclusive ranges of characters newer than Unicode 9 that combine or decompose. */
  private static final int[] NEWER = {
    0x07FD, 0x07FD, 0x0897, 0x089F, 0x08CA, 0x08D3, 0x09FE, 0x09FE, 0x0C3C, 0x0C3C,
    0x0D3B, 0x0D3C, 0x0EBA, 0x0EBA, 0x1715, 0x1715, 0x1ABF, 0x1ACE, 0x1DF6, 0x1DFA,
    0xA82C, 0xA82C, 0x105D2, 0x105D2, 0x105DA, 0x105DA, 0x10D24, 0x10D27, 0x10D69, 0x10D6D,
    0x10EAB, 0x10EAC, 0x10EFD, 0x10EFF, 0x10F46, 0x10F50, 0x10F82, 0x10F85, 0x11070, 0x11070,
    0x1133B, 0x1133B, 0x11382, 0x11382, 0x11384, 0x11384, 0x1138B, 0x1138B, 0x11390, 0x11390,
    0x113B8, 0x113B8, 0x113BB, 0x113BB, 0x113C2, 0x113C2, 0x113C9, 0x113C9, 0x113CE, 0x113D0,
    0x1145E, 0x1145E, 0x11839, 0x1183A, 0x11930, 0x11930, 0x11935, 0x11935, 0x1193D, 0x1193E,
    0x11943, 0x11943, 0x119E0, 0x119E0, 0x11A34, 0x11A34, 0x11A47, 0x11A47, 0x11A99, 0x11A99,
    0x11D42, 0x11D42, 0x11D44, 0x11D45, 0x11D97, 0x11D97, 0x11F41, 0x11F42, 0x1611E, 0x16120,
    0x16129, 0x16129, 0x1612F, 0x1612F, 0x16D63, 0x16D63, 0x16D67, 0x16D67, 0x16FF0, 0x16FF1,
    0x1E08F, 0x1E08F, 0x1E130, 0x1E136, 0x1E2AE, 0x1E2AE, 0x1E2EC, 0x1E2EF, 0x1E4EC, 0x1E4EF,
    0x1E5EE, 0x1E5EF
  };

  private Nfc() {}

  static String normalize(String text) {
    if (text.chars().allMatch(c -> c < FIRST_CHANGING)) {
      return text;
    }
    var out = new StringBuilder(text.length());
    var start = 0;
    for (int i = 0; i < text.length(); ) {
      var c = text.codePointAt(i);
      var end = i + Character.charCount(c);
      if (isNewer(c)) {
        out.append(compose(text.substring(start, i))).appendCodePoint(c);
        start = end;
      }
      i = end;
    }
    return out.append(compose(text.substring(start))).toString();
  }

  private static boolean isNewer(int c) {
    if (c < NEWER[0]) {
      return false;
    }
    for (int i = 0; i < NEWER.length && c >= NEWER[i]; i += 2) {
      if (c <= NEWER[i + 1]) {
        return true;
      }
    }
    return false;
  }

  private static String compose(String text) {
    return Normalizer.normalize(sortLongRuns(text), Normalizer.Form.NFC);
  }

  private static String sortLongRuns(String text) {
    var marks = 0;
    var longest = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      marks = Unicode.isMark(text.codePointAt(i)) ? marks + 1 : 0;
      longest = Math.max(longest, marks);
    }
    if (longest <= MARKS_UNSORTED_MAX) {
      return text;
    }
    var out = new StringBuilder(text.length());
    var run = new ArrayList<Integer>();
    var order = new MarkOrder();
    text.codePoints()
        .forEach(c -> {
          if (Unicode.isMark(c)) {
            decompose(Character.toString(c)).codePoints().forEach(run::add);
          } else {
            order.drain(run, out);
            out.appendCodePoint(c);
          }
        });
    order.drain(run, out);
    return out.toString();
  }

  private static String decompose(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFD);
  }

  /**
   * The canonical order of marks, asked of the JDK pair by pair since it does not publish combining
   * classes. A mark's answers are kept: there are at most a thousand marks.
   */
  private static final class MarkOrder {
    private static final String LAST_MARK = "\u0345";
    private final Map<Integer, Boolean> moves = new HashMap<>();

    void drain(List<Integer> run, StringBuilder out) {
      var start = 0;
      for (int i = 0; i <= run.size(); i++) {
        if (i == run.size() || !moves.computeIfAbsent(run.get(i), MarkOrder::moves)) {
          sort(run.subList(start, i), out);
          if (i < run.size()) {
            out.appendCodePoint(run.get(i));
          }
          start = i + 1;
        }
      }
      run.clear();
    }

    private static void sort(List<Integer> run, StringBuilder out) {
      var byMark = new HashMap<Integer, StringBuilder>();
      var classes = new ArrayList<Integer>(run.stream().distinct().toList());
      classes.sort(MarkOrder::compare);
      var representatives = new HashMap<Integer, Integer>();
      for (int i = 0; i < classes.size(); i++) {
        var same = i > 0 && compare(classes.get(i - 1), classes.get(i)) == 0;
        representatives.put(
            classes.get(i), same ? representatives.get(classes.get(i - 1)) : classes.get(i));
      }
      for (var mark : run) {
        byMark
            .computeIfAbsent(representatives.get(mark), m -> new StringBuilder())
            .appendCodePoint(mark);
      }
      for (var mark : classes) {
        var sorted = byMark.remove(mark);
        if (sorted != null) {
          out.append(sorted);
        }
      }
    }

    /** Whether canonical order moves this character at all. */
    private static boolean moves(int mark) {
      var last = LAST_MARK.codePointAt(0);
      return mark == last || compare(mark, last) < 0;
    }

    private static int compare(int a, int b) {
      if (!decompose(order(a, b)).equals(order(a, b))) {
        return 1;
      }
      return decompose(order(b, a)).equals(order(b, a)) ? 0 : -1;
    }

    private static String order(int a, int b) {
      return Character.toString(a) + Character.toString(b);
    }
  }
}
