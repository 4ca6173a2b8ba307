package io.pie4j.component.wasi;

import io.pie4j.component.HostImports;
import io.pie4j.component.model.Linker;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one program gets of the system. A linker is given WASI's functions once ({@link #offer}) and
 * serves any number of instances; each instance is made with a {@code Wasi} of its own among its
 * states, which is closed after the instance:
 *
 * <pre>{@code
 * Linker linker = new Linker();
 * Wasi.offer(linker);
 * try (Wasi wasi = Wasi.builder().arguments(List.of("program")).stdout(sink).build();
 *     ComponentInstance instance = linker.instantiate(compiled, limits, List.of(wasi))) {
 *   instance.call("wasi:cli/run@0.2.0", "run");
 * }
 * }</pre>
 *
 * <p>What waits parks the (virtual) thread that runs the program, is not counted as its time, and
 * ends at once when the program is stopped. A program that exits by itself ends with {@link
 * io.pie4j.component.End.Exited}.
 */
public final class Wasi implements AutoCloseable {
  /** Files that a program may have open at once. */
  public static final int FILES_MAX = 256;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final List<String> arguments;
  private final Map<String, String> environment;
  private final Input stdin;
  private final Sink stdout;
  private final Sink stderr;
  private final InstantSource wallClock;
  private final RandomGenerator random;
  private final List<Tree> trees;
  private final Network network;
  private final OutgoingHttp http;
  private final List<HttpCall> calls = new ArrayList<>();
  private final List<AutoCloseable> sockets = new ArrayList<>();
  private final List<FileDescriptor> files = new ArrayList<>();
  private @Nullable Preview1Files preview1;
  private final Kept kept = new Kept();
  private final Events events = new Events();
  private final long startedNanos = System.nanoTime();

  private Wasi(Builder builder, List<Tree> trees) {
    this.arguments = List.copyOf(builder.arguments);
    this.environment = new LinkedHashMap<>(builder.environment);
    this.stdin = new PumpedInput(builder.stdin, events);
    this.stdout = builder.stdout;
    this.stderr = builder.stderr;
    this.wallClock = builder.wallClock;
    this.random = builder.random;
    this.trees = trees;
    this.network = builder.network;
    this.http = builder.http;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Offers every interface of WASI 0.2; whoever is not granted what it asks for gets errors. */
  public static void offer(Linker linker) {
    Io.offer(linker);
    Basics.offer(linker);
    Filesystem.offer(linker);
    Sockets.offer(linker);
    Http.offer(linker);
  }

  /**
   * Offers WASI preview 1 to core modules, without sockets. An instance is {@linkplain
   * io.pie4j.component.Instance#attach given} its {@code Wasi}; its {@code _start} is called.
   */
  public static HostImports preview1() {
    return Preview1.imports();
  }

  Preview1Files preview1Files() {
    Preview1Files mine = preview1;
    if (mine == null) {
      mine = new Preview1Files(this);
      preview1 = mine;
    }
    return mine;
  }

  List<String> arguments() {
    return arguments;
  }

  Map<String, String> environment() {
    return environment;
  }

  Events events() {
    return events;
  }

  Kept kept() {
    return kept;
  }

  InstantSource wallClock() {
    return wallClock;
  }

  RandomGenerator random() {
    return random;
  }

  List<Tree> trees() {
    return trees;
  }

  Network network() {
    return network;
  }

  /** Counts a socket. */
  void opened(AutoCloseable socket) throws SocketError.Problem {
    sockets.removeIf(one ->
        one instanceof TcpSocket tcp
            ? tcp.isClosed()
            : one instanceof UdpSocket udp && udp.isClosed());
    if (sockets.size() >= Network.SOCKETS_MAX) {
      throw SocketError.NEW_SOCKET_LIMIT.problem();
    }
    sockets.add(socket);
  }

  OutgoingHttp http() {
    return http;
  }

  /** Counts a request. */
  void begins(HttpCall call) throws OutgoingHttp.Failed {
    calls.removeIf(HttpCall::isOver);
    if (calls.size() >= OutgoingHttp.CALLS_MAX) {
      throw new OutgoingHttp.Failed(
          OutgoingHttp.Failure.TOO_MANY,
          "more than " + OutgoingHttp.CALLS_MAX + " requests at once");
    }
    calls.add(call);
  }

  /** Since the program began. */
  long monotonicNanos() {
    return System.nanoTime() - startedNanos;
  }

  Deadline deadline(long monotonicNanos) {
    long left = monotonicNanos - monotonicNanos();
    return monotonicNanos < 0 ? Deadline.NEVER : Deadline.in(Math.max(0, left));
  }

  /** Standard streams are the host's: a program that drops them leaves them open. */
  Input stdin() {
    return new Input() {
      @Override
      public java.util.Optional<byte[]> read(int most) throws IOException {
        return stdin.read(most);
      }

      @Override
      public boolean isReady() {
        return stdin.isReady();
      }

      @Override
      public void close() {}
    };
  }

  Output stdout() {
    return left(stdout);
  }

  Output stderr() {
    return left(stderr);
  }

  private static Output left(Sink sink) {
    return new Output(
        new Sink() {
          @Override
          public void write(byte[] bytes) throws IOException, InterruptedException {
            sink.write(bytes);
          }

          @Override
          public void flush() throws IOException, InterruptedException {
            sink.flush();
          }
        });
  }

  /** Counts an open file. */
  Descriptor opened(Descriptor descriptor) throws FileProblem {
    if (descriptor instanceof FileDescriptor file) {
      files.removeIf(FileDescriptor::isClosed);
      if (files.size() >= FILES_MAX) {
        file.close();
        throw FileError.QUOTA.problem();
      }
      files.add(file);
    }
    return descriptor;
  }

  /** Closes what the program left open; temporary directories go. */
  @Override
  public void close() {
    stdin.close();
    files.forEach(FileDescriptor::close);
    sockets.forEach(Wasi::closeQuietly);
    calls.forEach(HttpCall::close);
    for (Tree tree : trees) {
      if (tree.grant().isTemporary()) {
        try {
          tree.removeAll();
        } catch (IOException failure) {
          System.getLogger(Wasi.class.getName())
              .log(
                  System.Logger.Level.WARNING,
                  "a program's directory was not removed: " + tree.root(),
                  failure);
        }
      }
    }
  }

  static void closeQuietly(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception failure) {
      System.getLogger(Wasi.class.getName())
          .log(System.Logger.Level.DEBUG, "what a program used failed to close", failure);
    }
  }

  /** Says what a program gets; without a word it gets clocks and random numbers. */
  public static final class Builder {
    private List<String> arguments = List.of();
    private Map<String, String> environment = Map.of();
    private Source stdin = Source.empty();
    private Sink stdout = Sink.nowhere();
    private Sink stderr = Sink.nowhere();
    private InstantSource wallClock = InstantSource.system();
    private RandomGenerator random = RANDOM;
    private Network network = Network.none();
    private OutgoingHttp http = OutgoingHttp.none();
    private final List<Directory> directories = new ArrayList<>();

    private Builder() {}

    /** The first is the program's name. */
    public Builder arguments(List<String> given) {
      arguments = given;
      return this;
    }

    public Builder environment(Map<String, String> given) {
      environment = given;
      return this;
    }

    /** Read ahead by at most 16 KiB, once the program reads. */
    public Builder stdin(Source source) {
      stdin = source;
      return this;
    }

    public Builder stdout(Sink sink) {
      stdout = sink;
      return this;
    }

    public Builder stderr(Sink sink) {
      stderr = sink;
      return this;
    }

    public Builder wallClock(InstantSource clock) {
      wallClock = clock;
      return this;
    }

    /** For random numbers of every kind: a cryptographic one if nothing else is said. */
    public Builder random(RandomGenerator generator) {
      random = generator;
      return this;
    }

    public Builder directory(Directory grant) {
      directories.add(grant);
      return this;
    }

    /** No requests to servers if nothing else is said. */
    public Builder http(OutgoingHttp grant) {
      http = grant;
      return this;
    }

    /** No sockets if nothing else is said. */
    public Builder network(Network grant) {
      network = grant;
      return this;
    }

    /** Throws {@link java.io.UncheckedIOException} if a granted directory cannot be read. */
    public Wasi build() {
      List<Tree> trees = new ArrayList<>();
      try {
        for (Directory grant : directories) {
          trees.add(new Tree(grant));
        }
      } catch (IOException failure) {
        throw new java.io.UncheckedIOException("a granted directory cannot be read", failure);
      }
      return new Wasi(this, List.copyOf(trees));
    }
  }
}
