package io.pie4j.inferlet.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is compiled again, and what stays in the output, with a compiler that only takes notes. */
class WasmBuildTest {
  private static final String ONE = "one=io.pie4j.programs.One";
  private static final String TWO = "two=io.pie4j.programs.Two";

  @TempDir private Path folder;
  private final List<String> compiled = Collections.synchronizedList(new ArrayList<>());
  private String options = "fast";

  @BeforeEach
  void writeTwoProgramsThatShareNothing() throws Exception {
    writeClass("One", "OnesOwn");
    writeClass("OnesOwn", "Object");
    writeClass("Two", "Object");
    writeLibrary("first");
  }

  @Test
  void compilesNothingTwice() throws Exception {
    build(ONE, TWO);
    assertThat(compiled).containsExactlyInAnyOrder("one", "two");
    compiled.clear();
    build(ONE, TWO);
    assertThat(compiled).isEmpty();
  }

  @Test
  void compilesOnlyTheProgramThatChanged() throws Exception {
    build(ONE, TWO);
    compiled.clear();
    writeClass("OnesOwn", "String");
    build(ONE, TWO);
    assertThat(compiled).containsExactly("one");
  }

  @Test
  void compilesAllWhenALibraryChanges() throws Exception {
    build(ONE, TWO);
    compiled.clear();
    writeLibrary("second");
    build(ONE, TWO);
    assertThat(compiled).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void compilesAllWhenOptionsChange() throws Exception {
    build(ONE, TWO);
    compiled.clear();
    options = "small";
    build(ONE, TWO);
    assertThat(compiled).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void startsOverWhereABuildEndedHalfway() throws Exception {
    build(ONE, TWO);
    compiled.clear();
    writeClass("OnesOwn", "String");
    assertThatThrownBy(() ->
            build(
                (target, classPath, module) -> {
                  Files.writeString(module, "half");
                  throw new IllegalStateException("killed");
                },
                ONE,
                TWO))
        .hasRootCauseMessage("killed");
    build(ONE, TWO);
    assertThat(compiled).containsExactly("one");
    assertThat(folder.resolve("out/one.wasm")).hasContent("whole");
  }

  @Test
  void leavesNoModuleOfABrokenProgramAndCompilesTheOthers() throws Exception {
    build(ONE, TWO);
    compiled.clear();
    options = "small";
    assertThatThrownBy(() ->
            build(
                (target, classPath, module) -> {
                  if (target.name().equals("one")) {
                    throw new BuildFailure("one: broken");
                  }
                  note(target, classPath, module);
                },
                ONE,
                TWO))
        .isInstanceOf(BuildFailure.class)
        .hasMessage("one: broken");
    assertThat(folder.resolve("out/one.wasm")).doesNotExist();
    assertThat(compiled).containsExactly("two");
  }

  @Test
  void takesOutProgramsWhoseFoldersAreGone() throws Exception {
    writeSource("one", "One");
    writeSource("two", "Two");
    buildFolder();
    assertThat(folder.resolve("out/two.wasm")).exists();
    Files.move(folder.resolve("programs/two"), folder.resolve("gone"));
    buildFolder();
    assertThat(folder.resolve("out"))
        .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("two."));
    assertThat(folder.resolve("out/one.wasm")).exists();
  }

  @Test
  void refusesTwoProgramsOfOneName() {
    assertThatThrownBy(() -> build(ONE, "one=io.pie4j.programs.Two"))
        .isInstanceOf(BuildFailure.class)
        .hasMessage(
            "one: two programs of this name, io.pie4j.programs.One and io.pie4j.programs.Two;"
                + " name one of them otherwise");
  }

  @Test
  void refusesAProgramWithoutItsClass() {
    assertThatThrownBy(() -> build("none=io.pie4j.programs.None"))
        .isInstanceOf(BuildFailure.class)
        .hasMessageStartingWith("none: there is no class io.pie4j.programs.None");
  }

  private void build(String... programs) throws Exception {
    build(this::note, programs);
  }

  private void build(WasmBuild.Compilation compilation, String... programs) throws Exception {
    List<String> args = new ArrayList<>(List.of(folder.resolve("out").toString(), classPath()));
    args.addAll(Arrays.asList(programs));
    WasmBuild.run(options, compilation, args.toArray(String[]::new));
  }

  private void buildFolder() throws Exception {
    build(folder.resolve("programs").toString());
  }

  private void note(Target target, ClassPath classPath, Path module) throws Exception {
    Files.writeString(module, "whole");
    compiled.add(target.name());
  }

  private String classPath() {
    return folder.resolve("classes") + File.pathSeparator + folder.resolve("library.jar");
  }

  private void writeClass(String name, String named) throws Exception {
    Path classes = Files.createDirectories(folder.resolve("classes/io/pie4j/programs"));
    ClassDesc field =
        named.equals("OnesOwn")
            ? ClassDesc.of("io.pie4j.programs", named)
            : ClassDesc.of("java.lang", named);
    Files.write(
        classes.resolve(name + ".class"),
        ClassFile.of()
            .build(
                ClassDesc.of("io.pie4j.programs", name),
                type -> type.withField("field", field, ClassFile.ACC_STATIC)));
  }

  private void writeLibrary(String text) throws Exception {
    try (var jar = new ZipOutputStream(Files.newOutputStream(folder.resolve("library.jar")))) {
      jar.putNextEntry(new ZipEntry("library.txt"));
      jar.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void writeSource(String program, String name) throws Exception {
    Path sources =
        Files.createDirectories(
            folder.resolve("programs/" + program + "/src/main/java/io/pie4j/programs"));
    Files.writeString(sources.resolve(name + ".java"), "package io.pie4j.programs;");
  }
}
