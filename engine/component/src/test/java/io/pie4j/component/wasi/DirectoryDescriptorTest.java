package io.pie4j.component.wasi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryDescriptorTest {
  private static final int WRITES = Descriptor.READ | Descriptor.WRITE;

  @TempDir private Path around;
  private Path granted;
  private DirectoryDescriptor directory;

  @BeforeEach
  void grant() throws IOException {
    granted = Files.createDirectory(around.resolve("granted"));
    Files.writeString(around.resolve("secret"), "secret");
    directory = open(Directory.writable(granted, "/").withBytesMax(20_000));
  }

  private static DirectoryDescriptor open(Directory grant) throws IOException {
    Tree tree = new Tree(grant);
    return new DirectoryDescriptor(tree, tree.root());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private FileDescriptor file(String name) throws IOException {
    return Filesystem.file(directory.open(name, true, DirectoryDescriptor.CREATE, WRITES));
  }

  private static void fails(
      FileError error, org.assertj.core.api.ThrowableAssert.ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            IOException.class, failure -> assertThat(FileProblem.of(failure)).isEqualTo(error));
  }

  private Descriptor read(String name) throws IOException {
    return directory.open(name, true, 0, Descriptor.READ);
  }

  @Test
  void nothingLeadsOut() throws IOException {
    Files.createDirectory(granted.resolve("d"));
    Files.createSymbolicLink(granted.resolve("up"), Path.of("../secret"));
    Files.createSymbolicLink(granted.resolve("away"), around.resolve("secret"));
    Files.createSymbolicLink(granted.resolve("parent"), Path.of(".."));
    Files.createSymbolicLink(granted.resolve("d/in"), Path.of("../up"));
    for (String path :
        new String[] {
          "../secret",
          "d/../../secret",
          "d/./../../secret",
          "up",
          "away",
          "parent/secret",
          "d/in",
          "/etc/passwd",
          around.resolve("secret").toString(),
          "parent",
          "..",
          "d/../.."
        }) {
      fails(FileError.NOT_PERMITTED, () -> read(path));
    }
    for (String path : new String[] {"../new", "parent/new", "/tmp/new"}) {
      fails(FileError.NOT_PERMITTED, () -> file(path));
      fails(FileError.NOT_PERMITTED, () -> directory.createDirectory(path));
      fails(FileError.NOT_PERMITTED, () -> directory.unlink(path));
      fails(FileError.NOT_PERMITTED, () -> directory.rename("d", directory, path));
      fails(FileError.NOT_PERMITTED, () -> directory.symlink("d", path));
    }
    fails(FileError.NOT_PERMITTED, () -> directory.link("up", true, directory, "mine"));
    fails(FileError.LOOP, () -> directory.open("up", false, 0, Descriptor.READ));
  }

  @Test
  void aProgramsLinksLeadDown() throws IOException {
    directory.createDirectory("d");
    file("d/a").close();
    directory.symlink("d/a", "link");
    assertThat(directory.readLink("link")).isEqualTo("d/a");
    read("link").close();
    fails(FileError.NOT_PERMITTED, () -> directory.symlink("../secret", "bad"));
    fails(FileError.NOT_PERMITTED, () -> directory.symlink("d/../../secret", "bad"));
    fails(FileError.NOT_PERMITTED, () -> directory.symlink("/etc", "bad"));
    directory.symlink("loop", "loop");
    fails(FileError.LOOP, () -> read("loop"));
  }

  @Test
  void aDirectoryOpenedBelowIsABoundOfItsOwn() throws IOException {
    directory.createDirectory("d");
    file("beside").close();
    DirectoryDescriptor below = Filesystem.directory(read("d"));
    fails(FileError.NOT_PERMITTED, () -> below.open("../beside", true, 0, Descriptor.READ));
  }

  @Test
  void pipesOfTheHostAreNotOpened() throws Exception {
    Path pipe = granted.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    fails(FileError.NOT_PERMITTED, () -> read("pipe"));
  }

  @Test
  void writesAndReads() throws IOException {
    try (FileDescriptor file = file("a")) {
      assertThat(file.write(3, bytes("text"))).isEqualTo(4);
      assertThat(file.read(2, 100)).isEqualTo(bytes("\0text"));
      assertThat(file.read(7, 100)).isEmpty();
      file.setSize(4);
      assertThat(file.read(0, 100)).isEqualTo(bytes("\0\0\0t"));
      fails(FileError.INVALID, () -> file.read(-1, 1));
    }
    fails(
        FileError.EXIST,
        () ->
            directory.open(
                "a", true, DirectoryDescriptor.CREATE | DirectoryDescriptor.EXCLUSIVE, WRITES));
    fails(FileError.NOT_DIRECTORY, () -> read("a/b"));
    fails(FileError.NO_ENTRY, () -> read("b"));
    fails(FileError.IS_DIRECTORY, () -> directory.open(".", true, 0, WRITES));
    fails(FileError.BAD_DESCRIPTOR, () -> Filesystem.file(read("a")).write(0, bytes("x")));
  }

  @Test
  void readOnlyIsReadOnly() throws IOException {
    file("a").close();
    DirectoryDescriptor only = open(Directory.readOnly(granted, "/"));
    only.open("a", true, 0, Descriptor.READ).close();
    fails(FileError.NOT_PERMITTED, () -> only.open("a", true, 0, WRITES));
    fails(
        FileError.NOT_PERMITTED,
        () -> only.open("a", true, DirectoryDescriptor.TRUNCATE, Descriptor.READ));
    fails(FileError.READ_ONLY, () -> only.open("b", true, DirectoryDescriptor.CREATE, WRITES));
    fails(FileError.READ_ONLY, () -> only.createDirectory("d"));
    fails(FileError.READ_ONLY, () -> only.unlink("a"));
    fails(FileError.READ_ONLY, () -> only.rename("a", only, "b"));
    fails(FileError.READ_ONLY, () -> only.symlink("a", "b"));
  }

  @Test
  void whatItTakesIsBounded() throws IOException {
    try (FileDescriptor file = file("a")) {
      fails(FileError.QUOTA, () -> file.write(0, new byte[20_000]));
      fails(FileError.QUOTA, () -> file.setSize(1L << 40));
      fails(FileError.QUOTA, () -> file.write(1L << 40, new byte[1]));
      assertThat(file.write(0, new byte[19_000])).isEqualTo(19_000);
      // Unlinked it still takes room, until it is closed.
      directory.unlink("a");
      fails(FileError.QUOTA, () -> file("b").write(0, new byte[1_000]));
    }
    try (FileDescriptor again = file("b")) {
      assertThat(again.write(0, new byte[19_000])).isEqualTo(19_000);
    }
    fails(
        FileError.QUOTA,
        () -> {
          for (int i = 0; i < 100; i++) {
            directory.createDirectory("d" + i);
          }
        });
  }

  @Test
  void aTemporaryDirectoryGoesWithTheProgram() throws IOException {
    file("a").close();
    directory.createDirectory("d");
    Files.createSymbolicLink(granted.resolve("d/up"), around);
    Wasi.builder().directory(Directory.writable(granted, "/").temporary()).build().close();
    assertThat(granted).doesNotExist();
    assertThat(around.resolve("secret")).exists();
  }
}
