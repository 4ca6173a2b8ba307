package io.pie4j.inferlet.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonValueTest {
  @Test
  void readsEveryKindOfValue() {
    JsonValue value =
        JsonValue.parse(
            " {\"a\" : [1, -0.50e+3, true,false,null , []], \"\": {}, \"s\":\"\\u0041\\n\\ud83d\\ude42/\\/\"} ");
    assertThat(value)
        .hasToString("{\"a\":[1,-0.50e+3,true,false,null,[]],\"\":{},\"s\":\"A\\n🙂//\"}");
    JsonValue.Obj object = (JsonValue.Obj) value;
    assertThat(object.findText("s")).contains("A\n🙂//");
    assertThat(object.findText("a")).isEmpty();
    assertThat(object.find("none")).isEmpty();
  }

  @Test
  void keepsNumbersAsTheyWereWritten() {
    String big = "123456789012345678901234567890.10";
    assertThat(JsonValue.parse(big)).isEqualTo(new JsonValue.Num(big));
    assertThat(new JsonValue.Num("-7").toLong()).contains(-7L);
    assertThat(new JsonValue.Num("9223372036854775808").toLong()).isEmpty();
    assertThat(new JsonValue.Num("1.0").toLong()).isEmpty();
    assertThat(new JsonValue.Num("2.5e1").toDouble()).isEqualTo(25);
    for (String wrong : List.of("", "-", "01", "1.", ".5", "+1", "1e", "0x1", "NaN", "1 ")) {
      assertThatThrownBy(() -> new JsonValue.Num(wrong)).hasMessageContaining("not a JSON number");
    }
  }

  @Test
  void refusesWhatIsNotJson() {
    refuses("", 0, "a value");
    refuses("nul", 0, "'null'");
    refuses("[1,]", 3, "value");
    refuses("[1 2]", 3, "',' or ']'");
    refuses("{\"a\":1,}", 7, "name");
    refuses("{a:1}", 1, "name");
    refuses("{\"a\" 1}", 5, "':'");
    refuses("{\"a\":1 \"b\":2}", 7, "',' or '}'");
    refuses("{\"a\":1,\"a\":2}", 7, "two members \"a\"");
    refuses("\"a", 2, "'\"'");
    refuses("\"a\nb\"", 2, "control");
    refuses("\"\\x\"", 2, "backslash");
    refuses("\"\\u12g4\"", 5, "hexadecimal");
    refuses("1 1", 2, "the end");
    refuses("[1", 2, "the end");
    refuses("\u00a01", 0, "value");
  }

  @Test
  void isBounded() {
    String deep = "[".repeat(128) + "]".repeat(128);
    assertThat(JsonValue.parse(deep)).hasToString(deep);
    assertThatThrownBy(() -> JsonValue.parse("[" + deep + "]"))
        .hasMessageContaining("more than 128 deep");
    assertThatThrownBy(() -> JsonValue.parse("[".repeat(1_000_000)))
        .isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> JsonValue.parse("[1, 2]", 1, 5)).hasMessageContaining("at most 5");
  }

  @Test
  void readsWhatItWrites() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      JsonValue value = value(random, 4);
      assertThat(JsonValue.parse(value.toString())).isEqualTo(value);
    }
  }

  private static JsonValue value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 6)) {
      case 0 -> new JsonValue.Null();
      case 1 -> new JsonValue.Bool(random.nextBoolean());
      case 2 -> new JsonValue.Num(Long.toString(random.nextLong()));
      case 3 -> new JsonValue.Str(string(random));
      case 4 -> {
        List<JsonValue> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(value(random, depth - 1));
        }
        yield new JsonValue.Arr(items);
      }
      default -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put(string(random), value(random, depth - 1));
        }
        yield new JsonValue.Obj(members);
      }
    };
  }

  private static String string(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append((char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
    }
    return text.toString();
  }

  private static void refuses(String text, int offset, String message) {
    assertThatThrownBy(() -> JsonValue.parse(text))
        .isInstanceOfSatisfying(
            JsonException.class,
            failure -> {
              assertThat(failure.offset()).isEqualTo(offset);
              assertThat(failure).hasMessageContaining(message);
            });
  }
}
