package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FunctionNamesTest {
  private static String name(String section) {
    return new FunctionNames(List.of("host function a b"), HexFormat.of().parseHex(section))
        .name(1);
  }

  @Test
  void functionsHaveNames() {
    assertThat(name("0104010101" + "66")).isEqualTo("f (function 1)");
    assertThat(name("")).isEqualTo("function 1");
  }

  @Test
  void aBrokenSectionIsAsGoodAsNone() {
    assertThat(name("0104010101")).isEqualTo("function 1");
    assertThat(name("01ffffffff7f")).isEqualTo("function 1");
    // Two names of the module, found by the fuzzer.
    assertThat(name("0002016100020162")).isEqualTo("function 1");
  }
}
