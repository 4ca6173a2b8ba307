package io.pie4j.application.http;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * One request to one server over a connection of its own. The library's minimal client does just
 * that: it knows no redirects, cookies, credentials, proxies, retries, caches and decompression. It
 * asks this object for the host's addresses and connects to one of those, so that what was checked
 * is where it goes; a TLS server must also prove that it is the host by name.
 */
final class Hop
    implements DnsResolver, HttpConnectionFactory<ManagedHttpClientConnection>, AutoCloseable {
  private static final int ADDRESSES_TRIED = 4;

  private final WebClient client;
  private final Caller caller;
  private final Outgoing to;
  private volatile @Nullable ManagedHttpClientConnection connection;
  private volatile boolean closed;

  Hop(WebClient client, Caller caller, Outgoing to) {
    this.client = client;
    this.caller = caller;
    this.to = to;
  }

  /** The answer; its body is still to be read. Not to be closed: that would wait for the body. */
  ClassicHttpResponse send() throws IOException {
    HttpHost host = new HttpHost(to.url().getScheme(), to.host(), to.url().getPort());
    return HttpClients.createMinimal(client.connections(this))
        .executeOpen(host, to.forWire(client.agent()), null);
  }

  @Override
  public ManagedHttpClientConnection createConnection(@Nullable Socket none) throws IOException {
    ManagedHttpClientConnection made = client.wires().createConnection(null);
    connection = made;
    if (closed) {
      made.close(CloseMode.IMMEDIATE);
    }
    return made;
  }

  /**
   * Any thread, at any time: closes the connection at once; a closed one opens no socket any more.
   * A cancelled request would do the same, but waits for a lock that is held while connecting.
   */
  @Override
  public void close() {
    closed = true;
    ManagedHttpClientConnection open = connection;
    if (open != null) {
      open.close(CloseMode.IMMEDIATE);
    }
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = client.lookUp(host);
    if (!caller.allowsPrivate()) {
      for (InetAddress address : addresses) {
        requirePublic(host, address);
      }
    }
    return Arrays.copyOf(addresses, Math.min(addresses.length, ADDRESSES_TRIED));
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  private static void requirePublic(String host, InetAddress address) {
    if (!PublicAddresses.contain(address)) {
      throw new ApiException(
          ErrorCode.DENIED,
          "host '%s' is at %s, which is no public address; the program was not granted others (capability 'private-hosts')"
              .formatted(Text.shown(host), address.getHostAddress()));
    }
  }
}
