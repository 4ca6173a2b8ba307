package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClientFilesTest {
  @TempDir private Path folder;

  @Test
  void keepsWhatAProgramSends() {
    Path wanted = folder.resolve("made/for/it");
    ClientFiles files = new ClientFiles(List.of(), Optional.of(wanted));

    assertThat(files.keep("a.txt", new byte[] {'7'}))
        .isEqualTo("file 'a.txt' of 1 bytes is " + wanted.resolve("a.txt"));
    assertThat(wanted.resolve("a.txt")).hasContent("7");
  }

  @Test
  void saysWhatIsNotKept() throws IOException {
    assertThat(new ClientFiles(List.of(), Optional.empty()).keep("a.txt", new byte[2]))
        .isEqualTo("file 'a.txt' of 2 bytes was not kept; --save-files FOLDER keeps files");

    Files.createDirectory(folder.resolve("taken"));
    assertThat(new ClientFiles(List.of(), Optional.of(folder)).keep("taken", new byte[0]))
        .startsWith("file 'taken' of 0 bytes is lost: ");
  }

  @Test
  void refusesWhatIsTooLargeBeforeItRuns() throws IOException {
    Path file = Files.write(folder.resolve("large"), new byte[11]);
    ClientFiles files = new ClientFiles(List.of(file), Optional.empty());

    files.check(11);
    assertThatThrownBy(() -> files.check(10))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("has 11 bytes; the limit is 10");
  }
}
