package io.pie4j.application;

import io.pie4j.application.http.PublicAddresses;
import io.pie4j.component.wasi.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * WASI's sockets of one instance: connections and datagrams to the servers of its capability, none
 * that come from elsewhere. WASI connects to addresses, a capability mostly names hosts: an address
 * counts as the hosts for whose names it was found.
 */
final class WasiNetwork implements Network {
  /** Addresses that are remembered, each with its names; what is found beyond is not reached. */
  private static final int FOUND_MAX = 1024;

  private final SocketPeers peers;
  private final boolean allowsPrivate;
  private final Set<Found> found = new HashSet<>();

  private record Found(InetAddress address, String name) {}

  WasiNetwork(Capabilities capabilities) {
    peers = capabilities.sockets();
    allowsPrivate = capabilities.has(Right.PRIVATE_HOSTS);
  }

  @Override
  public boolean mayReach(InetSocketAddress remote) {
    InetAddress address = remote.getAddress();
    if (!allowsPrivate && !PublicAddresses.contain(address)) {
      return false;
    }
    return peers.allows(literal(address), remote.getPort())
        || wasFoundByAllowedName(address, remote.getPort());
  }

  private synchronized boolean wasFoundByAllowedName(InetAddress address, int port) {
    return found.stream()
        .anyMatch(one -> one.address.equals(address) && peers.allows(one.name, port));
  }

  /** Only what a socket needs to be a client's. */
  @Override
  public boolean mayBind(InetSocketAddress local) {
    return local.getPort() == 0 && !peers.isNone();
  }

  @Override
  public boolean mayListen(InetSocketAddress local) {
    return false;
  }

  @Override
  public boolean mayLookUp(String name) {
    return peers.allowsSome(name);
  }

  @Override
  public synchronized void found(String name, List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      if (found.size() < FOUND_MAX) {
        found.add(new Found(address, name));
      }
    }
  }

  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}
