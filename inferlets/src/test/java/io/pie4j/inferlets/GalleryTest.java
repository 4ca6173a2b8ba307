package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The gallery says what is so; when its table does not, the failure shows the right one. */
final class GalleryTest {
  private static final Path PAGE = Stage.ROOT.resolve("docs/techniques.md");
  private static final int KIBIBYTES = 4;
  private static final int SIZE_TOLERANCE_PERCENT = 20;

  /** A row of the paper's Table 2. */
  private record Paper(int lines, String size) {}

  private static final Map<String, Paper> TABLE_2 =
      Map.ofEntries(
          Map.entry("text-completion", new Paper(38, "129 KB")),
          Map.entry("tree-of-thought", new Paper(198, "148 KB")),
          Map.entry("recursion-of-thought", new Paper(106, "152 KB")),
          Map.entry("graph-of-thought", new Paper(87, "171 KB")),
          Map.entry("skeleton-of-thought", new Paper(82, "173 KB")),
          Map.entry("prefix-caching", new Paper(45, "131 KB")),
          Map.entry("modular-caching", new Paper(72, "139 KB")),
          Map.entry("ebnf-decoding", new Paper(225, "2 MB")),
          Map.entry("beam-search", new Paper(98, "142 KB")),
          Map.entry("watermarking", new Paper(43, "130 KB")),
          Map.entry("output-validation", new Paper(52, "131 KB")),
          Map.entry("speculative-decoding", new Paper(255, "152 KB")),
          Map.entry("jacobi-decoding", new Paper(88, "96 KB")),
          Map.entry("attention-sink", new Paper(60, "133 KB")),
          Map.entry("windowed-attention", new Paper(60, "133 KB")),
          Map.entry("hierarchical-attention", new Paper(42, "130 KB")),
          Map.entry("agent-react", new Paper(60, "309 KB")),
          Map.entry("agent-codeact", new Paper(62, "6.7 MB")),
          Map.entry("agent-swarm", new Paper(95, "135 KB")));

  /** Where effects are tested that share a test; others have one of their own name. */
  private static final Map<String, String> TESTS =
      Map.of(
          "speculative-decoding", "speculative-decoding/DraftingTest",
          "cacheback-decoding", "speculative-decoding/DraftingTest",
          "jacobi-decoding", "speculative-decoding/DraftingTest");

  @Test
  void everyTechniqueOfTable2IsThereInFewLines() {
    Map<String, Integer> lines =
        Inferlet.all().stream().collect(Collectors.toMap(Inferlet::name, Inferlet::lines));
    assertThat(lines).containsKeys(TABLE_2.keySet().toArray(String[]::new));
    TABLE_2.forEach((name, paper) ->
        assertThat(lines.get(name))
            .as("lines of %s, of which the paper has %d", name, paper.lines())
            .isBetween(1, paper.lines() * 3 / 2));
  }

  @Test
  void theTableIsRight() throws IOException {
    List<String> written =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| [")).toList();
    Map<String, String> purposes = purposes();
    List<String> right =
        Inferlet.all().stream()
            .map(one -> row(one, Objects.requireNonNull(purposes.get(one.name()))))
            .toList();
    String paste = "lines of docs/techniques.md; the table is\n" + String.join("\n", right) + "\n";
    assertThat(written).as(paste).hasSameSizeAs(right);
    for (int i = 0; i < right.size(); i++) {
      List<String> cells = new ArrayList<>(List.of(written.get(i).split(" \\| ", -1)));
      List<String> expected = List.of(right.get(i).split(" \\| ", -1));
      assertThat(cells).as(paste).hasSameSizeAs(expected);
      long size = Long.parseLong(expected.get(KIBIBYTES));
      assertThat(Long.parseLong(cells.get(KIBIBYTES)))
          .as(paste)
          .isCloseTo(size, within(size * SIZE_TOLERANCE_PERCENT / 100));
      cells.set(KIBIBYTES, expected.get(KIBIBYTES));
      assertThat(cells).as(paste).isEqualTo(expected);
    }
  }

  @Test
  void everyInferletHasASection() throws IOException {
    List<String> page = Files.readAllLines(PAGE);
    assertThat(page).containsAll(Inferlet.all().stream().map(one -> "## " + one).toList());
  }

  private static String row(Inferlet inferlet, String purpose) {
    Optional<Paper> paper = Optional.ofNullable(TABLE_2.get(inferlet.name()));
    try {
      return "| [%s](#%s) | %s | %d | %s | %d | %s | [test](../%s) |"
          .formatted(
              inferlet.name(),
              inferlet.name(),
              purpose,
              inferlet.lines(),
              paper.map(row -> Integer.toString(row.lines())).orElse(""),
              Math.round(Files.size(inferlet.module()) / 1024.0),
              paper.map(Paper::size).orElse(""),
              test(inferlet));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What the program's help begins with. */
  private static Map<String, String> purposes() {
    try (Stage stage = Stage.dummy()) {
      return Inferlet.all().stream()
          .collect(
              Collectors.toMap(
                  Inferlet::name,
                  one -> {
                    String help = stage.run(one.program(), "--help").finished().printed();
                    return help.substring(one.name().length() + 2, help.indexOf('\n'));
                  }));
    }
  }

  private static String test(Inferlet inferlet) {
    String own = inferlet.name() + "/" + inferlet.program().getClass().getSimpleName() + "Test";
    String[] place = TESTS.getOrDefault(inferlet.name(), own).split("/", -1);
    String path =
        "inferlets/" + place[0] + "/src/test/java/io/pie4j/inferlets/" + place[1] + ".java";
    assertThat(Stage.ROOT.resolve(path)).exists();
    return path;
  }
}
