package io.pie4j.component.bindgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.component.bindgen.Bindgen.Kind;
import io.pie4j.component.wit.Wit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * That generated code compiles and works is tested where guests are compiled, in inferlets/testing.
 */
class BindgenTest {
  private static final Path WIT = Path.of(System.getProperty("pie4j.root", "../.."), "wit");

  @TempDir Path folder;

  private static Map<String, String> generate(Kind kind, String text) {
    Wit wit = Wit.parse(List.of(new Wit.Source("x.wit", "package a:b@1.0.0; " + text)));
    return Bindgen.generate(kind, wit, "w", "p", "p");
  }

  private String[] arguments(String kind, String... packages) {
    List<String> arguments =
        new ArrayList<>(List.of(kind, WIT.toString(), "inferlet", folder.toString()));
    arguments.addAll(List.of(packages));
    return arguments.toArray(String[]::new);
  }

  @Test
  void unchangedFilesAreLeftAloneAndStaleOnesGo() throws IOException {
    Bindgen.main(arguments("api", "x.y"));
    Path queue = folder.resolve("x/y/Queue.java");
    FileTime before = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(queue, before);
    Path stale = Files.writeString(folder.resolve("x/y/Stale.java"), "class Stale {}");
    Path changed = folder.resolve("x/y/Model.java");
    Files.writeString(changed, "changed");

    Bindgen.main(arguments("api", "x.y"));

    assertThat(Files.getLastModifiedTime(queue)).isEqualTo(before);
    assertThat(stale).doesNotExist();
    assertThat(changed).content().startsWith("// Generated from WIT");
  }

  @Test
  void keepsDocumentationAndEscapesJavasWords() {
    String source =
        generate(
                Kind.API,
                "interface i { /// Why.\n default: func(%enum: u8, new: bool) -> list<u32>; } world w { import i; }")
            .get("I.java");
    assertThat(source).contains("/// Why.\n  int[] default_(byte enum_, boolean new_);");
  }

  @Test
  void offersHostFunctionsWithAndWithoutTheVersion() {
    Map<String, String> files =
        generate(Kind.HOST, "interface i { f: func(x: string) -> u64; } world w { import i; }");
    assertThat(files.get("HostBindings.java"))
        .contains("bind(imports, \"a:b/i@1.0.0\", of)")
        .contains("bind(imports, \"a:b/i\", of)");
    assertThat(files.get("IBindings.java"))
        .contains("imports.function(module, \"f\", \"i32 i32 -> i64\",");
  }

  @Test
  void numbersAndCountsTheCallsOfGuests() {
    Map<String, String> files =
        generate(
            Kind.HOST,
            "interface i { f: func(); resource r { g: func(); } } world w { import i; }");
    assertThat(files.get("GuestApi.java"))
        .containsIgnoringWhitespaces("CALLS = List.of(\"i.r.g\", \"i.f\");");
    assertThat(files.get("IBindings.java"))
        .containsIgnoringWhitespaces(
            "long rG(GuestApi api, Guest instance, long[] a) { api.calls[0]++;",
            "long f(GuestApi api, Guest instance, long[] a) { api.calls[1]++;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "interface i { f: func() -> tuple<u8, u8>; } | tuples have no Java form here: declare a record",
        "interface i { f: func(x: result<u8>); } | a result has a Java form only as what a function gives",
        "interface i { f: func() -> result<u8, string>; } | f: a result's error has a Java form only if it is a record",
        "interface i { f: func(); } interface j { enum i { a } } | two things are called I in Java: rename one",
      })
  void refusesWhatHasNoJavaForm(String text, String problem) {
    assertThatThrownBy(() -> generate(Kind.API, text + " world w { import i; }"))
        .isInstanceOf(BindgenException.class)
        .hasMessage(problem);
  }

  @Test
  void refusesAWorldThatIsNotThere() {
    assertThatThrownBy(() -> generate(Kind.API, "world v { }")).hasMessage("there is no world 'w'");
  }

  @Test
  void sameInputSameOutput() {
    Wit wit = Wit.parse(WIT);
    for (Kind kind : Kind.values()) {
      assertThat(Bindgen.generate(kind, wit, "inferlet", "p", "q"))
          .isEqualTo(Bindgen.generate(kind, Wit.parse(WIT), "inferlet", "p", "q"));
    }
  }
}
