package io.pie4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Templates that ask for endless time, memory or stack. Each runs on a thread with half a megabyte
 * of stack and must end soon in one clear error.
 */
final class HostileTemplatesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long STACK_BYTES = 512 << 10;

  /**
   * A twentieth of the defaults, so that what burns its whole budget does not hold up the tests.
   */
  private static final TemplateLimits SMALL =
      new TemplateLimits(
          1 << 20, 100, TemplateLimits.DEFAULTS.depthMax(), 500_000, 16 << 20, 2 << 20);

  private static String repeated(String text, int times) {
    return text.repeat(times);
  }

  private static final Map<String, String> EXCEEDING =
      Map.ofEntries(
          Map.entry("huge string", "{{ 'a' * 10**9 }}"),
          Map.entry("huge string by huge count", "{{ 'a' * 10**30 }}"),
          Map.entry("huge list", "{{ [0] * 10**9 }}"),
          Map.entry(
              "doubling string",
              "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}"),
          Map.entry(
              "doubling list",
              "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}"),
          Map.entry(
              "doubling by replace",
              "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s|replace('a', 'aa')|replace('b', 'bb') %}{% endfor %}"),
          Map.entry(
              "doubling by join",
              "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s]|join %}{% endfor %}"),
          Map.entry(
              "doubling by format",
              "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = '%s%s' % (ns.s, ns.s) %}{% endfor %}"),
          Map.entry(
              "doubling by set block",
              "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set x %}{{ ns.s }}{{ ns.s }}{% endset %}{% set ns.s = x %}{% endfor %}"),
          Map.entry(
              "many middling strings",
              "{% set ns = namespace(s=[]) %}{% for i in range(100000) %}{% set ns.s = ns.s + ['a' * 1000000] %}{% endfor %}"),
          Map.entry("power tower", "{{ 9 ** (9 ** 9) }}"),
          Map.entry("huge power", "{{ 2 ** 100000000 }}"),
          Map.entry("huge shift by power", "{{ (2 ** 4000) * (2 ** 4000) }}"),
          Map.entry(
              "squaring",
              "{% set ns = namespace(n=3) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}"),
          Map.entry(
              "nested ranges",
              "{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}"),
          Map.entry(
              "quiet loop",
              "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"),
          Map.entry("long range", "{{ range(10**12)|list }}"),
          Map.entry("longest range", "{{ range(0 - 10**40, 10**40)|length }}"),
          Map.entry(
              "endless output",
              "{% for a in range(99999) %}{% for b in range(99999) %}{{ 'x' * 1000 }}{% endfor %}{% endfor %}"),
          Map.entry("endless macro", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
          Map.entry(
              "endless macro in expressions",
              "{% macro m(x) %}{{ [m([x]|map('string')|join ~ 'x'), (1 + (2 * (3 - m(1))))] }}{% endmacro %}{{ m(1) }}"),
          Map.entry(
              "mutual macros",
              "{% macro a() %}{% if true %}{% for i in [1] %}{{ b() }}{% endfor %}{% endif %}{% endmacro %}{% macro b() %}{% set x %}{{ a() }}{% endset %}{% endmacro %}{{ a() }}"),
          Map.entry(
              "endless caller",
              "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{{ caller() }}{% endmacro %}{% call m() %}{% endcall %}"),
          Map.entry(
              "branching macro",
              "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}"),
          Map.entry(
              "recursive loop",
              "{% set x = [1] %}{% for i in x recursive %}{{ loop(x) }}{% endfor %}"),
          Map.entry(
              "deep list",
              "{% set ns = namespace(l=[]) %}{% for i in range(90000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}"),
          Map.entry(
              "deep list to JSON",
              "{% set ns = namespace(l=[]) %}{% for i in range(90000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l|tojson }}"),
          Map.entry(
              "deep comparison",
              "{% set a = namespace(l=[]) %}{% set b = namespace(l=[]) %}{% for i in range(90000) %}{% set a.l = [a.l] %}{% set b.l = [b.l] %}{% endfor %}{{ a.l == b.l }}"),
          Map.entry(
              "deep order",
              "{% set a = namespace(l=[]) %}{% set b = namespace(l=[1]) %}{% for i in range(90000) %}{% set a.l = [a.l] %}{% set b.l = [b.l] %}{% endfor %}{{ a.l < b.l }}"),
          Map.entry(
              "deep key",
              "{% set a = namespace(l=()) %}{% for i in range(90000) %}{% set a.l = (a.l,) %}{% endfor %}{{ {a.l: 1} }}"),
          Map.entry(
              "bushy list",
              "{% set ns = namespace(l=[]) %}{% for i in range(90) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}"),
          Map.entry(
              "bushy JSON",
              "{% set ns = namespace(l=[]) %}{% for i in range(90) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson(indent=4)|length }}"),
          Map.entry(
              "bushy comparison",
              "{% set a = namespace(l=[]) %}{% set b = namespace(l=[]) %}{% for i in range(90) %}{% set a.l = [a.l, a.l] %}{% set b.l = [b.l, b.l] %}{% endfor %}{{ a.l == b.l }}"),
          Map.entry(
              "bushy key",
              "{% set a = namespace(l=()) %}{% for i in range(90) %}{% set a.l = (a.l, a.l) %}{% endfor %}{{ {a.l: 1}|length }}"),
          Map.entry(
              "namespace in itself", "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}"),
          Map.entry(
              "namespace ring",
              "{% set a = namespace() %}{% set b = namespace(a=a) %}{% set a.b = [b] %}{{ a ~ 1 }}"),
          Map.entry("wide percent field", "{{ '%999999999d' % 1 }}"),
          Map.entry("wide star field", "{{ '%*d' % (10**18, 1) }}"),
          Map.entry("precise float", "{{ '%.999999999f' % 1 }}"),
          Map.entry("precise integer", "{{ '%.999999999d' % 1 }}"),
          Map.entry("wide brace field", "{{ '{:999999999}'.format('a') }}"),
          Map.entry("wide center", "{{ 'a'|center(10**9) }}"),
          Map.entry("wide center method", "{{ 'a'.center(10**18) }}"),
          Map.entry("wide zfill", "{{ '1'.zfill(10**10) }}"),
          Map.entry("wide indent", "{{ 'a\nb'|indent(10**9) }}"),
          Map.entry("wide JSON indent", "{{ [1]|tojson(indent=10**9) }}"),
          Map.entry("wide tabs", "{{ '\t'.expandtabs(10**9) }}"),
          Map.entry("huge batch", "{{ [1]|batch(10**9, 'x')|list }}"),
          Map.entry("huge slice", "{{ [1]|slice(10**9)|list }}"),
          Map.entry(
              "many searches",
              "{% set h = 'a' * 1000000 %}{% set n = 'a' * 500000 ~ 'b' %}{% for i in range(99999) %}{{ n in h }}{% endfor %}"),
          Map.entry(
              "many counts",
              "{% set h = 'a' * 1000000 %}{% for i in range(99999) %}{{ h.count('ab') }}{% endfor %}"),
          Map.entry(
              "many lengths",
              "{% set h = '🌍' * 1000000 %}{% for i in range(99999) %}{{ h|length }}{{ h[0] }}{% endfor %}"),
          Map.entry(
              "many comparisons",
              "{% set h = 'a' * 1000000 ~ 'b' %}{% set g = 'a' * 1000000 ~ 'c' %}{% for i in range(99999) %}{{ h == g }}{{ h < g }}{% endfor %}"),
          Map.entry(
              "many sorts",
              "{% for i in range(99999) %}{{ range(99999)|sort(reverse=true)|length }}{% endfor %}"),
          Map.entry("long chain", "{{ 0" + repeated(" + 1", 20_000) + " }}"),
          Map.entry("long attribute chain", "{{ 1" + repeated("|string", 20_000) + " }}"));

  private static final Map<String, String> MALFORMED =
      Map.ofEntries(
          Map.entry(
              "deep parentheses",
              "{{ " + repeated("(", 20_000) + "1" + repeated(")", 20_000) + " }}"),
          Map.entry("deep lists", "{{ " + repeated("[", 20_000) + repeated("]", 20_000) + " }}"),
          Map.entry("deep dicts", "{{ " + repeated("{1:", 20_000) + "}}"),
          Map.entry("deep subscripts", "{{ a" + repeated("[a", 20_000) + "}}"),
          Map.entry("deep calls", "{{ " + repeated("f(", 20_000) + "}}"),
          Map.entry("deep not", "{{ " + repeated("not ", 20_000) + "1 }}"),
          Map.entry("deep minus", "{{ " + repeated("-", 20_000) + "1 }}"),
          Map.entry("deep inline if", "{{ " + repeated("1 if 2 else ", 20_000) + "3 }}"),
          Map.entry("deep if", repeated("{% if 1 %}", 20_000)),
          Map.entry("deep for", repeated("{% for x in y %}", 20_000)),
          Map.entry("deep macro", repeated("{% macro m() %}", 20_000)),
          Map.entry("deep targets", "{% set " + repeated("(", 20_000) + "a"),
          Map.entry("huge integer", "{{ " + repeated("9", 50_000) + " }}"),
          Map.entry("huge hexadecimal", "{{ 0x" + repeated("f", 2_000) + " }}"),
          Map.entry("long source", repeated("x", (1 << 20) + 1)),
          Map.entry("unclosed comments", repeated("{#", 20_000)),
          Map.entry("unclosed raw", "{% raw %}" + repeated("{% endraw ", 50_000)),
          Map.entry("unclosed string", "{{ '" + repeated("\\'", 20_000)));

  @TestFactory
  Stream<DynamicTest> whatAsksForTooMuchIsStopped() {
    return EXCEEDING.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(),
                () -> {
                  Throwable thrown = outcome(entry.getValue(), Map.of(), SMALL);
                  assertThat(thrown).isInstanceOf(ChatTemplateException.LimitExceeded.class);
                  assertThat(thrown).message().doesNotContain("\n").hasSizeLessThan(400);
                }));
  }

  @TestFactory
  Stream<DynamicTest> sourcesBeyondMeasureAreRefused() {
    return MALFORMED.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry ->
            DynamicTest.dynamicTest(
                entry.getKey(),
                () -> {
                  Throwable thrown = outcome(entry.getValue(), Map.of(), SMALL);
                  assertThat(thrown).isInstanceOf(ChatTemplateException.Malformed.class);
                  assertThat(thrown).message().doesNotContain("\n").hasSizeLessThan(700);
                }));
  }

  @Test
  void cyclicInputsAreRefused() {
    List<Object> ring = new ArrayList<>();
    ring.add(ring);
    assertThat(outcome("{{ ring }}", Map.of("ring", ring)))
        .isInstanceOf(ChatTemplateException.LimitExceeded.class);
  }

  @Test
  void oneLongSearchTakesLinearTime() {
    String source =
        "{% set h = 'a' * 2000000 %}{% set n = 'a' * 1000000 ~ 'b' %}{{ n in h }}{{ h.rfind(n) }}{{ h.split(n)|length }}";
    assertThat(outcome(source, Map.of())).hasMessage("False-11");
  }

  @Test
  void keysThatCollideStayFast() {
    // All of these strings have one hash code in Java.
    String source =
        """
        {%- set ns = namespace(keys=['']) %}
        {%- for i in range(12) %}
        {%- set both %}{{ ns.keys|join('Aa,') }}Aa,{{ ns.keys|join('BB,') }}BB{% endset %}
        {%- set ns.keys = both.split(',') %}
        {%- endfor %}
        {%- set d = dict(ns.keys|batch(2)) %}
        {{- d|length }} {{ ns.keys|unique|list|length }}\
        """;
    assertThat(outcome(source, Map.of())).hasMessage("2048 4096");
  }

  @Test
  void theDefaultsStopTheWorstToo() {
    String source =
        "{% for a in range(99999) %}{% for b in range(99999) %}{{ a + b }}{% endfor %}{% endfor %}";
    assertThat(outcome(source, Map.of())).isInstanceOf(ChatTemplateException.LimitExceeded.class);
  }

  private static Throwable outcome(String source, Map<String, ?> inputs) {
    return outcome(source, inputs, TemplateLimits.DEFAULTS);
  }

  /** The error, or the rendered text as the message of one. */
  private static Throwable outcome(String source, Map<String, ?> inputs, TemplateLimits limits) {
    AtomicReference<Throwable> found = new AtomicReference<>(new AssertionError("still running"));
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                found.set(
                    new IllegalStateException(ChatTemplate.compile(source, limits).render(inputs)));
              } catch (Throwable e) {
                found.set(e);
              }
            },
            "hostile",
            STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Objects.requireNonNull(found.get());
  }
}
