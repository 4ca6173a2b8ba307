package io.pie4j.inferlets.echo;

import io.pie4j.inferlets.echo.api.Api;
import io.pie4j.inferlets.echo.api.ApiException;
import io.pie4j.inferlets.echo.api.Colour;
import io.pie4j.inferlets.echo.api.Counter;
import io.pie4j.inferlets.echo.api.Echo;
import io.pie4j.inferlets.echo.api.Everything;
import io.pie4j.inferlets.echo.api.Point;
import io.pie4j.inferlets.echo.api.Program;
import io.pie4j.inferlets.echo.api.Shape;
import io.pie4j.inferlets.echo.guest.GuestExports;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sends values of every type to a host that sends them back, and compares. Also runs inside the
 * JVM.
 */
public final class EchoGuest implements Program {
  private static final String TEXT =
      "plain, h\u00e9llo, \u4f60\u597d, \ud83e\udd67, \u0000, \uffff";

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    GuestExports.start(new EchoGuest());
  }

  @Override
  public void run(Api api) {
    Echo echo = api.echo();
    numbers(echo);
    lists(echo);
    composites(echo);
    errors(echo);
    resources(echo);
  }

  private static void numbers(Echo echo) {
    require("bool", echo.truth(true) && !echo.truth(false));
    require("u8", echo.small((byte) 200) == (byte) 200);
    require("s16", echo.signed((short) -12345) == -12345);
    require("char", echo.letter(0x1F967) == 0x1F967);
    require("u64", echo.long_(0x8765_4321_0fed_cba9L) == 0x8765_4321_0fed_cba9L);
    require("f32", echo.real(-1.5e-30f) == -1.5e-30f && Float.isNaN(echo.real(Float.NaN)));
    require("f64", echo.precise(Math.PI) == Math.PI);
    require("enum", echo.next(Colour.BLUE) == Colour.RED && echo.next(Colour.RED) == Colour.GREEN);
  }

  private static void lists(Echo echo) {
    boolean[] booleans = {true, false, true};
    require("list<bool>", Arrays.equals(echo.booleans(booleans), booleans));
    byte[] bytes = {1, -1, 0, 127, -128};
    require("list<u8>", Arrays.equals(echo.bytes(bytes), bytes));
    long[] longs = {Long.MIN_VALUE, 0, -1, Long.MAX_VALUE};
    require("list<u64>", Arrays.equals(echo.longs(longs), longs));
    float[] floats = {0, -0.0f, Float.MIN_VALUE, Float.POSITIVE_INFINITY};
    require("list<f32>", Arrays.equals(echo.floats(floats), floats));
    require("string", echo.text(TEXT).equals(TEXT) && echo.text("").isEmpty());
    require("unpaired surrogate", echo.text("a\ud800b").equals("a?b"));
    for (int size = 0; size < 1 << 18; size = size * 3 + 1) {
      int[] ints = new int[size];
      for (int i = 0; i < size; i++) {
        ints[i] = i * 0x9e3779b9;
      }
      require("list<u32> of " + size, Arrays.equals(echo.ints(ints), ints));
    }
  }

  private static void composites(Echo echo) {
    for (Shape shape : shapes()) {
      require("variant", describe(echo.form(shape)).equals(describe(shape)));
    }
    Everything sent = everything(OptionalInt.of(-1), Optional.of(new Point(-7, 0.1, TEXT)));
    require("record", describe(echo.all(sent)).equals(describe(sent)));
    Everything bare = everything(OptionalInt.empty(), Optional.empty());
    require("record without options", describe(echo.all(bare)).equals(describe(bare)));
    require(
        "options",
        echo.maybe(OptionalInt.of(3), Optional.of("four"), Optional.of(5f))
            .equals(OptionalInt.of(12)));
    require(
        "no options",
        echo.maybe(OptionalInt.empty(), Optional.empty(), Optional.empty()).isEmpty());
    require(
        "parameters in memory",
        echo.wide("a", "b", "c", "d", "e", "f", "g", "h", 9).equals("abcdefgh9"));
  }

  private static void errors(Echo echo) {
    require("no error", echo.half(8) == 4);
    try {
      echo.half(7);
      require("an error", false);
    } catch (ApiException e) {
      require("error", e.code() == Colour.GREEN && "7 is odd".equals(e.getMessage()));
    }
    try {
      echo.fail(Colour.BLUE, TEXT);
      require("an error", false);
    } catch (ApiException e) {
      require("error with text", e.code() == Colour.BLUE && TEXT.equals(e.getMessage()));
    }
  }

  private static void resources(Echo echo) {
    Counter first = echo.newCounter(3);
    try (Counter second = echo.newCounter(4)) {
      require("method", first.add(2) == 5);
      require("not yet", first.poll().isEmpty() && !first.pollNothing());
      Counter merged = echo.counterMerge(first, second);
      require("merged", merged.add(0) == 9);
      first.close();
      require(
          "now", merged.add(1) == 10 && merged.poll().getAsLong() == 10 && merged.pollNothing());
      merged.add(10);
      try {
        merged.poll();
        require("an error", false);
      } catch (ApiException e) {
        require("polled error", "20 is too many".equals(e.getMessage()));
      }
      List<Counter> counters = echo.counters(5);
      counters.add(second);
      require("handles in lists", echo.total(counters) == 0 + 1 + 2 + 3 + 4 + 4);
      counters.forEach(Counter::close);
      // Left open on purpose: the host closes it when the program ends.
      require("left open", merged.add(0) == 20);
    }
  }

  private static List<Shape> shapes() {
    return List.of(
        new Shape.Empty(),
        new Shape.Circle(2.5f),
        new Shape.Box(-3),
        new Shape.Named(new Point(1, -0.5, "n")),
        new Shape.Many(new int[] {1, 2, 3}));
  }

  private static Everything everything(OptionalInt number, Optional<Point> point) {
    return new Everything(
        true,
        (byte) -1,
        (byte) -2,
        (short) -3,
        (short) -4,
        -5,
        -6,
        -7,
        -8,
        0.5f,
        -0.25,
        'x',
        TEXT,
        new byte[] {1, 2},
        new int[] {3},
        new float[] {4.5f, -1},
        new boolean[] {true, false},
        new long[] {-1},
        new double[] {1e300, -1e-300},
        new short[] {-1, 1},
        List.of("", TEXT, "z"),
        List.of(new int[] {1, 2}, new int[] {}),
        List.of(new Point(1, 2, "p"), new Point(3, 4, "q")),
        number,
        point,
        point.map(_ -> new float[] {1, 2}),
        Colour.GREEN,
        new Shape.Box(1L << 40),
        shapes());
  }

  private static String describe(Everything e) {
    StringBuilder text = new StringBuilder();
    text.append(e.a())
        .append(e.b())
        .append(' ')
        .append(e.c())
        .append(e.d())
        .append(' ')
        .append(e.e());
    text.append(' ')
        .append(e.f())
        .append(e.g())
        .append(e.h())
        .append(e.i())
        .append(' ')
        .append(e.j());
    text.append(' ')
        .append(e.k())
        .append(' ')
        .append(e.l())
        .append(e.m())
        .append(Arrays.toString(e.n()));
    text.append(Arrays.toString(e.o()))
        .append(Arrays.toString(e.p()))
        .append(Arrays.toString(e.q()));
    text.append(Arrays.toString(e.r()))
        .append(Arrays.toString(e.s()))
        .append(Arrays.toString(e.t()));
    e.u().forEach(item -> text.append(item).append('|'));
    e.v().forEach(item -> text.append(Arrays.toString(item)));
    e.w().forEach(item -> text.append(describe(item)));
    text.append(e.x().isPresent() ? e.x().getAsInt() : "none");
    text.append(e.y().isPresent() ? describe(e.y().get()) : "none");
    text.append(e.z().isPresent() ? Arrays.toString(e.z().get()) : "none");
    text.append(e.colour()).append(describe(e.shape()));
    e.shapes().forEach(item -> text.append(describe(item)));
    return text.toString();
  }

  private static String describe(Point point) {
    return point.x() + "," + point.y() + "," + point.name() + ";";
  }

  private static String describe(Shape shape) {
    return switch (shape) {
      case Shape.Empty _ -> "empty";
      case Shape.Circle(float value) -> "circle " + value;
      case Shape.Box(long value) -> "box " + value;
      case Shape.Named(Point value) -> "named " + describe(value);
      case Shape.Many(int[] value) -> "many " + Arrays.toString(value);
    };
  }

  private static void require(String what, boolean holds) {
    if (!holds) {
      throw new IllegalStateException(what + " did not come back as it was sent");
    }
  }
}
