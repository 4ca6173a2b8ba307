package io.pie4j.component.wasi;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** What a program may do with sockets: asked for every address and name. */
public interface Network {
  /** Sockets that a program may have at once. */
  int SOCKETS_MAX = 64;

  /** Whether it may connect or send to an address. */
  boolean mayReach(InetSocketAddress remote);

  /** Whether it may take connections or datagrams at an address; port 0 is any. */
  boolean mayBind(InetSocketAddress local);

  /** Whether it may take connections at an address that it is bound to. */
  default boolean mayListen(InetSocketAddress local) {
    return mayBind(local);
  }

  /** Whether it may ask for a name's addresses. */
  boolean mayLookUp(String name);

  /** It asked for a name's addresses and is told these; called on any thread. */
  default void found(String name, List<InetAddress> addresses) {}

  static Network none() {
    return new Same(false);
  }

  static Network every() {
    return new Same(true);
  }

  /** The same answer to everything. */
  record Same(boolean allows) implements Network {
    @Override
    public boolean mayReach(InetSocketAddress remote) {
      return allows;
    }

    @Override
    public boolean mayBind(InetSocketAddress local) {
      return allows;
    }

    @Override
    public boolean mayLookUp(String name) {
      return allows;
    }
  }
}
