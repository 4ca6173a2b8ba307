package io.pie4j.component.wasi;

import io.pie4j.component.Guest;
import io.pie4j.component.HostImports;
import io.pie4j.component.abi.GuestExit;
import io.pie4j.component.abi.GuestMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * WASI preview 1, for core modules: {@code wasi_snapshot_preview1}. The same {@link Wasi} is the
 * instance's state as for components, with the same grants; sockets there are none.
 */
final class Preview1 {
  private static final String MODULE = "wasi_snapshot_preview1";

  /** Entries of a vector of buffers, and subscriptions of a poll. */
  private static final int COUNT_MAX = 1_024;

  private static final int CHARACTER_DEVICE = 2;
  private static final long ALL_RIGHTS = 0x1fff_ffffL;
  private static final int APPEND = 1;

  private Preview1() {}

  /** A function: gives nothing, or fails. */
  @FunctionalInterface
  private interface Body {
    void call(In in) throws IOException, InterruptedException;
  }

  /** A call's arguments, and what it works with. */
  private record In(Guest guest, Wasi wasi, long[] arguments) {
    int get(int index) {
      return (int) arguments[index];
    }

    GuestMemory memory() {
      return guest.memory();
    }

    Preview1Files files() {
      return wasi.preview1Files();
    }

    byte[] bytes(int address, int count) {
      byte[] bytes = new byte[checked(address, count)];
      for (int i = 0; i < count; i++) {
        bytes[i] = memory().loadByte(address + i);
      }
      return bytes;
    }

    private int checked(int address, int count) {
      if (count < 0 || Integer.toUnsignedLong(address) + count > memory().byteSize()) {
        throw new io.pie4j.component.abi.GuestTrap(
            "out of bounds of memory: "
                + Integer.toUnsignedString(count)
                + " bytes at "
                + Integer.toUnsignedString(address));
      }
      return count;
    }

    void store(int address, byte[] bytes) {
      int count = checked(address, bytes.length);
      for (int i = 0; i < count; i++) {
        memory().storeByte(address + i, bytes[i]);
      }
    }

    String path(int index) throws FileProblem {
      byte[] bytes = bytes(get(index), get(index + 1));
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (text.indexOf('\ufffd') >= 0) {
        throw FileError.ILLEGAL_BYTE_SEQUENCE.problem();
      }
      return text;
    }
  }

  static HostImports imports() {
    HostImports.Builder all = HostImports.builder();
    processes(all);
    clocks(all);
    streams(all);
    files(all);
    paths(all);
    for (String socket : List.of("sock_accept(i32,i32,i32)", "sock_shutdown(i32,i32)")) {
      int at = socket.indexOf('(');
      add(
          all,
          socket.substring(0, at),
          socket.substring(at),
          in -> {
            throw FileError.UNSUPPORTED.problem();
          });
    }
    add(
        all,
        "sock_recv",
        "(i32,i32,i32,i32,i32,i32)",
        in -> {
          throw FileError.UNSUPPORTED.problem();
        });
    add(
        all,
        "sock_send",
        "(i32,i32,i32,i32,i32)",
        in -> {
          throw FileError.UNSUPPORTED.problem();
        });
    return all.build();
  }

  private static void add(HostImports.Builder all, String name, String parameters, Body body) {
    String signature = parameters.replaceAll("[()]", "").replace(',', ' ') + " -> i32";
    all.function(
        MODULE,
        name,
        signature,
        (guest, arguments) -> {
          try {
            body.call(new In(guest, guest.host(Wasi.class), arguments));
            return 0;
          } catch (IOException failure) {
            return FileProblem.of(failure).number();
          } catch (InvalidPathException invalid) {
            return FileError.ILLEGAL_BYTE_SEQUENCE.number();
          } catch (UnsupportedOperationException | SecurityException unsupported) {
            return FileError.UNSUPPORTED.number();
          }
        });
  }

  // ---- the process

  private static void processes(HostImports.Builder all) {
    add(all, "args_sizes_get", "(i32,i32)", in -> sizes(in, in.wasi().arguments()));
    add(all, "args_get", "(i32,i32)", in -> strings(in, in.wasi().arguments()));
    add(all, "environ_sizes_get", "(i32,i32)", in -> sizes(in, environment(in.wasi())));
    add(all, "environ_get", "(i32,i32)", in -> strings(in, environment(in.wasi())));
    add(all, "sched_yield", "()", in -> yieldThread());
    add(all, "random_get", "(i32,i32)", Preview1::random);
    add(
        all,
        "proc_raise",
        "(i32)",
        in -> {
          throw new GuestExit(128 + in.get(0));
        });
    all.function(
        MODULE,
        "proc_exit",
        "i32 ->",
        (guest, arguments) -> {
          throw new GuestExit((int) arguments[0]);
        });
  }

  // It is what the program asks for.
  @SuppressWarnings("ThreadPriorityCheck")
  private static void yieldThread() {
    Thread.yield();
  }

  private static void random(In in) {
    int count = in.get(1);
    if (count < 0 || count > Basics.RANDOM_BYTES_MAX) {
      throw new io.pie4j.component.abi.GuestTrap(
          "random bytes: more than " + Basics.RANDOM_BYTES_MAX + " at once are asked for");
    }
    byte[] bytes = new byte[count];
    in.wasi().random().nextBytes(bytes);
    in.store(in.get(0), bytes);
  }

  private static List<String> environment(Wasi wasi) {
    List<String> all = new ArrayList<>();
    wasi.environment().forEach((name, value) -> all.add(name + "=" + value));
    return all;
  }

  private static byte[] terminated(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private static void sizes(In in, List<String> strings) {
    in.memory().storeInt(in.get(0), strings.size());
    in.memory()
        .storeInt(in.get(1), strings.stream().mapToInt(text -> terminated(text).length).sum());
  }

  private static void strings(In in, List<String> strings) {
    int at = in.get(1);
    for (int i = 0; i < strings.size(); i++) {
      byte[] bytes = terminated(strings.get(i));
      in.memory().storeInt(in.get(0) + 4 * i, at);
      in.store(at, bytes);
      at += bytes.length;
    }
  }

  // ---- time

  private static void clocks(HostImports.Builder all) {
    add(all, "clock_res_get", "(i32,i32)", in -> in.memory().storeLong(in.get(1), 1_000));
    add(
        all,
        "clock_time_get",
        "(i32,i64,i32)",
        in -> in.memory().storeLong(in.get(2), now(in.wasi(), in.get(0))));
    add(all, "poll_oneoff", "(i32,i32,i32,i32)", Preview1::poll);
  }

  private static long now(Wasi wasi, int clock) throws FileProblem {
    return switch (clock) {
      case 0 -> nanos(wasi.wallClock().instant());
      case 1, 2, 3 -> wasi.monotonicNanos();
      default -> throw FileError.INVALID.problem();
    };
  }

  private static long nanos(Instant time) {
    return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
  }

  /** One thing that a poll waits for. */
  private record Subscription(long userData, int kind, Pollable pollable) {}

  private static void poll(In in) throws IOException, InterruptedException {
    int count = in.get(2);
    if (count < 1 || count > COUNT_MAX) {
      throw FileError.INVALID.problem();
    }
    List<Subscription> all = new ArrayList<>();
    Deadline earliest = Deadline.NEVER;
    for (int i = 0; i < count; i++) {
      Subscription one = subscription(in, in.get(0) + 48 * i);
      all.add(one);
      earliest = earliest.earlier(one.pollable().deadline());
    }
    in.wasi()
        .events()
        .await(in.guest(), () -> all.stream().anyMatch(one -> one.pollable().isReady()), earliest);
    int events = 0;
    for (Subscription one : all) {
      if (one.pollable().isReady()) {
        event(in.memory(), in.get(1) + 32 * events++, one);
      }
    }
    in.memory().storeInt(in.get(3), events);
  }

  private static Subscription subscription(In in, int at) throws IOException {
    GuestMemory memory = in.memory();
    long userData = memory.loadLong(at);
    int kind = memory.loadByte(at + 8);
    if (kind == 0) {
      int clock = memory.loadInt(at + 16);
      long timeout = memory.loadLong(at + 24);
      boolean absolute = (memory.loadShort(at + 40) & 1) != 0;
      long left = absolute ? Math.max(0, timeout - now(in.wasi(), clock)) : timeout;
      return new Subscription(userData, kind, Pollable.at(Deadline.in(left)));
    }
    Pollable pollable =
        in.files().get(memory.loadInt(at + 16)) instanceof Preview1Files.Reading reading
            ? reading.input()
            : Pollable.ALWAYS;
    return new Subscription(userData, kind, pollable);
  }

  private static void event(GuestMemory memory, int at, Subscription of) {
    memory.storeLong(at, of.userData());
    memory.storeShort(at + 8, (short) 0);
    memory.storeByte(at + 10, (byte) of.kind());
    memory.storeLong(at + 16, of.kind() == 0 ? 0 : 1);
    memory.storeLong(at + 24, 0);
  }

  // ---- streams and files

  private static void streams(HostImports.Builder all) {
    add(all, "fd_read", "(i32,i32,i32,i32)", in -> read(in, Optional.empty(), 3));
    add(
        all,
        "fd_pread",
        "(i32,i32,i32,i64,i32)",
        in -> read(in, Optional.of(in.arguments()[3]), 4));
    add(all, "fd_write", "(i32,i32,i32,i32)", in -> write(in, Optional.empty(), 3));
    add(
        all,
        "fd_pwrite",
        "(i32,i32,i32,i64,i32)",
        in -> write(in, Optional.of(in.arguments()[3]), 4));
    add(all, "fd_close", "(i32)", in -> in.files().close(in.get(0)));
    add(all, "fd_renumber", "(i32,i32)", in -> in.files().renumber(in.get(0), in.get(1)));
    add(all, "fd_seek", "(i32,i64,i32,i32)", Preview1::seek);
    add(
        all,
        "fd_tell",
        "(i32,i32)",
        in -> in.memory().storeLong(in.get(1), in.files().file(in.get(0)).offset));
  }

  private static int vectors(In in) throws FileProblem {
    int count = in.get(2);
    if (count < 0 || count > COUNT_MAX) {
      throw FileError.INVALID.problem();
    }
    return count;
  }

  private static void read(In in, Optional<Long> place, int result)
      throws IOException, InterruptedException {
    Preview1Files.Open from = in.files().get(in.get(0));
    int count = vectors(in);
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int address = in.memory().loadInt(in.get(1) + 8 * i);
      int length = in.memory().loadInt(in.get(1) + 8 * i + 4);
      int most = length < 0 ? Output.PERMIT_BYTES : Math.min(length, 1 << 20);
      if (most == 0) {
        continue;
      }
      byte[] bytes = piece(in, from, place.map(at -> at), sum, most);
      in.store(address, bytes);
      sum += bytes.length;
      if (bytes.length < length) {
        break;
      }
    }
    in.memory().storeInt(in.get(result), sum);
  }

  private static byte[] piece(
      In in, Preview1Files.Open from, Optional<Long> place, int before, int most)
      throws IOException, InterruptedException {
    switch (from) {
      case Preview1Files.Reading(Input input) -> {
        if (place.isPresent()) {
          throw FileError.INVALID_SEEK.problem();
        }
        if (before > 0 && !input.isReady()) {
          return new byte[0];
        }
        in.wasi().events().await(in.guest(), input::isReady, Deadline.NEVER);
        return input.read(most).orElse(new byte[0]);
      }
      case Preview1Files.File file -> {
        byte[] bytes = file.file.read(place.isPresent() ? place.get() + before : file.offset, most);
        if (place.isEmpty()) {
          file.offset += bytes.length;
        }
        return bytes;
      }
      case Preview1Files.Directory _ -> throw FileError.IS_DIRECTORY.problem();
      case Preview1Files.Writing _ -> throw FileError.BAD_DESCRIPTOR.problem();
    }
  }

  private static void write(In in, Optional<Long> place, int result)
      throws IOException, InterruptedException {
    Preview1Files.Open to = in.files().get(in.get(0));
    int count = vectors(in);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < count && bytes.size() < Output.PERMIT_BYTES; i++) {
      int address = in.memory().loadInt(in.get(1) + 8 * i);
      int length = in.memory().loadInt(in.get(1) + 8 * i + 4);
      int most = Output.PERMIT_BYTES - bytes.size();
      bytes.writeBytes(in.bytes(address, length < 0 ? most : Math.min(length, most)));
    }
    switch (to) {
      case Preview1Files.Writing(Output output) -> output.write(in.guest(), bytes.toByteArray());
      case Preview1Files.File file -> {
        long at = place.orElseGet(() -> file.offset);
        if (file.appends && place.isEmpty()) {
          at = file.file.sizeBytes();
        }
        int written = file.file.write(at, bytes.toByteArray());
        if (place.isEmpty()) {
          file.offset = at + written;
        }
      }
      case Preview1Files.Directory _ -> throw FileError.IS_DIRECTORY.problem();
      case Preview1Files.Reading _ -> throw FileError.BAD_DESCRIPTOR.problem();
    }
    in.memory().storeInt(in.get(result), bytes.size());
  }

  private static void seek(In in) throws IOException {
    Preview1Files.File file = in.files().file(in.get(0));
    long from =
        switch (in.get(2)) {
          case 0 -> 0;
          case 1 -> file.offset;
          case 2 -> file.file.sizeBytes();
          default -> throw FileError.INVALID.problem();
        };
    long to = from + in.arguments()[1];
    if (to < 0) {
      throw FileError.INVALID.problem();
    }
    file.offset = to;
    in.memory().storeLong(in.get(3), to);
  }

  private static void files(HostImports.Builder all) {
    add(all, "fd_sync", "(i32)", in -> in.files().file(in.get(0)).file.sync(true));
    add(all, "fd_datasync", "(i32)", in -> in.files().file(in.get(0)).file.sync(false));
    add(all, "fd_advise", "(i32,i64,i64,i32)", in -> checkOpen(in));
    add(
        all,
        "fd_allocate",
        "(i32,i64,i64)",
        in -> {
          throw FileError.UNSUPPORTED.problem();
        });
    add(all, "fd_fdstat_get", "(i32,i32)", Preview1::descriptorState);
    add(
        all,
        "fd_fdstat_set_flags",
        "(i32,i32)",
        in -> {
          if (in.files().get(in.get(0)) instanceof Preview1Files.File file) {
            file.appends = (in.get(1) & APPEND) != 0;
          }
        });
    add(all, "fd_fdstat_set_rights", "(i32,i64,i64)", in -> checkOpen(in));
    add(all, "fd_filestat_get", "(i32,i32)", Preview1::fileState);
    add(
        all,
        "fd_filestat_set_size",
        "(i32,i64)",
        in -> in.files().file(in.get(0)).file.setSize(in.arguments()[1]));
    add(
        all,
        "fd_filestat_set_times",
        "(i32,i64,i64,i32)",
        in -> {
          Descriptor of =
              in.files().get(in.get(0)) instanceof Preview1Files.Directory directory
                  ? directory.directory()
                  : in.files().file(in.get(0)).file;
          of.setTimes(time(in, 1, in.get(3)), time(in, 2, in.get(3) >> 2));
        });
    add(
        all,
        "fd_prestat_get",
        "(i32,i32)",
        in -> {
          in.memory().storeInt(in.get(1), 0);
          in.memory().storeInt(in.get(1) + 4, preopened(in).length);
        });
    add(
        all,
        "fd_prestat_dir_name",
        "(i32,i32,i32)",
        in -> {
          if (in.get(2) < preopened(in).length) {
            throw FileError.NAME_TOO_LONG.problem();
          }
          in.store(in.get(1), preopened(in));
        });
    add(all, "fd_readdir", "(i32,i32,i32,i64,i32)", Preview1::readDirectory);
  }

  private static void checkOpen(In in) throws FileProblem {
    Preview1Files.Open _ = in.files().get(in.get(0));
  }

  private static byte[] preopened(In in) throws FileProblem {
    if (in.files().get(in.get(0)) instanceof Preview1Files.Directory(var _, String name)
        && !name.isEmpty()) {
      return name.getBytes(StandardCharsets.UTF_8);
    }
    throw FileError.BAD_DESCRIPTOR.problem();
  }

  private static void descriptorState(In in) throws IOException {
    GuestMemory memory = in.memory();
    int at = in.get(1);
    int type = CHARACTER_DEVICE;
    int flags = 0;
    switch (in.files().get(in.get(0))) {
      case Preview1Files.File file -> {
        type = 4;
        flags = file.appends ? APPEND : 0;
      }
      case Preview1Files.Directory _ -> type = 3;
      case Preview1Files.Reading _, Preview1Files.Writing _ -> {}
    }
    memory.storeLong(at, 0);
    memory.storeByte(at, (byte) type);
    memory.storeShort(at + 2, (short) flags);
    // Seeking is no right of a terminal, by which programs know one.
    memory.storeLong(at + 8, type == CHARACTER_DEVICE ? ALL_RIGHTS & ~0x24L : ALL_RIGHTS);
    memory.storeLong(at + 16, ALL_RIGHTS);
  }

  private static void fileState(In in) throws IOException {
    switch (in.files().get(in.get(0))) {
      case Preview1Files.File file -> store(in.memory(), in.get(1), file.file.stat());
      case Preview1Files.Directory directory ->
          store(in.memory(), in.get(1), directory.directory().stat());
      case Preview1Files.Reading _, Preview1Files.Writing _ -> {
        for (int i = 0; i < 64; i += 8) {
          in.memory().storeLong(in.get(1) + i, i == 16 ? CHARACTER_DEVICE : 0);
        }
      }
    }
  }

  private static int type(Stat.Kind kind) {
    return switch (kind) {
      case DIRECTORY -> 3;
      case REGULAR_FILE -> 4;
      case SYMBOLIC_LINK -> 7;
      case BLOCK_DEVICE -> 1;
      case CHARACTER_DEVICE -> 2;
      case UNKNOWN, FIFO, SOCKET -> 0;
    };
  }

  private static void store(GuestMemory memory, int at, Stat stat) {
    memory.storeLong(at, 1);
    memory.storeLong(at + 8, Integer.toUnsignedLong(stat.key().hashCode()));
    memory.storeLong(at + 16, type(stat.kind()));
    memory.storeLong(at + 24, stat.links());
    memory.storeLong(at + 32, stat.sizeBytes());
    memory.storeLong(at + 40, nanos(stat.accessed()));
    memory.storeLong(at + 48, nanos(stat.modified()));
    memory.storeLong(at + 56, nanos(stat.changed()));
  }

  private static void readDirectory(In in) throws IOException {
    List<DirectoryDescriptor.Entry> all = new ArrayList<>();
    all.add(new DirectoryDescriptor.Entry(Stat.Kind.DIRECTORY, "."));
    all.add(new DirectoryDescriptor.Entry(Stat.Kind.DIRECTORY, ".."));
    all.addAll(in.files().directory(in.get(0)).entries());
    int room = in.get(2);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long i = Math.max(0, in.arguments()[3]); i < all.size() && out.size() < room; i++) {
      DirectoryDescriptor.Entry entry = all.get((int) i);
      byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
      java.nio.ByteBuffer head =
          java.nio.ByteBuffer.allocate(24).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      head.putLong(i + 1).putLong(i + 1).putInt(name.length).put((byte) type(entry.kind()));
      out.writeBytes(head.array());
      out.writeBytes(name);
    }
    byte[] bytes = java.util.Arrays.copyOf(out.toByteArray(), Math.min(out.size(), room));
    in.store(in.get(1), bytes);
    in.memory().storeInt(in.get(4), bytes.length);
  }

  private static Optional<FileTime> time(In in, int index, int flags) throws FileProblem {
    return switch (flags & 3) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(FileTime.from(in.arguments()[index], TimeUnit.NANOSECONDS));
      case 2 -> Optional.of(FileTime.from(in.wasi().wallClock().instant()));
      default -> throw FileError.INVALID.problem();
    };
  }

  // ---- paths

  private static void paths(HostImports.Builder all) {
    add(all, "path_open", "(i32,i32,i32,i32,i32,i64,i64,i32,i32)", Preview1::open);
    add(
        all,
        "path_create_directory",
        "(i32,i32,i32)",
        in -> in.files().directory(in.get(0)).createDirectory(in.path(1)));
    add(
        all,
        "path_remove_directory",
        "(i32,i32,i32)",
        in -> in.files().directory(in.get(0)).removeDirectory(in.path(1)));
    add(
        all,
        "path_unlink_file",
        "(i32,i32,i32)",
        in -> in.files().directory(in.get(0)).unlink(in.path(1)));
    add(
        all,
        "path_filestat_get",
        "(i32,i32,i32,i32,i32)",
        in ->
            store(
                in.memory(),
                in.get(4),
                Stat.of(in.files().directory(in.get(0)).at(in.path(2), (in.get(1) & 1) != 0))));
    add(
        all,
        "path_filestat_set_times",
        "(i32,i32,i32,i32,i64,i64,i32)",
        in -> {
          DirectoryDescriptor directory = in.files().directory(in.get(0));
          directory.requireWritable();
          Descriptor.setTimes(
              directory.at(in.path(2), (in.get(1) & 1) != 0),
              time(in, 4, in.get(6)),
              time(in, 5, in.get(6) >> 2));
        });
    add(
        all,
        "path_link",
        "(i32,i32,i32,i32,i32,i32,i32)",
        in ->
            in.files()
                .directory(in.get(0))
                .link(
                    in.path(2), (in.get(1) & 1) != 0, in.files().directory(in.get(4)), in.path(5)));
    add(
        all,
        "path_rename",
        "(i32,i32,i32,i32,i32,i32)",
        in ->
            in.files()
                .directory(in.get(0))
                .rename(in.path(1), in.files().directory(in.get(3)), in.path(4)));
    add(
        all,
        "path_symlink",
        "(i32,i32,i32,i32,i32)",
        in -> in.files().directory(in.get(2)).symlink(in.path(0), in.path(3)));
    add(
        all,
        "path_readlink",
        "(i32,i32,i32,i32,i32,i32)",
        in -> {
          byte[] target =
              in.files().directory(in.get(0)).readLink(in.path(1)).getBytes(StandardCharsets.UTF_8);
          byte[] cut = java.util.Arrays.copyOf(target, Math.min(target.length, in.get(4)));
          in.store(in.get(3), cut);
          in.memory().storeInt(in.get(5), cut.length);
        });
  }

  private static void open(In in) throws IOException {
    long rights = in.arguments()[5];
    int how = in.get(4);
    boolean writes = (rights & (1L << 6)) != 0;
    boolean reads = (rights & (1L << 1)) != 0 || !writes;
    int wanted = (reads ? Descriptor.READ : 0) | (writes ? Descriptor.WRITE : 0);
    if ((how & DirectoryDescriptor.DIRECTORY) != 0) {
      // Programs ask for all rights of a directory; they are those of the grant.
      wanted = Descriptor.READ;
    }
    Descriptor opened =
        in.wasi()
            .opened(
                in.files()
                    .directory(in.get(0))
                    .open(in.path(2), (in.get(1) & 1) != 0, how, wanted));
    int number =
        in.files()
            .add(
                switch (opened) {
                  case FileDescriptor file ->
                      new Preview1Files.File(file, (in.get(7) & APPEND) != 0);
                  case DirectoryDescriptor directory -> new Preview1Files.Directory(directory, "");
                });
    in.memory().storeInt(in.get(8), number);
  }
}
