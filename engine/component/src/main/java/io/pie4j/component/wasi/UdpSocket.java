package io.pie4j.component.wasi;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code udp-socket}, and its streams of datagrams. */
final class UdpSocket implements AutoCloseable {
  /** Datagrams kept for a program; more are lost, as datagrams are. */
  private static final int KEPT_MAX = 64;

  private static final int KEPT_BYTES_MAX = 256 << 10;

  private static final int DATAGRAM_BYTES_MAX = 65_535;

  record Datagram(byte[] bytes, InetSocketAddress remote) {}

  private final Wasi wasi;
  private final boolean isIpv6;
  private final Deque<Datagram> kept = new ArrayDeque<>();
  private @Nullable DatagramChannel channel;
  private int keptBytes;
  private boolean isBound;
  private boolean receives;
  private boolean closed;
  private Optional<InetSocketAddress> peer = Optional.empty();

  UdpSocket(Wasi wasi, boolean isIpv6) {
    this.wasi = wasi;
    this.isIpv6 = isIpv6;
  }

  boolean isIpv6() {
    return isIpv6;
  }

  synchronized void bind(InetSocketAddress local) throws IOException {
    if (channel != null) {
      throw SocketError.INVALID_STATE.problem();
    }
    checkFamily(local);
    if (!wasi.network().mayBind(local)) {
      throw SocketError.ACCESS_DENIED.problem();
    }
    DatagramChannel opened =
        DatagramChannel.open(isIpv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
    try {
      channel = opened.bind(local);
    } catch (IOException failure) {
      opened.close();
      throw failure;
    }
  }

  private void checkFamily(InetSocketAddress address) throws SocketError.Problem {
    if (isIpv6 == address.getAddress() instanceof Inet4Address) {
      throw SocketError.INVALID_ARGUMENT.problem();
    }
  }

  synchronized void bound() throws SocketError.Problem {
    if (channel == null || isBound) {
      throw SocketError.NOT_IN_PROGRESS.problem();
    }
    isBound = true;
  }

  private DatagramChannel channel() throws SocketError.Problem {
    if (channel == null || !isBound) {
      throw SocketError.INVALID_STATE.problem();
    }
    return channel;
  }

  /** Begins to receive; with a peer, from it alone. */
  synchronized void stream(Optional<InetSocketAddress> remote) throws IOException {
    DatagramChannel from = channel();
    if (remote.isPresent()) {
      checkReach(remote.get());
    }
    peer = remote;
    kept.clear();
    keptBytes = 0;
    if (!receives) {
      receives = true;
      Thread _ = Thread.ofVirtual().name("wasi-udp").start(() -> receiveAll(from));
    }
  }

  private void checkReach(InetSocketAddress remote) throws SocketError.Problem {
    checkFamily(remote);
    if (remote.getPort() == 0 || remote.getAddress().isAnyLocalAddress()) {
      throw SocketError.INVALID_ARGUMENT.problem();
    }
    if (!wasi.network().mayReach(remote)) {
      throw SocketError.ACCESS_DENIED.problem();
    }
  }

  private void receiveAll(DatagramChannel from) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(DATAGRAM_BYTES_MAX);
      while (from.receive(bytes.clear()) instanceof InetSocketAddress remote) {
        byte[] copy = Arrays.copyOf(bytes.array(), bytes.position());
        synchronized (this) {
          if (kept.size() < KEPT_MAX
              && copy.length <= KEPT_BYTES_MAX - keptBytes
              && (peer.isEmpty() || peer.get().equals(remote))) {
            kept.add(new Datagram(copy, remote));
            keptBytes += copy.length;
          }
        }
        wasi.events().happened();
      }
    } catch (IOException closedMeanwhile) {
      wasi.events().happened();
    }
  }

  synchronized List<Datagram> receive(long most) {
    List<Datagram> received = new ArrayList<>();
    while (!kept.isEmpty() && (most < 0 || received.size() < most)) {
      Datagram next = kept.remove();
      keptBytes -= next.bytes().length;
      received.add(next);
    }
    return received;
  }

  synchronized boolean hasReceived() {
    return !kept.isEmpty() || closed;
  }

  void send(byte[] bytes, Optional<InetSocketAddress> to) throws IOException {
    InetSocketAddress remote;
    DatagramChannel through;
    synchronized (this) {
      through = channel();
      if (to.isPresent() && peer.isPresent() && !to.equals(peer)) {
        throw SocketError.INVALID_ARGUMENT.problem();
      }
      remote = to.or(() -> peer).orElseThrow(SocketError.INVALID_ARGUMENT::problem);
      checkReach(remote);
    }
    if (bytes.length > DATAGRAM_BYTES_MAX) {
      throw SocketError.DATAGRAM_TOO_LARGE.problem();
    }
    int _ = through.send(ByteBuffer.wrap(bytes), remote);
  }

  synchronized InetSocketAddress localAddress() throws IOException {
    if (channel().getLocalAddress() instanceof InetSocketAddress address) {
      return address;
    }
    throw SocketError.INVALID_STATE.problem();
  }

  synchronized InetSocketAddress remoteAddress() throws IOException {
    return peer.orElseThrow(SocketError.INVALID_STATE::problem);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (channel != null) {
      Wasi.closeQuietly(channel);
    }
  }
}
