package io.pie4j.inferlet.constraint;

import java.util.Optional;

/**
 * The bytes of a text whose characters an automaton follows: as UTF-8, or as JSON writes strings,
 * with each escape that it knows. Halves of pairs, escaped or not, are no characters.
 *
 * <p>Where a character is only begun, what counts is where it may lead. If all its ends lead to the
 * same state, the bytes read so far do not matter, so that there are few states ({@link
 * Phase#TAIL}).
 */
final class TextCoder {
  private static final int NONE = CharDfa.NONE;
  private static final int SEVERAL = -2;

  private final CharDfa dfa;
  private final boolean json;

  /** Which states are of use: the caller may know of more bounds than the automaton. */
  interface Filter {
    boolean alive(int state, int count);
  }

  /** Where in a character. */
  enum Phase {
    /** Between characters. */
    CHAR,
    /** Inside UTF-8; all ends lead to the state. */
    TAIL,
    /** Inside UTF-8; the ends lead to several places. */
    PART,
    BACKSLASH,
    HEX,
    /** Behind the first half of a pair, before its second half's backslash. */
    PAIR_BACKSLASH,
    PAIR_U,
    PAIR_HEX,
    /** Behind the quote that ends a JSON string. */
    CLOSED,
    DEAD
  }

  /**
   * @param state of the automaton
   * @param count of whole characters
   * @param left bytes or digits to come
   * @param code the begun character's bits
   * @param least the least character that may be written in so many bytes
   */
  record At(Phase phase, int state, int count, int left, int code, int least) {
    boolean isDead() {
      return phase == Phase.DEAD;
    }
  }

  static final At DEAD = new At(Phase.DEAD, 0, 0, 0, 0, 0);

  TextCoder(CharDfa dfa, boolean json) {
    this.dfa = dfa;
    this.json = json;
  }

  At start() {
    return dfa.isEmpty() ? DEAD : at(0, 0);
  }

  private static At at(int state, int count) {
    return new At(Phase.CHAR, state, count, 0, 0, 0);
  }

  /** Whether a JSON string can end here is the caller's to say: a quote is not asked for here. */
  At step(At from, int value, Filter filter) {
    return switch (from.phase) {
      case CHAR -> character(from, value, filter);
      case TAIL -> {
        if ((value & 0xc0) != 0x80) {
          yield DEAD;
        }
        yield from.left == 1
            ? at(from.state, from.count + 1)
            : new At(Phase.TAIL, from.state, from.count, from.left - 1, 0, 0);
      }
      case PART -> {
        if ((value & 0xc0) != 0x80) {
          yield DEAD;
        }
        yield part(from, from.left - 1, from.code << 6 | (value & 0x3f), from.least, filter);
      }
      case BACKSLASH -> escaped(from, value, filter);
      case HEX, PAIR_HEX -> hexadecimal(from, value, filter);
      case PAIR_BACKSLASH -> value == '\\' ? with(from, Phase.PAIR_U, 0, from.code) : DEAD;
      case PAIR_U -> value == 'u' ? with(from, Phase.PAIR_HEX, 4, from.code) : DEAD;
      case CLOSED, DEAD -> DEAD;
    };
  }

  /** Where all plain characters lead from between characters, if it is the same for all. */
  Optional<At> afterPlain(At from, Filter filter) {
    if (from.phase != Phase.CHAR) {
      return Optional.empty();
    }
    int first = target(from, ' ', '"' - 1, filter);
    int second = target(from, '"' + 1, '\\' - 1, filter);
    int third = target(from, '\\' + 1, CharSet.MAX, filter);
    if (first != second || first != third || first == SEVERAL) {
      return Optional.empty();
    }
    return Optional.of(first == NONE ? DEAD : at(first, from.count + 1));
  }

  private static At with(At from, Phase phase, int left, int code) {
    return new At(phase, from.state, from.count, left, code, 0);
  }

  private At character(At from, int value, Filter filter) {
    if (value < 0x80) {
      if (json && value == '\\') {
        // Any character can be escaped; the question is whether there is one.
        return target(from, 0, CharSet.MAX, filter) == NONE
            ? DEAD
            : with(from, Phase.BACKSLASH, 0, 0);
      }
      return json && (value < 0x20 || value == '"') ? DEAD : whole(from, value, filter);
    }
    if (value < 0xc2 || value > 0xf4) {
      return DEAD;
    }
    int left = value < 0xe0 ? 1 : value < 0xf0 ? 2 : 3;
    int least = left == 1 ? 0x80 : left == 2 ? 0x800 : 0x10000;
    return part(from, left, value & (0x3f >> left), least, filter);
  }

  private At whole(At from, int c, Filter filter) {
    int to = target(from, c, c, filter);
    return to == NONE ? DEAD : at(to, from.count + 1);
  }

  /** Behind some bytes of a character, {@code left} to come. */
  private At part(At from, int left, int code, int least, Filter filter) {
    if (left == 0) {
      return code < least || code > CharSet.MAX || isSurrogate(code)
          ? DEAD
          : whole(from, code, filter);
    }
    int first = code << (6 * left);
    int last = first | (1 << (6 * left)) - 1;
    boolean clipped = first < least || last > CharSet.MAX || (first <= 0xdfff && last >= 0xd800);
    int to = target(from, Math.max(first, least), Math.min(last, CharSet.MAX), filter);
    if (to == NONE) {
      return DEAD;
    }
    return to == SEVERAL || clipped
        ? new At(Phase.PART, from.state, from.count, left, code, least)
        : new At(Phase.TAIL, to, from.count, left, 0, 0);
  }

  private static boolean isSurrogate(int c) {
    return c >= 0xd800 && c <= 0xdfff;
  }

  private At escaped(At from, int value, Filter filter) {
    return switch (value) {
      case '"', '\\', '/' -> whole(from, value, filter);
      case 'b' -> whole(from, '\b', filter);
      case 'f' -> whole(from, '\f', filter);
      case 'n' -> whole(from, '\n', filter);
      case 'r' -> whole(from, '\r', filter);
      case 't' -> whole(from, '\t', filter);
      case 'u' -> hexadecimalOrDead(with(from, Phase.HEX, 4, 0), filter);
      default -> DEAD;
    };
  }

  private At hexadecimal(At from, int value, Filter filter) {
    int digit = value <= 'f' ? Character.digit(value, 16) : -1;
    if (digit < 0) {
      return DEAD;
    }
    int left = from.left - 1;
    int code = from.code << 4 | digit;
    if (from.phase == Phase.PAIR_HEX) {
      // The first half, without its mark, stays above the second's sixteen bits.
      return left > 0
          ? pairOrDead(with(from, Phase.PAIR_HEX, left, code), filter)
          : pairWhole(from, code, filter);
    }
    if (left > 0) {
      return hexadecimalOrDead(with(from, Phase.HEX, left, code), filter);
    }
    if (!isSurrogate(code)) {
      return whole(from, code, filter);
    }
    return code <= 0xdbff && pairAlive(from, code, code, filter)
        ? with(from, Phase.PAIR_BACKSLASH, 0, code & 0x3ff)
        : DEAD;
  }

  private At hexadecimalOrDead(At at, Filter filter) {
    int first = at.code << (4 * at.left);
    int last = first | (1 << (4 * at.left)) - 1;
    boolean alive =
        target(at, first, Math.min(last, 0xd7ff), filter) != NONE
            || target(at, Math.max(first, 0xe000), last, filter) != NONE
            || pairAlive(at, Math.max(first, 0xd800), Math.min(last, 0xdbff), filter);
    return alive ? at : DEAD;
  }

  private boolean pairAlive(At at, int firstHalf, int lastHalf, Filter filter) {
    return firstHalf <= lastHalf
        && target(at, pair(firstHalf & 0x3ff, 0), pair(lastHalf & 0x3ff, 0x3ff), filter) != NONE;
  }

  private static int pair(int high, int low) {
    return 0x10000 + (high << 10) + low;
  }

  private At pairOrDead(At at, Filter filter) {
    int high = at.code >> (4 * (4 - at.left));
    int low = at.code & ((1 << (4 * (4 - at.left))) - 1);
    int first = Math.max(low << (4 * at.left), 0xdc00);
    int last = Math.min(low << (4 * at.left) | (1 << (4 * at.left)) - 1, 0xdfff);
    return first <= last
            && target(at, pair(high, first & 0x3ff), pair(high, last & 0x3ff), filter) != NONE
        ? at
        : DEAD;
  }

  private At pairWhole(At from, int code, Filter filter) {
    int low = code & 0xffff;
    return low >= 0xdc00 && low <= 0xdfff
        ? whole(from, pair(code >> 16, low & 0x3ff), filter)
        : DEAD;
  }

  /** The state to which all of these characters lead that lead to one of use. */
  private int target(At from, int first, int last, Filter filter) {
    if (first > last) {
      return NONE;
    }
    int[] firsts = dfa.firsts(from.state);
    int[] targets = dfa.targets(from.state);
    int found = NONE;
    boolean some = false;
    for (int i = 0; i < firsts.length && firsts[i] <= last; i++) {
      int end = i + 1 < firsts.length ? firsts[i + 1] - 1 : CharSet.MAX;
      if (end < first || (Math.max(first, firsts[i]) >= 0xd800 && Math.min(last, end) <= 0xdfff)) {
        continue;
      }
      int to = targets[i];
      if (to != NONE && !filter.alive(to, from.count + 1)) {
        to = NONE;
      }
      if (some && to != found) {
        return SEVERAL;
      }
      found = to;
      some = true;
    }
    return found;
  }

  /** Bytes before a begun character is whole, less the one that the way from its state counts. */
  static int missingBytes(At at) {
    return switch (at.phase) {
      case CHAR, CLOSED, DEAD -> 0;
      case TAIL -> at.left;
      case PART, HEX, PAIR_HEX -> at.left - 1;
      case BACKSLASH -> 0;
      case PAIR_U -> 4;
      case PAIR_BACKSLASH -> 5;
    };
  }
}
