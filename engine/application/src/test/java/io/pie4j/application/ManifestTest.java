package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a program says of itself and asks for. */
final class ManifestTest {
  @TempDir private Path folder;

  @Test
  void readsEveryKey() {
    Manifest manifest =
        Manifest.parse(
            "test",
            """
            name = "weather"
            version = "1.2.3"
            description = "Says how the weather is."

            [capabilities]
            http = ["api.example.com", "*.example.org"]
            sockets = ["db.example.com:5432"]
            directory = true
            store = true
            messaging = true
            files = false
            exports = true
            shared = true
            children = 3
            top-k = 1000
            """);

    assertThat(manifest.name()).contains(new ProgramName("weather", "1.2.3"));
    assertThat(manifest.description()).isEqualTo("Says how the weather is.");
    Capabilities asked = manifest.asked();
    assertThat(asked.http().patterns()).containsExactly("*.example.org", "api.example.com");
    assertThat(asked.rights())
        .isEqualTo(
            Set.of(
                Right.STORE,
                Right.MESSAGING,
                Right.EXPORTS,
                Right.DIRECTORY,
                Right.SHARED,
                Right.PRIVATE_HOSTS));
    assertThat(asked.sockets().patterns()).containsExactly("db.example.com:5432");
    assertThat(asked.children()).isEqualTo(3);
    assertThat(asked.topK()).isEqualTo(1000);
  }

  @Test
  void whatIsNotAskedForIsNotGranted() {
    Capabilities granted =
        Capabilities.standard().intersect(Manifest.parse("test", "name = \"quiet\"").asked());

    assertThat(granted).isEqualTo(Capabilities.none().withTopK(256));
  }

  @Test
  void aProgramWithoutManifestAsksForEverythingAndGetsWhatThePolicyGrants() {
    assertThat(Capabilities.standard().intersect(Manifest.none().asked()))
        .isEqualTo(Capabilities.standard());
  }

  @Test
  void privateHostsAreThePolicysMatter() {
    Capabilities asked = Manifest.parse("test", "[capabilities]\nhttp = [\"*\"]").asked();

    assertThat(Capabilities.standard().intersect(asked).has(Right.PRIVATE_HOSTS)).isFalse();
    assertThat(Capabilities.all().intersect(asked).has(Right.PRIVATE_HOSTS)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nmae = 'a' | unknown key nmae; there are: capabilities, description, name, version",
        "[capabilities]\\nstorage = true | unknown key capabilities.storage; there are: children, directory, exports,",
        "[capabilities]\\nprivate-hosts = true | unknown key capabilities.private-hosts",
        "[capabilities]\\nstore = 'yes' | capabilities.store: expected true or false, found \"yes\"",
        "[capabilities]\\nhttp = 'a.org' | capabilities.http: expected a list of texts, found \"a.org\"",
        "[capabilities]\\nhttp = [1] | capabilities.http: expected texts, found 1",
        "[capabilities]\\nhttp = ['http://a.org'] | host pattern 'http://a.org' must be",
        "[capabilities]\\nchildren = -1 | children must not be negative, is -1",
        "[capabilities]\\nchildren = 1.5 | capabilities.children: expected a whole number, found 1.5",
        "[capabilities]\\ntop-k = 99999999999 | capabilities.top-k: expected a whole number",
        "[capabilities]\\ntop-k = 0 | top-k must be positive, is 0",
        "capabilities = 1 | capabilities: expected a table, found 1",
        "name = 5 | name: expected a text, found 5",
        "name = '../a' | program name '../a' must be",
        "name = 'a'\\nversion = '1' | version '1' of program a must be three numbers",
        "version = '1.0.0' | version: there is no name",
        "name = | line 1, column",
        "name = 'a'\\nname = 'b' | line 2, column",
      })
  void refusesWhatItDoesNotUnderstand(String text, String message) {
    assertThatThrownBy(() -> Manifest.parse("here", text.replace("\\n", "\n")))
        .isInstanceOf(LaunchException.class)
        .hasMessageStartingWith("manifest here: ")
        .hasMessageContaining(message)
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
  }

  @Test
  void refusesHostileText() {
    for (String text :
        new String[] {
          "x".repeat(Manifest.BYTES_MAX + 1),
          "a = " + "[".repeat(30_000),
          "a" + ".a".repeat(30_000) + " = 1",
          "top = " + "9".repeat(60_000),
        }) {
      assertThatThrownBy(() -> Manifest.parse("here", text))
          .isInstanceOf(LaunchException.class)
          .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(1_000));
    }
  }

  @Test
  void liesInsideTheModuleOrBesideIt() throws IOException {
    Path file = folder.resolve("program.wasm");
    Files.writeString(folder.resolve("program.toml"), "description = \"beside\"");
    ProgramBinary plain = ProgramBinary.parse("plain", module(Optional.empty()));
    ProgramBinary marked =
        ProgramBinary.parse("marked", module(Optional.of("description = \"inside\"")));

    assertThat(Manifest.of(plain, file).description()).isEqualTo("beside");
    assertThat(Manifest.of(marked, file).description()).isEqualTo("inside");
    assertThat(Manifest.of(marked).description()).isEqualTo("inside");
    assertThat(Manifest.of(plain)).isEqualTo(Manifest.none());
    assertThat(Manifest.of(plain, folder.resolve("other.wasm"))).isEqualTo(Manifest.none());
  }

  @Test
  void theManifestInTheDocumentationIsOne() throws IOException {
    String page = Files.readString(TestEngine.ROOT.resolve("docs/capabilities.md"));
    int start = page.indexOf("```toml\n") + 8;
    Manifest shown = Manifest.parse("docs", page.substring(start, page.indexOf("```", start)));

    assertThat(shown.name()).contains(new ProgramName("weather", "1.2.0"));
    assertThat(shown.asked().has(Right.STORE)).isTrue();
    assertThat(shown.asked().children()).isEqualTo(2);
  }

  @Test
  void saysWhichFileIsNoGood() throws IOException {
    ProgramBinary plain = ProgramBinary.parse("plain", module(Optional.empty()));
    Path beside = folder.resolve("program.toml");
    Files.write(beside, new byte[] {'a', (byte) 0xff});
    assertThatThrownBy(() -> Manifest.of(plain, folder.resolve("program.wasm")))
        .isInstanceOf(LaunchException.class)
        .hasMessage("manifest " + beside + ": is not UTF-8");
    Files.write(beside, new byte[Manifest.BYTES_MAX + 1]);
    assertThatThrownBy(() -> Manifest.of(plain, folder.resolve("program.wasm")))
        .hasMessageContaining("has more than 65536 bytes");
    ProgramBinary marked = ProgramBinary.parse("marked", module(Optional.of("x = 1")));
    assertThatThrownBy(() -> Manifest.of(marked))
        .hasMessageContaining("manifest marked, section pie4j:manifest: unknown key x");
  }

  private static byte[] module(Optional<String> manifest) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    if (manifest.isPresent()) {
      byte[] name = Manifest.SECTION.getBytes(StandardCharsets.UTF_8);
      byte[] content = manifest.get().getBytes(StandardCharsets.UTF_8);
      bytes.write(new byte[] {0, (byte) (1 + name.length + content.length), (byte) name.length});
      bytes.write(name);
      bytes.write(content);
    }
    return bytes.toByteArray();
  }
}
