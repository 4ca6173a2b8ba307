package io.pie4j.application.http;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one of a host's addresses, each of which was checked after it was looked up and
 * is what the socket is opened to. A TLS server must also prove that it is the host by name.
 *
 * @param raw what to close: that is never delayed by what goes on inside TLS
 */
record Connection(Socket raw, InputStream in, OutputStream out) implements AutoCloseable {
  private static final int ADDRESSES_TRIED = 4;

  /** Hears of every socket before it is opened, so that an abort can close it. */
  @FunctionalInterface
  interface Registry {
    void using(Socket socket) throws IOException;
  }

  static Connection open(WebClient client, Caller caller, Outgoing to, Registry registry)
      throws IOException, InterruptedException {
    List<InetAddress> addresses = client.lookUp(to.host());
    if (!caller.allowsPrivate()) {
      addresses.forEach(address -> requirePublic(to.host(), address));
    }
    @Nullable IOException first = null;
    for (InetAddress address : addresses.stream().limit(ADDRESSES_TRIED).toList()) {
      Socket socket = new Socket();
      try {
        registry.using(socket);
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(address, to.port()), client.settings().connectMillisMax());
        return to.isSecret() ? secret(client, to, socket) : plain(socket);
      } catch (IOException failure) {
        socket.close();
        first = first == null ? failure : first;
      }
    }
    throw first == null ? new IOException("the host has no address") : first;
  }

  void send(byte[] head, byte[] body) throws IOException {
    out.write(head);
    out.write(body);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }

  private static Connection plain(Socket socket) throws IOException {
    return new Connection(
        socket, new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
  }

  private static Connection secret(WebClient client, Outgoing to, Socket socket)
      throws IOException {
    SSLSocket tls =
        (SSLSocket) client.tls().createSocket(socket, to.host(), to.port(), /* autoClose= */ true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return new Connection(
        socket, new BufferedInputStream(tls.getInputStream()), tls.getOutputStream());
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
