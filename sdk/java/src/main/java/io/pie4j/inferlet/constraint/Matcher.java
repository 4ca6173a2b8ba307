package io.pie4j.inferlet.constraint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** A constraint by a grammar. */
final class Matcher<P extends Position<P>> implements Constraint {
  /** Configurations that the search for an end looks at. */
  private static final int MAX_WAYS = 100_000;

  private final Automaton<P> machine;
  private final Vocabulary vocabulary;
  private P at;
  private boolean ended;

  Matcher(Automaton<P> machine, P at) {
    this.machine = machine;
    vocabulary = machine.vocabulary();
    this.at = at;
  }

  @Override
  public Mask mask() {
    if (ended) {
      return new Mask(new long[(vocabulary.size + 63) >> 6], vocabulary.size);
    }
    machine.tidy(at);
    Mask mask = machine.mask(at);
    if (mask.count() == 0) {
      throw new ConstraintException(
          "no token may come next: the grammar's rules are nested deeper than the limit, or the"
              + " vocabulary lacks what must come");
    }
    return mask;
  }

  @Override
  public void accept(int token) {
    machine.tidy(at);
    if (!ended && isStop(token) && at.ends()) {
      ended = true;
      return;
    }
    byte[] text = token >= 0 && token < vocabulary.size ? vocabulary.text(token) : new byte[0];
    P to = after(at, text);
    if (ended || text.length == 0 || to.isDead()) {
      throw new IllegalArgumentException(
          "token "
              + token
              + (text.length == 0 ? "" : " '" + new String(text, StandardCharsets.UTF_8) + "'")
              + (ended ? " comes behind the end" : " is not allowed here"));
    }
    at = to;
  }

  private P after(P from, byte[] text) {
    P to = from;
    for (byte value : text) {
      to = to.next(value & 0xff);
    }
    return to;
  }

  private boolean isStop(int token) {
    for (int stop : vocabulary.stopTokens) {
      if (stop == token) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean mayEnd() {
    return ended || at.ends();
  }

  @Override
  public boolean complete() {
    if (ended) {
      return true;
    }
    if (!at.ends()) {
      return false;
    }
    machine.tidy(at);
    for (int value = 0; value < 256; value++) {
      boolean space = value == ' ' || value == '\n' || value == '\r' || value == '\t';
      if (!space && !at.next(value).isDead()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int[] forced(int max) {
    int[] tokens = new int[max];
    int count = 0;
    Matcher<P> ahead = new Matcher<>(machine, at);
    while (count < max && !ahead.at.ends()) {
      Mask mask = ahead.mask();
      if (mask.count() != 1) {
        break;
      }
      tokens[count] = mask.tokens()[0];
      ahead.accept(tokens[count++]);
    }
    return Arrays.copyOf(tokens, count);
  }

  @Override
  public int endingBytes() {
    return mayEnd() ? 0 : at.distance();
  }

  @Override
  public int[] ending() {
    return vocabulary.tokens(endingText());
  }

  /** Best first, by the bytes so far and the distance that is left, which is nearly exact. */
  private byte[] endingText() {
    machine.tidy(at);
    if (mayEnd()) {
      return new byte[0];
    }
    PriorityQueue<Way<P>> ways =
        new PriorityQueue<>((a, b) -> a.cost != b.cost ? a.cost - b.cost : b.length - a.length);
    Set<P> seen = new HashSet<>();
    ways.add(new Way<>(at, 0, 0, 0, Optional.empty()));
    while (seen.size() < MAX_WAYS) {
      Way<P> best = ways.poll();
      if (best == null) {
        break;
      }
      if (best.to.ends()) {
        return best.text();
      }
      for (int value = 0; value < 256; value++) {
        P to = best.to.next(value);
        if (!to.isDead() && seen.add(to)) {
          int length = best.length + 1;
          ways.add(new Way<>(to, value, length, length + to.distance(), Optional.of(best)));
        }
      }
    }
    throw new ConstraintException(
        "no end of the text was found; a lexer may read what must follow as part of what is there");
  }

  /** A way from here by the bytes of all its parts. */
  private record Way<P>(P to, int value, int length, int cost, Optional<Way<P>> before) {
    byte[] text() {
      byte[] text = new byte[length];
      Way<P> way = this;
      for (int i = length - 1; i >= 0; i--) {
        text[i] = (byte) way.value;
        way = way.before.orElseThrow();
      }
      return text;
    }
  }

  @Override
  public Constraint fork() {
    Matcher<P> fork = new Matcher<>(machine, at);
    fork.ended = ended;
    return fork;
  }
}
