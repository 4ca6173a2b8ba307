package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program's file is, told without running it. */
final class InspectTest {
  private static final Path ROOT = Path.of("../..");

  @TempDir Path home;

  private Pie.Said said(String... arguments) {
    try (Pie pie = new Pie(home)) {
      return pie.pie(arguments);
    }
  }

  @Test
  void componentsAreShownAsWit() {
    Pie.Said pie = said("inspect", ROOT + "/inferlets/rust/prebuilt/text-completion.wasm");
    assertThat(pie.code()).isZero();
    assertThat(pie.out())
        .contains("component of 3 core modules")
        .contains("missing here  nothing")
        .contains("import pie4j:inferlet/forward@0.1.0;")
        .contains("export run: func() -> result<_, string>;")
        .contains("subscribe: func() -> pollable;");
  }

  @Test
  void whatNobodyOffersIsListed() {
    Pie.Said pie = said("inspect", ROOT + "/engine/component/src/test/components/resources.wasm");
    assertThat(pie.code()).isZero();
    assertThat(pie.out()).contains("component of ").contains("missing here  ");
    assertThat(pie.out()).doesNotContain("missing here  nothing");
  }

  @Test
  void otherFilesAreRefused() {
    Pie.Said pie = said("inspect", "pom.xml");
    assertThat(pie.code()).isNotZero();
    assertThat(pie.err()).contains("pom.xml: not a WebAssembly module").hasLineCount(1);
  }

  @Test
  void aComponentThatIsNoProgramIsNotInstalled() {
    Pie.Said pie =
        said("inferlet", "add", ROOT + "/engine/component/src/test/components/resources.wasm");
    assertThat(pie.code()).isNotZero();
    assertThat(pie.err()).contains("exports no function 'run' (func() -> result<_, string>)");
  }
}
