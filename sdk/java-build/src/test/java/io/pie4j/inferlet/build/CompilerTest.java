package io.pie4j.inferlet.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that do not validate, and programs that TeaVM refuses. */
class CompilerTest {
  private static final Target PROGRAM = new Target("bad", "io.pie4j.Bad", Optional.empty());

  @TempDir private Path folder;

  @Test
  void acceptsAValidModule() throws Exception {
    // The second function is i32.const 7.
    Validation.check(PROGRAM, module(0x41, 7));
  }

  @Test
  void namesProgramAndFunctionOfAnInvalidModule() throws Exception {
    // The second function is two nops, and leaves no i32.
    Path module = module(1, 1);
    assertThatThrownBy(() -> Validation.check(PROGRAM, module))
        .isInstanceOf(BuildFailure.class)
        .hasMessageContaining(
            "bad: TeaVM made an invalid module of io.pie4j.Bad, function List.eq: ")
        .hasMessageContaining("type mismatch");
  }

  @Test
  void refusesATruncatedModule() throws Exception {
    Path module = module(0x41, 7);
    byte[] whole = Files.readAllBytes(module);
    Files.write(module, Arrays.copyOf(whole, 30));
    assertThatThrownBy(() -> Validation.check(PROGRAM, module))
        .isInstanceOf(BuildFailure.class)
        .hasMessageStartingWith("bad: TeaVM made an invalid module of io.pie4j.Bad: ");
  }

  @Test
  void saysWhichClassTeaVmCouldNotCompile() throws Exception {
    ClassPath nothing = ClassPath.read(List.of());
    assertThatThrownBy(() -> Compiler.compile(PROGRAM, nothing, folder.resolve("bad.wasm")))
        .isInstanceOf(BuildFailure.class)
        .hasMessageContaining("bad: ")
        .hasMessageContaining("io.pie4j.Bad");
    assertThat(folder).isEmptyDirectory();
  }

  /** Two functions of no arguments and an integer; the second's body is the two bytes. */
  private Path module(int first, int second) throws Exception {
    byte[] bytes = {
      0,
      'a',
      's',
      'm',
      1,
      0,
      0,
      0,
      1,
      5,
      1,
      0x60,
      0,
      1,
      0x7f,
      3,
      3,
      2,
      0,
      0,
      10,
      11,
      2,
      4,
      0,
      0x41,
      1,
      0x0b,
      4,
      0,
      (byte) first,
      (byte) second,
      0x0b,
      0,
      21,
      4,
      'n',
      'a',
      'm',
      'e',
      1,
      14,
      2,
      0,
      2,
      'o',
      'k',
      1,
      7,
      'L',
      'i',
      's',
      't',
      '.',
      'e',
      'q'
    };
    return Files.write(folder.resolve("module.wasm"), bytes);
  }
}
