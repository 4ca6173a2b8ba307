package io.pie4j.component.wasi;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;

/** Errors of sockets, in the order of {@code wasi:sockets/network}. */
enum SocketError {
  UNKNOWN,
  ACCESS_DENIED,
  NOT_SUPPORTED,
  INVALID_ARGUMENT,
  OUT_OF_MEMORY,
  TIMEOUT,
  CONCURRENCY_CONFLICT,
  NOT_IN_PROGRESS,
  WOULD_BLOCK,
  INVALID_STATE,
  NEW_SOCKET_LIMIT,
  ADDRESS_NOT_BINDABLE,
  ADDRESS_IN_USE,
  REMOTE_UNREACHABLE,
  CONNECTION_REFUSED,
  CONNECTION_RESET,
  CONNECTION_ABORTED,
  DATAGRAM_TOO_LARGE,
  NAME_UNRESOLVABLE,
  TEMPORARY_RESOLVER_FAILURE,
  PERMANENT_RESOLVER_FAILURE;

  /** Its number in WASI 0.2, whose order this is. */
  @SuppressWarnings("EnumOrdinal")
  int code() {
    return ordinal();
  }

  /** As an exception. */
  static final class Problem extends IOException {
    private static final long serialVersionUID = 1;

    private final SocketError error;

    private Problem(SocketError error) {
      super(error.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      this.error = error;
    }
  }

  Problem problem() {
    return new Problem(this);
  }

  static SocketError of(IOException failure) {
    String text = String.valueOf(failure.getMessage());
    return switch (failure) {
      case Problem problem -> problem.error;
      case BindException _ when text.contains("in use") -> ADDRESS_IN_USE;
      case BindException _ -> ADDRESS_NOT_BINDABLE;
      case ConnectException _ when text.contains("timed out") -> TIMEOUT;
      case ConnectException _, PortUnreachableException _ -> CONNECTION_REFUSED;
      case NoRouteToHostException _ -> REMOTE_UNREACHABLE;
      case SocketTimeoutException _ -> TIMEOUT;
      case ClosedChannelException _ -> CONNECTION_ABORTED;
      default -> {
        if (text.contains("reset") || text.contains("Broken pipe")) {
          yield CONNECTION_RESET;
        }
        if (text.contains("unreachable")) {
          yield REMOTE_UNREACHABLE;
        }
        yield text.contains("too long") ? DATAGRAM_TOO_LARGE : UNKNOWN;
      }
    };
  }
}
