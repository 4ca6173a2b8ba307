package io.pie4j.component.wasi;

import io.pie4j.component.model.Case;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variants {@code ip-address} and {@code ip-socket-address}. */
final class Addresses {
  private Addresses() {}

  static Case ip(InetAddress address) {
    byte[] bytes = address.getAddress();
    List<Object> parts = new ArrayList<>();
    if (address instanceof Inet4Address) {
      for (byte part : bytes) {
        parts.add(part & 0xffL);
      }
      return new Case(0, parts);
    }
    for (int i = 0; i < bytes.length; i += 2) {
      parts.add((bytes[i] & 0xffL) << 8 | (bytes[i + 1] & 0xff));
    }
    return new Case(1, parts);
  }

  static Case socket(InetSocketAddress address) {
    Case ip = ip(address.getAddress());
    long port = address.getPort();
    Object parts = ip.value();
    if (parts == null) {
      throw new IllegalStateException("an address has parts");
    }
    return ip.index() == 0
        ? new Case(0, List.of(port, parts))
        : new Case(1, List.of(port, 0L, parts, scope(address.getAddress())));
  }

  private static long scope(InetAddress address) {
    return address instanceof Inet6Address six ? six.getScopeId() : 0;
  }

  static InetSocketAddress socket(Call call, @Nullable Object value) throws SocketError.Problem {
    Case address = call.of(value, Case.class);
    List<?> fields = call.of(address.value(), List.class);
    List<?> parts = call.of(fields.get(address.index() == 0 ? 1 : 2), List.class);
    byte[] bytes = new byte[address.index() == 0 ? 4 : 16];
    for (int i = 0; i < parts.size(); i++) {
      long part = call.of(parts.get(i), Long.class);
      if (bytes.length == 4) {
        bytes[i] = (byte) part;
      } else {
        bytes[2 * i] = (byte) (part >> 8);
        bytes[2 * i + 1] = (byte) part;
      }
    }
    int port = (int) (long) call.of(fields.get(0), Long.class);
    try {
      InetAddress ip = InetAddress.getByAddress(bytes);
      if (bytes.length == 16 && ip instanceof Inet4Address) {
        // An IPv4 address in disguise.
        throw SocketError.INVALID_ARGUMENT.problem();
      }
      return new InetSocketAddress(ip, port);
    } catch (UnknownHostException impossible) {
      throw SocketError.INVALID_ARGUMENT.problem();
    }
  }
}
