package io.pie4j.inferlets.contract;

import io.pie4j.api.ApiException;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import java.util.Arrays;
import java.util.Objects;

/** What a check says of what it found. */
final class Expect {
  /** Probabilities that were computed along different ways differ by no more. */
  private static final float ROUNDING = 2e-3f;

  /** Probabilities of different contexts differ by more, for one of the likeliest tokens. */
  private static final float DIFFERENCE = 2e-2f;

  private Expect() {}

  static void that(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }

  static void equal(Object found, Object expected, String what) {
    that(Objects.equals(found, expected), what + ": found " + found + ", expected " + expected);
  }

  static void equal(int[] found, int[] expected, String what) {
    that(
        Arrays.equals(found, expected),
        what + ": found " + Arrays.toString(found) + ", expected " + Arrays.toString(expected));
  }

  static void equal(byte[] found, byte[] expected, String what) {
    that(
        Arrays.equals(found, expected),
        what + ": found " + found.length + " bytes, expected " + expected.length + " others");
  }

  static void near(double found, double expected, double tolerance, String what) {
    that(
        Math.abs(found - expected) <= tolerance,
        what + ": found " + found + ", expected about " + expected);
  }

  /** The same context, however it was computed. */
  static void same(Distribution found, Distribution expected, String what) {
    that(
        found.ids().length > 1 && found.ids()[0] == expected.ids()[0],
        what + ": the likeliest token is another: " + text(found) + ", expected " + text(expected));
    float difference = difference(found, expected);
    that(difference <= ROUNDING, what + ": a probability differs by " + difference);
  }

  /** Another context. */
  static void different(Distribution found, Distribution other, String what) {
    that(found.ids().length > 1, what + ": no distribution");
    float difference = difference(found, other);
    that(difference > DIFFERENCE, what + ": no probability differs by more than " + difference);
  }

  /** A call that must fail with a code, in words that tell what was wrong. */
  static void refused(ErrorCode code, Runnable call, String... words) {
    try {
      call.run();
    } catch (ApiException refusal) {
      that(
          refusal.code() == code,
          "expected " + code + ", found " + refusal.code() + ": " + refusal.getMessage());
      for (String word : words) {
        that(
            refusal.getMessage().contains(word),
            "the message does not name '" + word + "': " + refusal.getMessage());
      }
      that(refusal.getMessage().indexOf('\n') < 0, "more than a line: " + refusal.getMessage());
      return;
    }
    throw new IllegalStateException("was not refused: expected " + code + " about " + words[0]);
  }

  private static float difference(Distribution one, Distribution other) {
    float most = 0;
    for (int i = 0; i < Math.min(8, one.ids().length); i++) {
      float there = 0;
      for (int j = 0; j < other.ids().length; j++) {
        there = other.ids()[j] == one.ids()[i] ? other.probabilities()[j] : there;
      }
      most = Math.max(most, Math.abs(one.probabilities()[i] - there));
    }
    return most;
  }

  private static String text(Distribution found) {
    return found.ids().length == 0 ? "none" : found.ids()[0] + " with " + found.probabilities()[0];
  }
}
