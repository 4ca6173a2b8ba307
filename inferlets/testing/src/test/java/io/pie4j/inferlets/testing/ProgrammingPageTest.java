package io.pie4j.inferlets.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The listings that docs/programming.md shows are those that the application layer's tests run. */
final class ProgrammingPageTest {
  private static final Path ROOT = Path.of(System.getProperty("pie4j.root", "../.."));
  private static final String LISTINGS =
      "inferlets/testing/src/main/java/io/pie4j/inferlets/testing/Listings.java";
  private static final String CONTEXTS =
      "inferlets/testing/src/main/java/io/pie4j/inferlets/testing/ContextListings.java";
  private static final String DECODING =
      "inferlets/testing/src/main/java/io/pie4j/inferlets/testing/DecodingListings.java";

  @ParameterizedTest
  @ValueSource(strings = {"split prefill", "autoregressive loop", "three lines", "two queues"})
  void showsTheListingThatTheTestsRun(String name) throws IOException {
    String source = Files.readString(ROOT.resolve(LISTINGS));
    String start = "    // " + name + "\n";
    String listing = source.substring(source.indexOf(start) + start.length());
    String shown = listing.substring(0, listing.indexOf("    // end")).indent(-4);
    assertThat(Files.readString(ROOT.resolve("docs/programming.md")))
        .contains("```java\n" + shown + "```");
  }

  @ParameterizedTest
  @ValueSource(strings = {"forks", "steps", "drafts", "window", "save", "modules", "idle"})
  void showsWhatContextsDo(String name) throws IOException {
    String source = Files.readString(ROOT.resolve(CONTEXTS));
    String start = "// " + name + "\n";
    String listing = source.substring(source.indexOf(start) + start.length());
    String shown = listing.substring(0, listing.indexOf("// end")).stripTrailing().stripIndent();
    assertThat(Files.readString(ROOT.resolve("docs/programming.md")))
        .contains("```java\n" + shown + "\n```");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"drafter", "own drafter", "beams", "scores", "watermark", "own distribution"})
  void showsOtherWaysToChooseTokens(String name) throws IOException {
    String source = Files.readString(ROOT.resolve(DECODING));
    String start = "// " + name + "\n";
    String listing = source.substring(source.indexOf(start) + start.length());
    String shown = listing.substring(0, listing.indexOf("// end")).stripTrailing().stripIndent();
    assertThat(Files.readString(ROOT.resolve("docs/programming.md")))
        .contains("```java\n" + shown + "\n```");
  }
}
