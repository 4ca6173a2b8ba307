package io.pie4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.component.bindgen.Bindgen;
import io.pie4j.component.wit.Wit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page that people read says what the interface is. */
final class ApiPageTest {
  private static final Path ROOT = Path.of(System.getProperty("pie4j.root", ".."));

  @Test
  void thePageIsWhatTheInterfaceGives() throws IOException {
    assertThat(Files.readString(ROOT.resolve("docs/api.md")))
        .as("docs/api.md is not current; this renews it: " + Bindgen.RENEWAL)
        .isEqualTo(Bindgen.page(Wit.parse(ROOT.resolve("wit")), "inferlet"));
  }
}
