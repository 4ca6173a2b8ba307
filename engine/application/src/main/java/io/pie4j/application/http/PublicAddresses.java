package io.pie4j.application.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses belong to the public internet. All others may be the engine's own machine, its
 * network or its provider's: loopback, link-local (cloud metadata), private, shared, multicast,
 * reserved; and IPv6 addresses with such an IPv4 address inside.
 */
public final class PublicAddresses {
  private PublicAddresses() {}

  public static boolean contain(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
  }

  /** The IANA registry of special IPv4 addresses, as far as the JDK's predicates do not know it. */
  private static boolean isPublic4(byte[] bytes) {
    int a = bytes[0] & 0xff;
    int b = bytes[1] & 0xff;
    int c = bytes[2] & 0xff;
    return !(a == 0
        || a == 10
        || a == 127
        || (a == 100 && (b & 0xc0) == 64) // shared by carriers
        || (a == 169 && b == 254)
        || (a == 172 && (b & 0xf0) == 16)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 192 && b == 168)
        || (a == 198 && (b & 0xfe) == 18) // benchmarks
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224);
  }

  private static boolean isPublic6(byte[] bytes) {
    // Only 2000::/3 is given out as public.
    boolean translated = startsWith(bytes, 0x00, 0x64, 0xff, 0x9b);
    if (translated) {
      return isZero(bytes, 4, 12) && isPublic4At(bytes, 12);
    }
    if ((bytes[0] & 0xe0) != 0x20) {
      return false;
    }
    if (startsWith(bytes, 0x20, 0x02)) { // 6to4
      return isPublic4At(bytes, 2);
    }
    return !(startsWith(bytes, 0x20, 0x01, 0x00, 0x00) // Teredo
        || startsWith(bytes, 0x20, 0x01, 0x0d, 0xb8) // documentation
        || (startsWith(bytes, 0x20, 0x01) && (bytes[2] & 0xfe) == 0) // protocols
        || startsWith(bytes, 0x3f, 0xff)); // documentation
  }

  private static boolean isPublic4At(byte[] bytes, int from) {
    try {
      return contain(InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4)));
    } catch (UnknownHostException impossible) {
      throw new AssertionError("four bytes are an address", impossible);
    }
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if ((bytes[i] & 0xff) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
