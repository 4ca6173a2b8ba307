package io.pie4j.component.wasi;

import io.pie4j.component.model.Case;
import io.pie4j.component.model.Linker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** {@code wasi:sockets}: TCP, UDP and the addresses of names, as far as they are granted. */
final class Sockets {
  private static final String TCP = "tcp-socket";
  private static final String UDP = "udp-socket";

  private Sockets() {}

  /** The resource {@code network}: the one there is. */
  private record Whole() {}

  /** The resource {@code incoming-datagram-stream}. */
  private record Incoming(UdpSocket socket) implements Pollable {
    @Override
    public boolean isReady() {
      return socket.hasReceived();
    }
  }

  /** The resource {@code outgoing-datagram-stream}. */
  private record Outgoing(UdpSocket socket) {}

  static void offer(Linker linker) {
    Interface.of(linker, "sockets/network")
        .resource("network")
        .function(
            "network-error-code",
            call -> Io.cause(call).map(SocketError::of).map(SocketError::code));
    Interface.of(linker, "sockets/instance-network")
        .function("instance-network", call -> new Whole());
    Interface.of(linker, "sockets/tcp-create-socket")
        .function("create-tcp-socket", call -> result(() -> tcp(call)));
    Interface.of(linker, "sockets/udp-create-socket")
        .function("create-udp-socket", call -> result(() -> udp(call)));
    Interface tcp =
        Interface.of(linker, "sockets/tcp").resource(TCP, TcpSocket.class, TcpSocket::close);
    connections(tcp);
    tcpFacts(tcp);
    options(tcp, TCP);
    Interface udp =
        Interface.of(linker, "sockets/udp").resource(UDP, UdpSocket.class, UdpSocket::close);
    udpSocket(udp);
    datagrams(udp);
    options(udp, UDP);
    lookUp(Interface.of(linker, "sockets/ip-name-lookup"));
  }

  private interface Action {
    @Nullable Object run() throws IOException;
  }

  private interface Change {
    void make() throws IOException;
  }

  private static Case result(Action action) {
    try {
      return Case.ok(action.run());
    } catch (IOException failure) {
      return Case.error(SocketError.of(failure).code());
    } catch (AlreadyBoundException
        | UnresolvedAddressException
        | UnsupportedAddressTypeException
        | SecurityException _) {
      return Case.error(SocketError.INVALID_ARGUMENT.code());
    } catch (UnsupportedOperationException _) {
      return Case.error(SocketError.NOT_SUPPORTED.code());
    }
  }

  private static Case change(Change change) {
    return result(() -> {
      change.make();
      return null;
    });
  }

  // ---- TCP

  private static Object tcp(Call call) throws IOException {
    TcpSocket socket = new TcpSocket(call.wasi(), call.bits(0) == 1);
    call.wasi().opened(socket);
    return socket;
  }

  private static TcpSocket tcpOf(Call call) {
    return call.get(0, TcpSocket.class);
  }

  private static InetSocketAddress address(Call call, int index) throws SocketError.Problem {
    return Addresses.socket(call, call.variant(index));
  }

  private static void connections(Interface tcp) {
    tcp.method(TCP, "start-bind", call -> change(() -> tcpOf(call).bind(address(call, 2))))
        .method(TCP, "finish-bind", call -> change(() -> tcpOf(call).bound()))
        .method(TCP, "start-connect", call -> change(() -> tcpOf(call).connect(address(call, 2))))
        .method(
            TCP,
            "finish-connect",
            call ->
                result(() -> {
                  TcpSocket.Streams streams = tcpOf(call).connected();
                  return List.of(streams.input(), streams.output());
                }))
        .method(TCP, "start-listen", call -> change(() -> tcpOf(call).listen()))
        .method(TCP, "finish-listen", call -> change(() -> tcpOf(call).listening()))
        .method(
            TCP,
            "accept",
            call ->
                result(() -> {
                  TcpSocket.Accepted accepted = tcpOf(call).accept();
                  return List.of(
                      accepted.socket(), accepted.streams().input(), accepted.streams().output());
                }))
        .method(
            TCP,
            "shutdown",
            call -> change(() -> tcpOf(call).shutdown(call.bits(1) != 1, call.bits(1) != 0)));
  }

  private static void tcpFacts(Interface tcp) {
    tcp.method(
            TCP,
            "local-address",
            call -> result(() -> Addresses.socket(tcpOf(call).localAddress())))
        .method(
            TCP,
            "remote-address",
            call -> result(() -> Addresses.socket(tcpOf(call).remoteAddress())))
        .method(TCP, "is-listening", call -> tcpOf(call).isListening())
        .method(TCP, "address-family", call -> tcpOf(call).isIpv6() ? 1 : 0)
        .method(TCP, "subscribe", Sockets::tcpOf)
        .method(
            TCP,
            "set-listen-backlog-size",
            call -> change(() -> tcpOf(call).setBacklog(call.number(1))));
  }

  /**
   * Settings of the system's sockets: what it takes is not ours to promise, so they read as usual
   * ones and are otherwise accepted.
   */
  private static void options(Interface sockets, String type) {
    setting(sockets, type, "keep-alive-idle-time", 7_200_000_000_000L);
    setting(sockets, type, "keep-alive-interval", 75_000_000_000L);
    setting(sockets, type, "keep-alive-count", 9L);
    setting(sockets, type, "hop-limit", 64L);
    setting(sockets, type, "unicast-hop-limit", 64L);
    setting(sockets, type, "receive-buffer-size", 65_536L);
    setting(sockets, type, "send-buffer-size", 65_536L);
    sockets
        .method(type, "keep-alive-enabled", call -> Case.ok(false))
        .method(type, "set-keep-alive-enabled", call -> Case.ok(null))
        .method(type, "ipv6-only", call -> Case.ok(true))
        .method(type, "set-ipv6-only", call -> Case.ok(null));
  }

  private static void setting(Interface sockets, String type, String name, long value) {
    sockets
        .method(type, name, call -> Case.ok(value))
        .method(
            type,
            "set-" + name,
            call ->
                call.number(1) == 0
                    ? Case.error(SocketError.INVALID_ARGUMENT.code())
                    : Case.ok(null));
  }

  // ---- UDP

  private static Object udp(Call call) throws IOException {
    UdpSocket socket = new UdpSocket(call.wasi(), call.bits(0) == 1);
    call.wasi().opened(socket);
    return socket;
  }

  private static UdpSocket udpOf(Call call) {
    return call.get(0, UdpSocket.class);
  }

  private static Optional<InetSocketAddress> remote(Call call, @Nullable Object value)
      throws SocketError.Problem {
    Optional<?> remote = call.of(value, Optional.class);
    return remote.isPresent()
        ? Optional.of(Addresses.socket(call, remote.get()))
        : Optional.empty();
  }

  private static void udpSocket(Interface udp) {
    udp.method(UDP, "start-bind", call -> change(() -> udpOf(call).bind(address(call, 2))))
        .method(UDP, "finish-bind", call -> change(() -> udpOf(call).bound()))
        .method(
            UDP,
            "stream",
            call ->
                result(() -> {
                  udpOf(call).stream(remote(call, call.get(1, Optional.class)));
                  return List.of(new Incoming(udpOf(call)), new Outgoing(udpOf(call)));
                }))
        .method(
            UDP,
            "local-address",
            call -> result(() -> Addresses.socket(udpOf(call).localAddress())))
        .method(
            UDP,
            "remote-address",
            call -> result(() -> Addresses.socket(udpOf(call).remoteAddress())))
        .method(UDP, "address-family", call -> udpOf(call).isIpv6() ? 1 : 0)
        .method(UDP, "subscribe", call -> Pollable.ALWAYS);
  }

  private static void datagrams(Interface udp) {
    String in = "incoming-datagram-stream";
    String out = "outgoing-datagram-stream";
    udp.resource(in)
        .method(in, "receive", call -> result(() -> receive(call)))
        .method(in, "subscribe", call -> call.get(0, Incoming.class))
        .resource(out)
        .method(out, "check-send", call -> Case.ok(16L))
        .method(out, "send", call -> result(() -> send(call)))
        .method(out, "subscribe", call -> Pollable.ALWAYS);
  }

  private static Object receive(Call call) {
    List<Object> all = new ArrayList<>();
    call.get(0, Incoming.class)
        .socket()
        .receive(call.number(1))
        .forEach(
            datagram -> all.add(List.of(datagram.bytes(), Addresses.socket(datagram.remote()))));
    return all;
  }

  private static Object send(Call call) throws IOException {
    UdpSocket socket = call.get(0, Outgoing.class).socket();
    long sent = 0;
    for (Object one : call.list(1)) {
      List<?> datagram = call.of(one, List.class);
      try {
        socket.send(call.of(datagram.get(0), byte[].class), remote(call, datagram.get(1)));
      } catch (IOException failure) {
        if (sent == 0) {
          throw failure;
        }
        return sent;
      }
      sent++;
    }
    return sent;
  }

  // ---- names

  /** The resource {@code resolve-address-stream}. */
  private static final class Lookup implements Pollable {
    private final Wasi wasi;
    private @Nullable Queue<InetAddress> found;
    private boolean failed;

    Lookup(Wasi wasi, String name) {
      this.wasi = wasi;
      Thread _ = Thread.ofVirtual().name("wasi-lookup").start(() -> run(name));
    }

    private void run(String name) {
      Queue<InetAddress> all = new ArrayDeque<>();
      boolean unknown = false;
      try {
        all.addAll(List.of(InetAddress.getAllByName(name)));
        wasi.network().found(name, List.copyOf(all));
      } catch (UnknownHostException | SecurityException _) {
        unknown = true;
      }
      synchronized (this) {
        found = all;
        failed = unknown;
      }
      wasi.events().happened();
    }

    synchronized Object next() throws IOException {
      if (found == null) {
        throw SocketError.WOULD_BLOCK.problem();
      }
      if (failed) {
        throw SocketError.NAME_UNRESOLVABLE.problem();
      }
      InetAddress next = found.poll();
      return next == null ? Optional.empty() : Optional.of(Addresses.ip(next));
    }

    @Override
    public synchronized boolean isReady() {
      return found != null;
    }
  }

  private static void lookUp(Interface names) {
    String type = "resolve-address-stream";
    names
        .resource(type)
        .function("resolve-addresses", call -> result(() -> resolve(call)))
        .method(
            type, "resolve-next-address", call -> result(() -> call.get(0, Lookup.class).next()))
        .method(type, "subscribe", call -> call.get(0, Lookup.class));
  }

  private static Object resolve(Call call) throws IOException {
    String name = call.text(1);
    if (name.isEmpty() || name.length() > 253 || name.indexOf('\0') >= 0) {
      throw SocketError.INVALID_ARGUMENT.problem();
    }
    if (!call.wasi().network().mayLookUp(name)) {
      throw SocketError.ACCESS_DENIED.problem();
    }
    return new Lookup(call.wasi(), name);
  }
}
