package io.pie4j.inferlets.echo;

import io.pie4j.inferlets.echo.api.ApiException;
import io.pie4j.inferlets.echo.api.Colour;
import io.pie4j.inferlets.echo.api.Counter;
import io.pie4j.inferlets.echo.api.Echo;
import io.pie4j.inferlets.echo.api.Everything;
import io.pie4j.inferlets.echo.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Sends back what it gets, and counts the counters that are open. */
class EchoHost implements Echo {
  int open;

  private final class Sum implements Counter {
    private int value;
    private boolean closed;

    Sum(int value) {
      this.value = value;
      open++;
    }

    @Override
    public int add(int amount) {
      value += amount;
      return value;
    }

    @Override
    public OptionalLong poll() {
      return pollNothing() ? OptionalLong.of(value) : OptionalLong.empty();
    }

    @Override
    public boolean pollNothing() {
      if (value >= 20) {
        throw new ApiException(Colour.RED, value + " is too many");
      }
      return value >= 10;
    }

    @Override
    public void close() {
      open -= closed ? 0 : 1;
      closed = true;
    }
  }

  @Override
  public Counter newCounter(int start) {
    return new Sum(start);
  }

  @Override
  public Counter counterMerge(Counter first, Counter second) {
    try (first) {
      return new Sum(first.add(0) + second.add(0));
    }
  }

  @Override
  public boolean[] booleans(boolean[] v) {
    return v;
  }

  @Override
  public byte[] bytes(byte[] v) {
    return v;
  }

  @Override
  public int[] ints(int[] v) {
    return v;
  }

  @Override
  public long[] longs(long[] v) {
    return v;
  }

  @Override
  public float[] floats(float[] v) {
    return v;
  }

  @Override
  public String text(String v) {
    return v;
  }

  @Override
  public boolean truth(boolean v) {
    return v;
  }

  @Override
  public byte small(byte v) {
    return v;
  }

  @Override
  public short signed(short v) {
    return v;
  }

  @Override
  public int letter(int v) {
    return v;
  }

  @Override
  public long long_(long v) {
    return v;
  }

  @Override
  public float real(float v) {
    return v;
  }

  @Override
  public double precise(double v) {
    return v;
  }

  @Override
  public Colour next(Colour v) {
    return switch (v) {
      case RED -> Colour.GREEN;
      case GREEN -> Colour.BLUE;
      case BLUE -> Colour.RED;
    };
  }

  @Override
  public Shape form(Shape v) {
    return v;
  }

  @Override
  public Everything all(Everything v) {
    return v;
  }

  @Override
  public Everything fail(Colour code, String message) {
    throw new ApiException(code, message);
  }

  @Override
  public int half(int v) {
    if (v % 2 != 0) {
      throw new ApiException(Colour.GREEN, v + " is odd");
    }
    return v / 2;
  }

  @Override
  public OptionalInt maybe(OptionalInt v, Optional<String> w, Optional<Float> x) {
    return v.isPresent()
        ? OptionalInt.of((int) (v.getAsInt() + w.orElseThrow().length() + x.orElseThrow()))
        : OptionalInt.empty();
  }

  @Override
  public String wide(
      String a, String b, String c, String d, String e, String f, String g, String h, int i) {
    return a + b + c + d + e + f + g + h + i;
  }

  @Override
  public List<Counter> counters(int count) {
    List<Counter> counters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      counters.add(new Sum(i));
    }
    return counters;
  }

  @Override
  public int total(List<Counter> counters) {
    return counters.stream().mapToInt(counter -> counter.add(0)).sum();
  }
}
