package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What all standard inferlets have in common, whatever they do. */
@Timeout(240)
final class EveryInferletTest {
  private static final Pattern HELP_LINE =
      Pattern.compile("  --([a-z][a-z-]*)( [^ ]+)?  [^ ].{4,150}");
  private static final Pattern OPTION = Pattern.compile("(?<= )--([a-z][a-z-]*)");
  private static final Pattern CITATION =
      Pattern.compile(
          "arXiv[ :]\\d{4}\\.\\d{4,5}|arxiv\\.org/abs|[Pp]aper (§|Table)|SOSP|ICSE|https://");

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
    all().forEach(inferlet -> stage.install(trusted(inferlet)));
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  static List<Inferlet> all() {
    return Inferlet.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void tellsItsOptions(Inferlet inferlet) {
    List<String> help = help(inferlet);
    assertThat(help.getFirst()).matches(inferlet.name() + ": [a-z].{20,90}[^.]");
    assertThat(help.subList(1, help.size())).allMatch(HELP_LINE.asMatchPredicate());
    assertThat(options(help)).contains("json").doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("all")
  void refusesWhatItDoesNotKnow(Inferlet inferlet) {
    assertThat(stage.run(inferlet.program(), "--no-such-option", "x").error())
        .isEqualTo("there is no option --no-such-option; see --help");
  }

  /** Idea, citation, how to run it, with options that there are, and what to look at. */
  @ParameterizedTest
  @MethodSource("all")
  void hasAReadme(Inferlet inferlet) {
    List<String> readme = inferlet.readme();
    String text = String.join("\n", readme);
    assertThat(readme).hasSizeBetween(8, 18);
    assertThat(readme.getFirst()).isEqualTo("# " + inferlet.name());
    assertThat(text).containsPattern(CITATION).contains("Look at");
    List<String> runs =
        readme.stream().filter(line -> line.contains("run " + inferlet.name())).toList();
    assertThat(runs).isNotEmpty();
    List<String> known = options(help(inferlet));
    for (String run : runs) {
      int arguments = run.indexOf(" -- ");
      if (arguments >= 0) {
        OPTION
            .matcher(run.substring(arguments + 3).split("  +#", -1)[0])
            .results()
            .forEach(option -> assertThat(known).as(run).contains(option.group(1)));
      }
    }
  }

  /** All at once, as no program may disturb another; then all once more, with {@code --json}. */
  @Test
  void showsSomethingWithoutAnyOption() {
    play()
        .forEach((inferlet, printed) ->
            assertThat(printed).as(inferlet).hasSizeGreaterThan(10).endsWith("\n"));
    play("--json")
        .forEach((inferlet, printed) -> {
          JsonNode result = new ObjectMapper().readTree(printed);
          assertThat(result.isObject()).as(inferlet + ": " + printed).isTrue();
          assertThat(result.size()).as(inferlet).isPositive();
          assertThat(result.valueStream()).as(inferlet).noneMatch(JsonNode::isNull);
        });
  }

  private static Map<String, String> play(String... arguments) {
    Map<String, Transcript> said = new LinkedHashMap<>();
    Map<String, Instance> running = new LinkedHashMap<>();
    for (Inferlet inferlet : all()) {
      Transcript transcript = new Transcript();
      said.put(inferlet.name(), transcript);
      running.put(inferlet.name(), stage.launch(trusted(inferlet), transcript, arguments));
    }
    running.forEach((name, instance) ->
        assertThat(stage.await(instance)).as(name).isEqualTo(new Outcome.Finished()));
    Map<String, String> printed = new LinkedHashMap<>();
    said.forEach((name, transcript) -> printed.put(name, transcript.text()));
    return printed;
  }

  private static TrustedProgram trusted(Inferlet inferlet) {
    return new TrustedProgram(ProgramName.parse(inferlet.name()), inferlet.program());
  }

  private static List<String> help(Inferlet inferlet) {
    return stage.run(inferlet.program(), "--help").finished().printed().lines().toList();
  }

  private static List<String> options(List<String> help) {
    List<String> names = new ArrayList<>();
    for (String line : help) {
      var found = HELP_LINE.matcher(line);
      if (found.matches()) {
        names.add(found.group(1));
      }
    }
    return names;
  }
}
