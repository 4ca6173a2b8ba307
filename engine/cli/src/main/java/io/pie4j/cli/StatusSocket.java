package io.pie4j.cli;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Where a running engine tells how it does: a Unix domain socket {@code PID.sock} in a folder that
 * only its owner can enter.
 *
 * <p>The protocol: whoever connects is sent one JSON document ({@link EngineStatus}), and then the
 * connection is closed. Nothing is read. One thread of its own serves all readers without ever
 * waiting for one; a reader who is slow is hung up on, and so is one too many.
 */
final class StatusSocket implements AutoCloseable {
  /** Connections at once. */
  static final int READERS_MAX = 16;

  /** How long a reader may take for the document. */
  static final long READER_MILLIS = 5_000;

  private static final int PATH_CHARS_MAX = 100;
  private static final long LOOK_MILLIS = 500;
  private static final String SUFFIX = ".sock";
  private static final System.Logger LOG = System.getLogger(StatusSocket.class.getName());

  private final Path file;
  private final Supplier<byte[]> document;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final Thread thread;
  private volatile boolean closing;

  private StatusSocket(
      Path file, Supplier<byte[]> document, ServerSocketChannel server, Selector selector) {
    this.file = file;
    this.document = document;
    this.server = server;
    this.selector = selector;
    thread = Thread.ofPlatform().name("pie-status").daemon().unstarted(this::serve);
  }

  /**
   * Begins to serve.
   *
   * @param folder of the sockets of all engines of a home; made if it is not there
   * @param document what a reader is sent; called once for each, on the socket's own thread
   */
  static StatusSocket open(Path folder, Supplier<byte[]> document) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    clean(folder);
    Path file = free(folder);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(file), READERS_MAX);
      server.configureBlocking(false);
      Selector selector = Selector.open();
      server.register(selector, SelectionKey.OP_ACCEPT);
      StatusSocket socket = new StatusSocket(file, document, server, selector);
      socket.thread.start();
      return socket;
    } catch (IOException | RuntimeException failure) {
      server.close();
      throw failure;
    }
  }

  /** A name that no living engine uses; one process may have several engines. */
  private static Path free(Path folder) throws IOException {
    long pid = ProcessHandle.current().pid();
    Path file = folder.resolve(pid + SUFFIX);
    for (int i = 2; Files.exists(file) && !removedAsStale(file); i++) {
      file = folder.resolve(pid + "-" + i + SUFFIX);
    }
    return file;
  }

  /** Whether paths in a folder are short enough for sockets; systems take about 100 bytes. */
  static boolean fits(Path folder) {
    return folder.resolve("9999999" + SUFFIX).toString().length() <= PATH_CHARS_MAX;
  }

  /** Sockets in a folder, of engines dead and alive. */
  static List<Path> in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  /** Removes the sockets that engines left which were killed. */
  private static void clean(Path folder) throws IOException {
    for (Path file : in(folder)) {
      String pid = file.getFileName().toString().replaceFirst("\\D.*", "");
      if (!pid.isEmpty() && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
        boolean _ = removedAsStale(file);
      }
    }
  }

  private static boolean removedAsStale(Path file) throws IOException {
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
      return false;
    } catch (ConnectException nobodyListens) {
      return Files.deleteIfExists(file);
    }
  }

  /** Where it is. */
  Path file() {
    return file;
  }

  /** Hangs up on readers and removes the socket; afterwards no document is asked for. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the thread

  /** What one reader is still to be sent, and until when. */
  private record Reader(ByteBuffer rest, long deadlineNanos) {}

  private void serve() {
    try (server;
        selector) {
      while (!closing) {
        // Nobody to hang up on: nothing to wake for.
        selector.select(selector.keys().size() == 1 ? 0 : LOOK_MILLIS);
        hangUpOnSlowReaders();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid() && key.isAcceptable()) {
            accept();
          } else if (key.isValid()) {
            send(key);
          }
        }
        selector.selectedKeys().clear();
      }
      selector.keys().forEach(StatusSocket::hangUp);
      Files.deleteIfExists(file);
    } catch (IOException | RuntimeException failure) {
      LOG.log(Level.DEBUG, "the status socket {0} is closed: {1}", file, failure.toString());
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    if (selector.keys().size() > READERS_MAX) {
      channel.close();
      return;
    }
    byte[] bytes;
    try {
      bytes = document.get();
    } catch (RuntimeException failure) {
      LOG.log(Level.DEBUG, "no status: {0}", failure.toString());
      channel.close();
      return;
    }
    channel.configureBlocking(false);
    Reader reader =
        new Reader(ByteBuffer.wrap(bytes), System.nanoTime() + READER_MILLIS * 1_000_000);
    send(channel.register(selector, SelectionKey.OP_WRITE, reader));
  }

  private static void send(SelectionKey key) {
    ByteBuffer rest = reader(key).rest();
    try {
      int _ = ((SocketChannel) key.channel()).write(rest);
    } catch (IOException gone) {
      hangUp(key);
    }
    if (!rest.hasRemaining()) {
      hangUp(key);
    }
  }

  private void hangUpOnSlowReaders() {
    long now = System.nanoTime();
    for (SelectionKey key : selector.keys()) {
      if (key.attachment() != null && now - reader(key).deadlineNanos() > 0) {
        hangUp(key);
      }
    }
  }

  private static Reader reader(SelectionKey key) {
    return (Reader) Objects.requireNonNull(key.attachment());
  }

  private static void hangUp(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a reader of the status: {0}", e.getMessage());
    }
  }
}
