package io.pie4j.component.wasi;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The resource {@code tcp-socket}. What waits (to connect, to accept) does so on a thread of its
 * own and tells {@link Events}.
 */
final class TcpSocket implements Pollable, AutoCloseable {
  private enum State {
    UNBOUND,
    BINDING,
    BOUND,
    CONNECTING,
    CONNECTED,
    LISTEN_STARTED,
    LISTENING,
    CLOSED
  }

  /** Both ends of a connection. */
  record Streams(Input input, Output output) {}

  record Accepted(TcpSocket socket, Streams streams) {}

  private final Wasi wasi;
  private final boolean isIpv6;
  private State state = State.UNBOUND;
  private @Nullable SocketChannel channel;
  private @Nullable ServerSocketChannel server;
  private @Nullable IOException failure;
  private @Nullable SocketChannel accepted;
  private boolean isConnected;
  private int backlog = 16;

  TcpSocket(Wasi wasi, boolean isIpv6) {
    this.wasi = wasi;
    this.isIpv6 = isIpv6;
  }

  boolean isIpv6() {
    return isIpv6;
  }

  private ProtocolFamily family() {
    return isIpv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  private void require(State wanted) throws SocketError.Problem {
    if (state != wanted) {
      throw SocketError.INVALID_STATE.problem();
    }
  }

  void checkFamily(InetSocketAddress address) throws SocketError.Problem {
    if (isIpv6 == address.getAddress() instanceof Inet4Address) {
      throw SocketError.INVALID_ARGUMENT.problem();
    }
  }

  synchronized void bind(InetSocketAddress local) throws IOException {
    require(State.UNBOUND);
    checkFamily(local);
    if (!wasi.network().mayBind(local)) {
      throw SocketError.ACCESS_DENIED.problem();
    }
    channel = SocketChannel.open(family()).setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(local);
    state = State.BINDING;
  }

  synchronized void bound() throws SocketError.Problem {
    if (state != State.BINDING) {
      throw SocketError.NOT_IN_PROGRESS.problem();
    }
    state = State.BOUND;
  }

  synchronized void connect(InetSocketAddress remote) throws IOException {
    if (state != State.UNBOUND && state != State.BOUND) {
      throw SocketError.INVALID_STATE.problem();
    }
    checkFamily(remote);
    if (remote.getAddress().isAnyLocalAddress()
        || remote.getAddress().isMulticastAddress()
        || remote.getPort() == 0) {
      throw SocketError.INVALID_ARGUMENT.problem();
    }
    if (!wasi.network().mayReach(remote)) {
      throw SocketError.ACCESS_DENIED.problem();
    }
    SocketChannel opened = channel == null ? SocketChannel.open(family()) : channel;
    channel = opened;
    state = State.CONNECTING;
    Thread _ =
        Thread.ofVirtual()
            .name("wasi-connect")
            .start(() -> {
              try {
                boolean done = opened.connect(remote);
                connected(done, null);
              } catch (IOException refused) {
                connected(false, refused);
              }
            });
  }

  private void connected(boolean done, @Nullable IOException refused) {
    synchronized (this) {
      isConnected = done;
      failure = refused;
    }
    wasi.events().happened();
  }

  synchronized Streams connected() throws IOException {
    if (state != State.CONNECTING || channel == null) {
      throw SocketError.NOT_IN_PROGRESS.problem();
    }
    if (failure != null) {
      state = State.CLOSED;
      throw failure;
    }
    if (!isConnected) {
      throw SocketError.WOULD_BLOCK.problem();
    }
    state = State.CONNECTED;
    return streams(channel);
  }

  private Streams streams(SocketChannel of) {
    Source source =
        new Source() {
          @Override
          public byte[] read(int most) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(most);
            int count = of.read(bytes);
            return Arrays.copyOf(bytes.array(), Math.max(count, 0));
          }

          @Override
          public void close() throws IOException {
            if (of.isOpen()) {
              of.shutdownInput();
            }
          }
        };
    Sink sink =
        new Sink() {
          @Override
          public void write(byte[] bytes) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
              of.write(left);
            }
          }

          @Override
          public void close() throws IOException {
            if (of.isOpen()) {
              of.shutdownOutput();
            }
          }
        };
    return new Streams(new PumpedInput(source, wasi.events(), false), new Output(sink));
  }

  synchronized void listen() throws IOException {
    require(State.BOUND);
    if (channel == null) {
      throw SocketError.INVALID_STATE.problem();
    }
    // Java has two kinds of sockets where the system has one: the other takes over its place.
    SocketAddress local = channel.getLocalAddress();
    if (!(local instanceof InetSocketAddress at) || !wasi.network().mayListen(at)) {
      throw SocketError.ACCESS_DENIED.problem();
    }
    channel.close();
    channel = null;
    server = ServerSocketChannel.open(family());
    server.bind(local, backlog);
    state = State.LISTEN_STARTED;
  }

  synchronized void listening() throws SocketError.Problem {
    if (state != State.LISTEN_STARTED) {
      throw SocketError.NOT_IN_PROGRESS.problem();
    }
    state = State.LISTENING;
    acceptNext();
  }

  // One connection is taken ahead of the program.
  private void acceptNext() {
    ServerSocketChannel from = server;
    if (from == null) {
      return;
    }
    Thread _ =
        Thread.ofVirtual()
            .name("wasi-accept")
            .start(() -> {
              try {
                SocketChannel next = from.accept();
                synchronized (this) {
                  accepted = next;
                }
              } catch (IOException failed) {
                synchronized (this) {
                  failure = failed;
                }
              }
              wasi.events().happened();
            });
  }

  synchronized Accepted accept() throws IOException {
    require(State.LISTENING);
    if (failure != null) {
      throw failure;
    }
    SocketChannel next = accepted;
    if (next == null) {
      throw SocketError.WOULD_BLOCK.problem();
    }
    accepted = null;
    TcpSocket socket = new TcpSocket(wasi, isIpv6);
    try {
      wasi.opened(socket);
    } catch (IOException tooMany) {
      next.close();
      throw tooMany;
    } finally {
      acceptNext();
    }
    socket.channel = next;
    socket.state = State.CONNECTED;
    return new Accepted(socket, socket.streams(next));
  }

  synchronized InetSocketAddress localAddress() throws IOException {
    SocketAddress local =
        server != null
            ? server.getLocalAddress()
            : channel == null ? null : channel.getLocalAddress();
    if (state == State.BINDING || !(local instanceof InetSocketAddress address)) {
      throw SocketError.INVALID_STATE.problem();
    }
    return address;
  }

  synchronized InetSocketAddress remoteAddress() throws IOException {
    require(State.CONNECTED);
    if (channel == null || !(channel.getRemoteAddress() instanceof InetSocketAddress address)) {
      throw SocketError.INVALID_STATE.problem();
    }
    return address;
  }

  synchronized boolean isListening() {
    return state == State.LISTENING;
  }

  synchronized void setBacklog(long size) throws SocketError.Problem {
    if (size == 0) {
      throw SocketError.INVALID_ARGUMENT.problem();
    }
    if (state == State.CONNECTING || state == State.CONNECTED) {
      throw SocketError.INVALID_STATE.problem();
    }
    backlog = size < 0 || size > 128 ? 128 : (int) size;
  }

  synchronized void shutdown(boolean receive, boolean send) throws IOException {
    require(State.CONNECTED);
    if (channel != null && receive) {
      channel.shutdownInput();
    }
    if (channel != null && send) {
      channel.shutdownOutput();
    }
  }

  @Override
  public synchronized boolean isReady() {
    return switch (state) {
      case CONNECTING -> isConnected || failure != null;
      case LISTENING -> accepted != null || failure != null;
      default -> true;
    };
  }

  synchronized boolean isClosed() {
    return state == State.CLOSED;
  }

  @Override
  public void close() {
    @Nullable AutoCloseable[] all;
    synchronized (this) {
      state = State.CLOSED;
      all = new @Nullable AutoCloseable[] {channel, server, accepted};
    }
    for (AutoCloseable one : all) {
      if (one != null) {
        Wasi.closeQuietly(one);
      }
    }
  }
}
