package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonObjectTest {
  @Test
  void writesFieldsInOrder() {
    assertThat(new JsonObject()).hasToString("{}");
    assertThat(
            new JsonObject()
                .put("s", "x")
                .put("n", 3)
                .put("big", Long.MIN_VALUE)
                .put("yes", true)
                .put("ints", new int[] {1, -2})
                .put("none", new int[0])
                .put("floats", new float[] {0.5f, Float.NaN})
                .put("in", new JsonObject().put("side", new JsonObject())))
        .hasToString(
            "{\"s\":\"x\",\"n\":3,\"big\":-9223372036854775808,\"yes\":true,\"ints\":[1,-2],"
                + "\"none\":[],\"floats\":[0.5,null],\"in\":{\"side\":{}}}");
  }

  @Test
  void escapes() {
    assertThat(quoted("a\"b\\c/")).isEqualTo("a\\\"b\\\\c/");
    assertThat(quoted("\n\r\t\b\f\0\u001f")).isEqualTo("\\n\\r\\t\\u0008\\u000c\\u0000\\u001f");
    assertThat(quoted("é\u2028€🙂")).isEqualTo("é\u2028€🙂");
    assertThat(new JsonObject().put("\"\n", 1)).hasToString("{\"\\\"\\n\":1}");
  }

  @Test
  void escapesHalvesOfPairs() {
    assertThat(quoted("\ud83d")).isEqualTo("\\ud83d");
    assertThat(quoted("\ude42")).isEqualTo("\\ude42");
    assertThat(quoted("\ude42\ud83d")).isEqualTo("\\ude42\\ud83d");
    assertThat(quoted("\ud83d\ud83d\ude42\ude42x")).isEqualTo("\\ud83d🙂\\ude42x");
  }

  @Test
  void hasNoInfinities() {
    for (double none : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1.0 / 0}) {
      assertThat(new JsonObject().put("x", none)).hasToString("{\"x\":null}");
      assertThat(new JsonObject().put("x", (float) none)).hasToString("{\"x\":null}");
    }
  }

  @Test
  void keepsEveryNumber() {
    long seed = 20260101;
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      double d = Double.longBitsToDouble(random.nextLong());
      float f = Float.intBitsToFloat(random.nextInt());
      if (Double.isFinite(d)) {
        assertThat(Double.parseDouble(number(new JsonObject().put("x", d)))).isEqualTo(d);
      }
      if (Float.isFinite(f)) {
        assertThat(Float.parseFloat(number(new JsonObject().put("x", f)))).isEqualTo(f);
        assertThat(new JsonObject().put("x", new float[] {f})).hasToString("{\"x\":[" + f + "]}");
      }
    }
    assertThat(new JsonObject().put("x", 0.1f)).hasToString("{\"x\":0.1}");
    assertThat(new JsonObject().put("x", 1234567.891)).hasToString("{\"x\":1234567.891}");
  }

  private static String number(JsonObject object) {
    String text = object.toString();
    String number = text.substring("{\"x\":".length(), text.length() - 1);
    assertThat(number).matches("-?\\d+\\.\\d+(E-?\\d+)?");
    return number;
  }

  private static String quoted(String value) {
    String text = new JsonObject().put("", value).toString();
    return text.substring("{\"\":\"".length(), text.length() - 2);
  }
}
