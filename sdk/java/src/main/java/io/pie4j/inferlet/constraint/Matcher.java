package io.pie4j.inferlet.constraint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** A constraint by a grammar. */
final class Matcher implements Constraint {
  /** Configurations that the search for an end looks at. */
  private static final int MAX_WAYS = 100_000;

  private final Machine machine;
  private Config at;
  private boolean ended;

  Matcher(Machine machine, Config at) {
    this.machine = machine;
    this.at = at;
  }

  @Override
  public Mask mask() {
    if (ended) {
      return new Mask(new long[(machine.vocabulary.size + 63) >> 6], machine.vocabulary.size);
    }
    machine.tidy(at);
    return machine.mask(at);
  }

  @Override
  public void accept(int token) {
    machine.tidy(at);
    if (!ended && isStop(token) && at.ends()) {
      ended = true;
      return;
    }
    byte[] text =
        token >= 0 && token < machine.vocabulary.size
            ? machine.vocabulary.text(token)
            : new byte[0];
    Config to = ended || text.length == 0 ? machine.dead() : after(at, text);
    if (to.isDead()) {
      throw new IllegalArgumentException(
          "token "
              + token
              + (text.length == 0 ? "" : " '" + new String(text, StandardCharsets.UTF_8) + "'")
              + (ended ? " comes behind the end" : " is not allowed here"));
    }
    at = to;
  }

  private static Config after(Config from, byte[] text) {
    Config at = from;
    for (byte value : text) {
      at = at.next(value & 0xff);
    }
    return at;
  }

  private boolean isStop(int token) {
    for (int stop : machine.vocabulary.stopTokens) {
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
    Matcher ahead = new Matcher(machine, at);
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
    return machine.vocabulary.tokens(endingText());
  }

  /** Best first, by the bytes so far and the distance that is left, which is nearly exact. */
  private byte[] endingText() {
    machine.tidy(at);
    if (mayEnd()) {
      return new byte[0];
    }
    PriorityQueue<Way> ways =
        new PriorityQueue<>((a, b) -> a.cost != b.cost ? a.cost - b.cost : b.length - a.length);
    Set<Config> seen = new HashSet<>();
    ways.add(new Way(at, 0, 0, 0, Optional.empty()));
    while (seen.size() < MAX_WAYS) {
      Way best = ways.poll();
      if (best == null) {
        break;
      }
      if (best.to.ends()) {
        return best.text();
      }
      for (int value = 0; value < 256; value++) {
        Config to = best.to.next(value);
        if (!to.isDead() && seen.add(to)) {
          int length = best.length + 1;
          ways.add(new Way(to, value, length, length + to.distance(), Optional.of(best)));
        }
      }
    }
    throw new IllegalStateException("no end was found in " + MAX_WAYS + " steps");
  }

  /** A way from here by the bytes of all its parts. */
  private record Way(Config to, int value, int length, int cost, Optional<Way> before) {
    byte[] text() {
      byte[] text = new byte[length];
      Way way = this;
      for (int i = length - 1; i >= 0; i--) {
        text[i] = (byte) way.value;
        way = way.before.orElseThrow();
      }
      return text;
    }
  }

  @Override
  public Constraint fork() {
    Matcher fork = new Matcher(machine, at);
    fork.ended = ended;
    return fork;
  }
}
