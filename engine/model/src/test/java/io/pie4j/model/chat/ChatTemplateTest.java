package io.pie4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatTemplateTest {
  private static String render(String source, Map<String, ?> inputs) {
    return ChatTemplate.compile(source).render(inputs);
  }

  @Test
  void rendersAConversation() {
    ChatTemplate template =
        ChatTemplate.compile(
            "{% for m in messages %}<{{ m.role }}>{{ m['content'] }}{% endfor %}"
                + "{% if add_generation_prompt %}<assistant>{% endif %}{{ tools is none }}{{ documents is defined }}{{ name }}");
    List<ChatMessage> messages =
        List.of(new ChatMessage("system", "Hi."), new ChatMessage("user", "1 < 2"));
    assertThat(template.render(messages, true, Map.of("name", "x")))
        .isEqualTo("<system>Hi.<user>1 < 2<assistant>TrueTruex");
    assertThat(template.render(messages, false, Map.of("tools", List.of())))
        .isEqualTo("<system>Hi.<user>1 < 2FalseTrue");
  }

  @Test
  void nullIsNoneAndAbsenceIsUndefined() {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("a", null);
    inputs.put("list", Arrays.asList(1, null));
    assertThat(render("{{ a is none }} {{ a is defined }} {{ b is defined }} {{ list }}", inputs))
        .isEqualTo("True True False [1, None]");
  }

  @Test
  void takesEveryKindOfNumber() {
    Map<String, Object> inputs =
        Map.of("n", List.of(1, 2L, (short) 3, (byte) 4, BigInteger.TWO.pow(70), 1.5, 0.5f, true));
    assertThat(render("{{ n }}", inputs))
        .isEqualTo("[1, 2, 3, 4, 1180591620717411303424, 1.5, 0.5, True]");
  }

  @Test
  void refusesOtherObjects() {
    assertThatThrownBy(() -> render("{{ x }}", Map.of("x", new StringBuilder())))
        .isInstanceOf(ChatTemplateException.Failed.class)
        .hasMessageContaining("java.lang.StringBuilder");
  }

  @Test
  void theClockGivesTimeAndZone() {
    Clock clock = Clock.fixed(Instant.parse("2024-12-31T23:30:00Z"), ZoneId.of("Europe/Berlin"));
    assertThat(ChatTemplate.compile("{{ strftime_now('%d %b %Y %H:%M') }}").render(Map.of(), clock))
        .isEqualTo("01 Jan 2025 00:30");
    assertThat(
            ChatTemplate.compile("{{ strftime_now('%d') }}")
                .render(Map.of(), clock.withZone(ZoneOffset.UTC)))
        .isEqualTo("31");
  }

  @Test
  void aRaisedErrorCarriesExactlyItsMessage() {
    assertThatThrownBy(() -> render("a\n{{ raise_exception('Line one\nline \"two\"') }}", Map.of()))
        .isInstanceOf(ChatTemplateException.Raised.class)
        .hasMessage("Line one\nline \"two\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          {{ 1 + }} @ 1 @ 8 @ expected an expression, found '}}'
          ab{% if x @ 1 @ 3 @ this tag is never closed by '%}'
          {% if x %}a @ 1 @ 12 @ the template ends, but 'elif' or 'else' or 'endif' is missing
          {{ 'abc }} @ 1 @ 4 @ this string is never closed
          {{ x | nosuch }} @ 1 @ 8 @ there is no filter named 'nosuch'
          {% extends 'x' %} @ 1 @ 4 @ 'extends' is not supported in chat templates
          {% endfor %} @ 1 @ 4 @ unexpected tag 'endfor'
          {{ a b }} @ 1 @ 6 @ expected '}}', found 'b'
          {{ (1] }} @ 1 @ 6 @ unexpected ']'
          {% break %} @ 1 @ 4 @ 'break' is not inside a loop
          """)
  void saysWhereAndWhyASourceIsMalformed(String source, int line, int column, String problem) {
    ChatTemplateException error =
        catchThrowableOfType(
            ChatTemplateException.Malformed.class, () -> ChatTemplate.compile(source));
    assertThat(error)
        .hasMessage("chat template, line " + line + ", column " + column + ": " + problem);
    assertThat(error.line()).isEqualTo(line);
    assertThat(error.column()).isEqualTo(column);
  }

  @Test
  void saysWhereAndWhyARenderingFailed() {
    String source =
        "{% for m in messages %}\n  {{ m.role ~ m.content }}\n  {{ 'a' ~ m.content.x.y }}\n{% endfor %}";
    ChatTemplateException error =
        catchThrowableOfType(
            ChatTemplateException.Failed.class,
            () -> render(source, Map.of("messages", List.of(Map.of("role", "user")))));
    assertThat(error)
        .hasMessage("chat template, line 3, column 21: 'dict' has no attribute or key 'content'");
    assertThat(error.line()).isEqualTo(3);
  }

  @Test
  void failuresAreOneShortLine() {
    Map<String, Object> inputs = Map.of("x", List.of("line\n".repeat(1000)));
    assertThatThrownBy(() -> render("{{ [].index(x) }}", inputs))
        .isInstanceOf(ChatTemplateException.Failed.class)
        .message()
        .doesNotContain("\n")
        .hasSizeLessThan(700);
  }

  @Test
  void limitsAreSettings() {
    TemplateLimits few = new TemplateLimits(100, 5, 20, 1_000, 10_000, 50);
    assertThat(ChatTemplate.compile("{{ 'x' * 50 }}", few).render(Map.of())).hasSize(50);
    assertThatThrownBy(() -> ChatTemplate.compile("{{ 'x' * 51 }}", few).render(Map.of()))
        .isInstanceOf(ChatTemplateException.LimitExceeded.class)
        .hasMessageContaining("outputCharsMax");
    assertThatThrownBy(() ->
            ChatTemplate.compile("{% for x in range(999) %}{% endfor %}", few).render(Map.of()))
        .isInstanceOf(ChatTemplateException.LimitExceeded.class);
    assertThatThrownBy(() -> ChatTemplate.compile("x".repeat(101), few))
        .isInstanceOf(ChatTemplateException.Malformed.class)
        .hasMessageContaining("sourceCharsMax");
    assertThatThrownBy(() -> ChatTemplate.compile("{{ ((((((1)))))) }}", few))
        .isInstanceOf(ChatTemplateException.Malformed.class)
        .hasMessageContaining("nestingMax");
  }

  @Test
  void aLongConversationIsFarFromTheLimits() {
    List<ChatMessage> messages =
        IntStream.range(0, 150)
            .mapToObj(i ->
                new ChatMessage(i % 2 == 0 ? "user" : "assistant", "Some words, 一些话. ".repeat(100)))
            .toList();
    // The costly way: the text so far is copied for every message.
    String source =
        "{% set ns = namespace(t='') %}{% for m in messages %}"
            + "{% set ns.t = ns.t + m.role + ': ' + m.content.strip().split('</think>')[-1] + '\\n' %}{% endfor %}{{ ns.t[:80000] }}";
    assertThat(ChatTemplate.compile(source).render(messages, true, Map.of())).hasSize(80_000);
  }

  @Test
  void isSafeForManyThreads() {
    ChatTemplate template =
        ChatTemplate.compile(
            "{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(n) }}");
    List<String> rendered =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> template.render(Map.of("n", i % 10)))
            .toList();
    assertThat(rendered).containsAll(List.of("0", "10", "210", "9876543210"));
    assertThat(Collections.frequency(rendered, "3210")).isEqualTo(20);
  }
}
