package io.pie4j.inferlet.constraint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A constraint by a grammar. */
final class Matcher implements Constraint {
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
    byte[] text = endingText();
    int[] tokens = new int[text.length];
    int count = 0;
    for (int i = 0; i < text.length; count++) {
      tokens[count] = machine.vocabulary.longest(text, i);
      if (tokens[count] < 0) {
        throw new IllegalStateException("the vocabulary has no token for byte " + (text[i] & 0xff));
      }
      i += machine.vocabulary.text(tokens[count]).length;
    }
    return Arrays.copyOf(tokens, count);
  }

  /** Goes down: always the byte from which the end is nearest. */
  private byte[] endingText() {
    machine.tidy(at);
    byte[] text = new byte[64];
    int size = 0;
    for (Config config = at; !ended && !config.ends(); size++) {
      int best = 0;
      int least = State.NEVER;
      for (int value = 0; value < 256; value++) {
        Config to = config.next(value);
        // A loop, such as of spaces, leads nowhere, however near the end may be.
        int distance = isSame(to, config) || to.isDead() ? State.NEVER : to.distance();
        if (distance < least) {
          least = distance;
          best = value;
        }
      }
      if (least >= config.distance() && size > 2 * at.distance() + 64) {
        throw new IllegalStateException("no end comes nearer; found none in " + size + " bytes");
      }
      if (size == text.length) {
        text = Arrays.copyOf(text, size * 2);
      }
      text[size] = (byte) best;
      config = config.next(best);
    }
    return Arrays.copyOf(text, size);
  }

  @SuppressWarnings("ReferenceEquality") // Each is kept once.
  private static boolean isSame(Config a, Config b) {
    return a == b;
  }

  @Override
  public Constraint fork() {
    Matcher fork = new Matcher(machine, at);
    fork.ended = ended;
    return fork;
  }
}
