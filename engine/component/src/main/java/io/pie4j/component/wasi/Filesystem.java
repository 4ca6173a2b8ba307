package io.pie4j.component.wasi;

import io.pie4j.component.model.Case;
import io.pie4j.component.model.Linker;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code wasi:filesystem}: files below the granted directories, and nothing else. */
final class Filesystem {
  private static final String TYPE = "descriptor";
  private static final int FOLLOW = 1;

  private Filesystem() {}

  static void offer(Linker linker) {
    Interface.of(linker, "filesystem/preopens").function("get-directories", Filesystem::preopens);
    Interface types = Interface.of(linker, "filesystem/types");
    types.resource(TYPE, Descriptor.class, Filesystem::dropped);
    files(types);
    facts(types);
    directories(types);
    types
        .resource("directory-entry-stream", Entries.class, Entries::close)
        .method(
            "directory-entry-stream",
            "read-directory-entry",
            call -> {
              Iterator<?> left = call.get(0, Entries.class).left();
              return Case.ok(left.hasNext() ? Optional.of(left.next()) : Optional.empty());
            })
        .function("filesystem-error-code", Filesystem::errorCode);
  }

  /** A descriptor in a program's hands: its count is bounded. */
  private static void dropped(Descriptor descriptor) {
    descriptor.close();
  }

  private static Object preopens(Call call) {
    List<Object> all = new ArrayList<>();
    call.wasi()
        .trees()
        .forEach(tree -> {
          try {
            all.add(List.of(new DirectoryDescriptor(tree, tree.root()), tree.grant().guest()));
          } catch (IOException gone) {
            // A grant whose directory is gone is not there.
          }
        });
    return all;
  }

  private static Object errorCode(Call call) {
    return call.get(0, IoError.class).cause() instanceof FileProblem problem
        ? Optional.of(problem.error().code())
        : Optional.empty();
  }

  private interface Action {
    @Nullable Object run() throws IOException;
  }

  private static Case result(Action action) {
    try {
      return Case.ok(action.run());
    } catch (IOException failure) {
      return Case.error(FileProblem.of(failure).code());
    } catch (InvalidPathException _) {
      return Case.error(FileError.ILLEGAL_BYTE_SEQUENCE.code());
    } catch (SecurityException | UnsupportedOperationException _) {
      return Case.error(FileError.UNSUPPORTED.code());
    }
  }

  static FileDescriptor file(Descriptor descriptor) throws FileProblem {
    if (descriptor instanceof FileDescriptor file) {
      return file;
    }
    throw FileError.IS_DIRECTORY.problem();
  }

  private static FileDescriptor file(Call call) throws FileProblem {
    if (call.get(0, Descriptor.class) instanceof FileDescriptor file) {
      return file;
    }
    throw FileError.BAD_DESCRIPTOR.problem();
  }

  static DirectoryDescriptor directory(Descriptor descriptor) throws FileProblem {
    if (descriptor instanceof DirectoryDescriptor directory) {
      return directory;
    }
    throw FileError.NOT_DIRECTORY.problem();
  }

  private static DirectoryDescriptor directory(Call call, int index) throws FileProblem {
    return directory(call.get(index, Descriptor.class));
  }

  // ---- files

  private static void files(Interface types) {
    types
        .method(TYPE, "read-via-stream", call -> result(() -> reading(file(call), call.number(1))))
        .method(TYPE, "write-via-stream", call -> result(() -> writing(file(call), call.number(1))))
        .method(TYPE, "append-via-stream", call -> result(() -> appending(file(call))))
        .method(TYPE, "advise", call -> result(() -> advised(file(call))))
        .method(TYPE, "sync-data", call -> result(() -> sync(call, false)))
        .method(TYPE, "sync", call -> result(() -> sync(call, true)))
        .method(
            TYPE,
            "set-size",
            call ->
                result(() -> {
                  file(call).setSize(call.number(1));
                  return null;
                }))
        .method(TYPE, "read", call -> result(() -> read(call)))
        .method(
            TYPE,
            "write",
            call -> result(() -> (long) file(call).write(call.number(2), call.bytes(1))));
  }

  private static Object read(Call call) throws IOException {
    FileDescriptor file = file(call);
    long offset = call.number(2);
    int most = call.length(1, Output.PERMIT_BYTES);
    byte[] bytes = file.read(offset, most);
    return List.of(bytes, offset + bytes.length >= file.sizeBytes());
  }

  private static @Nullable Object sync(Call call, boolean metadata) throws IOException {
    if (call.get(0, Descriptor.class) instanceof FileDescriptor file) {
      file.sync(metadata);
    }
    return null;
  }

  /** Advice is taken from whoever has a file, and is not needed. */
  private static @Nullable Object advised(FileDescriptor file) throws FileProblem {
    if (file.isClosed()) {
      throw FileError.BAD_DESCRIPTOR.problem();
    }
    return null;
  }

  private static Input reading(FileDescriptor file, long offset) {
    long[] at = {offset};
    return Input.of(most -> {
      byte[] bytes = file.read(at[0], most);
      at[0] += bytes.length;
      return bytes;
    });
  }

  private static Output writing(FileDescriptor file, long offset) throws FileProblem {
    file.requireWritable();
    long[] at = {offset};
    return new Output(bytes -> at[0] += file.write(at[0], bytes));
  }

  private static Output appending(FileDescriptor file) throws FileProblem {
    file.requireWritable();
    return new Output(bytes -> {
      int _ = file.write(file.sizeBytes(), bytes);
    });
  }

  // ---- what is known of them

  private static void facts(Interface types) {
    types
        .method(TYPE, "get-flags", call -> Case.ok(call.get(0, Descriptor.class).flags()))
        .method(
            TYPE,
            "get-type",
            call ->
                Case.ok(
                    (call.get(0, Descriptor.class) instanceof FileDescriptor
                            ? Stat.Kind.REGULAR_FILE
                            : Stat.Kind.DIRECTORY)
                        .code()))
        .method(TYPE, "stat", call -> result(() -> stat(call.get(0, Descriptor.class).stat())))
        .method(TYPE, "stat-at", call -> result(() -> stat(statAt(call))))
        .method(
            TYPE,
            "set-times",
            call ->
                result(() -> {
                  call.get(0, Descriptor.class).setTimes(time(call, 1), time(call, 2));
                  return null;
                }))
        .method(TYPE, "set-times-at", call -> result(() -> setTimesAt(call)))
        .method(
            TYPE,
            "is-same-object",
            call -> call.get(0, Descriptor.class).key().equals(call.get(1, Descriptor.class).key()))
        .method(
            TYPE, "metadata-hash", call -> result(() -> hash(call.get(0, Descriptor.class).stat())))
        .method(TYPE, "metadata-hash-at", call -> result(() -> hash(statAt(call))));
  }

  private static Stat statAt(Call call) throws IOException {
    return Stat.of(directory(call, 0).at(call.text(2), (call.bits(1) & FOLLOW) != 0));
  }

  private static @Nullable Object setTimesAt(Call call) throws IOException {
    DirectoryDescriptor directory = directory(call, 0);
    directory.requireWritable();
    Descriptor.setTimes(
        directory.at(call.text(2), (call.bits(1) & FOLLOW) != 0), time(call, 3), time(call, 4));
    return null;
  }

  private static Optional<FileTime> time(Call call, int index) throws FileProblem {
    Case time = call.variant(index);
    try {
      return switch (time.index()) {
        case 0 -> Optional.empty();
        case 1 -> Optional.of(FileTime.from(call.wasi().wallClock().instant()));
        default -> {
          List<?> datetime = call.of(time.value(), List.class);
          yield Optional.of(
              FileTime.from(
                  Instant.ofEpochSecond(
                      call.of(datetime.get(0), Long.class), call.of(datetime.get(1), Long.class))));
        }
      };
    } catch (DateTimeException | ArithmeticException outside) {
      throw FileError.OVERFLOW.problem();
    }
  }

  private static Object stat(Stat stat) {
    return List.of(
        stat.kind().code(),
        stat.links(),
        stat.sizeBytes(),
        Optional.of(Basics.datetime(stat.accessed())),
        Optional.of(Basics.datetime(stat.modified())),
        Optional.of(Basics.datetime(stat.changed())));
  }

  private static Object hash(Stat stat) {
    long key = stat.key().hashCode() * 0x9e3779b97f4a7c15L;
    long rest = stat.sizeBytes() * 31 + stat.modified().hashCode();
    return List.of(key, rest);
  }

  // ---- directories

  private static void directories(Interface types) {
    types
        .method(TYPE, "read-directory", call -> result(() -> entries(call)))
        .method(TYPE, "open-at", Filesystem::open)
        .method(
            TYPE, "readlink-at", call -> result(() -> directory(call, 0).readLink(call.text(1))))
        .method(
            TYPE, "create-directory-at", call -> change(call, DirectoryDescriptor::createDirectory))
        .method(
            TYPE, "remove-directory-at", call -> change(call, DirectoryDescriptor::removeDirectory))
        .method(TYPE, "unlink-file-at", call -> change(call, DirectoryDescriptor::unlink))
        .method(
            TYPE,
            "link-at",
            call ->
                result(() -> {
                  directory(call, 0)
                      .link(
                          call.text(2),
                          (call.bits(1) & FOLLOW) != 0,
                          directory(call, 3),
                          call.text(4));
                  return null;
                }))
        .method(
            TYPE,
            "rename-at",
            call ->
                result(() -> {
                  directory(call, 0).rename(call.text(1), directory(call, 2), call.text(3));
                  return null;
                }))
        .method(
            TYPE,
            "symlink-at",
            call ->
                result(() -> {
                  directory(call, 0).symlink(call.text(1), call.text(2));
                  return null;
                }));
  }

  private interface Change {
    void make(DirectoryDescriptor directory, String name) throws IOException;
  }

  private static Case change(Call call, Change change) {
    return result(() -> {
      change.make(directory(call, 0), call.text(1));
      return null;
    });
  }

  /** The resource {@code directory-entry-stream}. */
  private record Entries(Iterator<Object> left, Kept kept, long bytes) implements AutoCloseable {
    @Override
    public void close() {
      kept.giveBack(bytes);
    }
  }

  private static Object entries(Call call) throws IOException {
    List<Object> all = new ArrayList<>();
    for (DirectoryDescriptor.Entry entry : directory(call, 0).entries()) {
      all.add(List.of(entry.kind().code(), entry.name()));
    }
    long bytes = 128 * (1 + (long) all.size());
    call.wasi().kept().take(bytes);
    return new Entries(all.iterator(), call.wasi().kept(), bytes);
  }

  private static Object open(Call call) {
    return result(() ->
        call.wasi()
            .opened(
                directory(call, 0)
                    .open(call.text(2), (call.bits(1) & FOLLOW) != 0, call.bits(3), call.bits(4))));
  }
}
