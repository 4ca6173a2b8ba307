package io.pie4j.component.wasi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The file descriptors of a core module: 0 to 2 are its standard streams, then come the grants. */
final class Preview1Files {
  /** Numbers at once, directories too. */
  private static final int OPEN_MAX = 1_024;

  /** What a number stands for. */
  sealed interface Open {}

  record Reading(Input input) implements Open {}

  record Writing(Output output) implements Open {}

  static final class File implements Open {
    final FileDescriptor file;
    long offset;
    boolean appends;

    File(FileDescriptor file, boolean appends) {
      this.file = file;
      this.appends = appends;
    }
  }

  /**
   * A directory.
   *
   * @param preopened under which name it was granted; empty if the program opened it
   */
  record Directory(DirectoryDescriptor directory, String preopened) implements Open {}

  private final List<@Nullable Open> open = new ArrayList<>();

  Preview1Files(Wasi wasi) {
    open.add(new Reading(wasi.stdin()));
    open.add(new Writing(wasi.stdout()));
    open.add(new Writing(wasi.stderr()));
    for (Tree tree : wasi.trees()) {
      try {
        open.add(new Directory(new DirectoryDescriptor(tree, tree.root()), tree.grant().guest()));
      } catch (IOException gone) {
        // A grant whose directory is gone is not there.
      }
    }
  }

  Open get(int number) throws FileProblem {
    Open found = number < 0 || number >= open.size() ? null : open.get(number);
    if (found == null) {
      throw FileError.BAD_DESCRIPTOR.problem();
    }
    return found;
  }

  File file(int number) throws FileProblem {
    return switch (get(number)) {
      case File file -> file;
      case Directory _ -> throw FileError.IS_DIRECTORY.problem();
      case Reading _, Writing _ -> throw FileError.INVALID_SEEK.problem();
    };
  }

  DirectoryDescriptor directory(int number) throws FileProblem {
    if (get(number) instanceof Directory directory) {
      return directory.directory();
    }
    throw FileError.NOT_DIRECTORY.problem();
  }

  int add(Open added) throws FileProblem {
    for (int i = 3; i < open.size(); i++) {
      if (open.get(i) == null) {
        open.set(i, added);
        return i;
      }
    }
    if (open.size() == OPEN_MAX) {
      if (added instanceof File file) {
        file.file.close();
      }
      throw FileError.QUOTA.problem();
    }
    open.add(added);
    return open.size() - 1;
  }

  void close(int number) throws FileProblem {
    if (get(number) instanceof File file) {
      file.file.close();
    }
    open.set(number, null);
  }

  /** Gives what one number stands for to another, which is closed. */
  void renumber(int from, int to) throws FileProblem {
    Open moved = get(from);
    Open replaced = get(to);
    if (from != to) {
      if (replaced instanceof File file) {
        file.file.close();
      }
      open.set(to, moved);
      open.set(from, null);
    }
  }
}
