package io.pie4j.inferlet;

/** Numbers for people to read; the formatter of the class library makes modules much larger. */
public final class Decimals {
  /** Beyond this, digits behind the point mean nothing to a reader. */
  private static final double MOST = 1e12;

  private Decimals() {}

  /**
   * The number rounded to so many digits behind the point, such as {@code -8.93}.
   *
   * @param places 0 to 6
   */
  public static String of(double value, int places) {
    if (places < 0 || places > 6) {
      throw new IllegalArgumentException("places must be 0 to 6, is " + places);
    }
    if (!(Math.abs(value) < MOST)) {
      return Float.toString((float) value);
    }
    long unit = 1;
    for (int i = 0; i < places; i++) {
      unit *= 10;
    }
    long scaled = Math.round(Math.abs(value) * unit);
    String whole = (value < 0 && scaled > 0 ? "-" : "") + scaled / unit;
    // The leading 1 keeps the zeros.
    return places == 0 ? whole : whole + "." + Long.toString(unit + scaled % unit).substring(1);
  }
}
