package io.pie4j.application.http;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. A virtual thread of its own goes to where the headers are there,
 * redirects included; each piece of the body is read by another, when the program asks, so that a
 * server sends no faster than the program reads.
 *
 * <p>It ends once, for the first of these reasons: the body's end, a failure, a time that is up,
 * {@link #close}. Then the connection is closed, which wakes whoever reads or writes, and its place
 * is given back.
 */
public final class Exchange implements AutoCloseable {
  private static final int PIECE_BYTES_MAX = 1 << 16;
  private static final int PIECES_WAITING_MAX = 16;

  private final WebClient client;
  private final Caller caller;
  private final HttpSettings settings;
  private final Outgoing request;
  private final int headersMillis;
  private final CompletableFuture<Head> head = new CompletableFuture<>();
  private final List<Future<?>> alarms = new ArrayList<>();

  // Guarded by this object's lock.
  private @Nullable Thread thread;
  private @Nullable Hop hop;
  private @Nullable ApiException end;
  private boolean over;
  private int piecesWaiting;
  private CompletableFuture<?> lastPiece = head; // the first comes after it

  // Used by one thread after the other: the one that gets the head, then those that read pieces.
  private @Nullable InputStream body;
  private long bodyBytes;
  private long bodyLength;

  Exchange(WebClient client, Caller caller, Outgoing request, int headersMillis) {
    this.client = client;
    this.caller = caller;
    this.settings = client.settings();
    this.request = request;
    this.headersMillis = headersMillis;
  }

  /** Completes when the headers are there; fails with FAILED, TIMED_OUT, DENIED or TERMINATED. */
  public CompletableFuture<Head> head() {
    return head;
  }

  /**
   * The body's next bytes, after those asked for before.
   *
   * @param most as an unsigned number
   * @throws ApiException INVALID_ARGUMENT or QUOTA_EXCEEDED
   */
  public Piece read(int most) {
    if (most == 0) {
      throw new ApiException(ErrorCode.INVALID_ARGUMENT, "read: most is 0, must be at least 1");
    }
    int length = Integer.compareUnsigned(most, PIECE_BYTES_MAX) < 0 ? most : PIECE_BYTES_MAX;
    Piece piece = new Piece(caller);
    if (!piece.hold(length)) {
      throw caller.held("read");
    }
    return enqueue("read", piece, () -> next(piece, length));
  }

  /** All of the body that was not read yet. */
  public Piece readAll() {
    Piece piece = new Piece(caller);
    return enqueue("read-all", piece, () -> rest(piece));
  }

  /** Ends it if it is not over. */
  @Override
  public void close() {
    end(new ApiException(ErrorCode.FAILED, "the response was dropped"));
  }

  void start() {
    alarm(
        headersMillis,
        "%s did not answer within %d ms".formatted(Text.shown(request.host()), headersMillis));
    Thread started = Thread.ofVirtual().name("pie-http").unstarted(this::getHead);
    synchronized (this) {
      thread = started;
    }
    started.start();
  }

  private void getHead() {
    try {
      Head found = follow();
      cancelAlarms();
      alarm(
          settings.exchangeMillisMax(),
          "the response was not over within %d ms (exchangeMillisMax)"
              .formatted(settings.exchangeMillisMax()));
      leaveThread();
      if (body == null) {
        endWell();
      }
      head.complete(found);
    } catch (Throwable failure) {
      ApiException reason = reason(failure, request.host());
      end(reason);
      head.completeExceptionally(reason);
    }
  }

  /** Goes from server to server until one answers with something else than another address. */
  private Head follow() throws IOException {
    Outgoing at = request;
    for (int hops = 0; hops <= settings.redirectsMax(); hops++) {
      caller.requireHost("request", at.host());
      Hop next = new Hop(client, caller, at);
      using(next);
      ClassicHttpResponse answer = next.send();
      Head found = Head.of(answer);
      if (!found.isRedirect()) {
        HttpEntity entity = answer.getEntity();
        if (entity != null && entity.getContentLength() != 0) {
          body = entity.getContent();
          bodyLength = entity.getContentLength();
        }
        return found;
      }
      next.close();
      at = at.redirected(found.status(), found.value("location").orElse(""), settings);
    }
    throw new IOException(
        "more than %d redirects (redirectsMax), the last to '%s'"
            .formatted(settings.redirectsMax(), Text.shown(at.host())));
  }

  /** What a piece's reader does; runs on a thread of its own. */
  @FunctionalInterface
  private interface Reading {
    byte[] read() throws IOException;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // one piece after the other is all that is wanted
  private Piece enqueue(String call, Piece piece, Reading reading) {
    CompletableFuture<?> before;
    synchronized (this) {
      if (piecesWaiting == PIECES_WAITING_MAX) {
        piece.release();
        throw new ApiException(
            ErrorCode.QUOTA_EXCEEDED,
            "%s: %d reads of this response wait already; take one first"
                .formatted(call, PIECES_WAITING_MAX));
      }
      piecesWaiting++;
      before = lastPiece;
      lastPiece = piece.bytes();
    }
    before.whenComplete(
        (value, failure) -> Thread.ofVirtual().name("pie-http").start(() -> fill(piece, reading)));
    return piece;
  }

  private void fill(Piece piece, Reading reading) {
    try {
      byte[] bytes = reading.read();
      piece.shrinkTo(bytes.length);
      counted();
      piece.bytes().complete(bytes);
    } catch (Throwable failure) {
      ApiException reason = reason(failure, request.host());
      end(reason);
      piece.release();
      counted();
      piece.bytes().completeExceptionally(reason);
    }
  }

  private synchronized void counted() {
    piecesWaiting--;
  }

  private byte[] next(Piece piece, int length) throws IOException {
    byte[] bytes = new byte[length];
    int count = piece.isReleased() ? 0 : readBody(bytes, length);
    return count == length ? bytes : Arrays.copyOf(bytes, count);
  }

  private byte[] rest(Piece piece) throws IOException {
    List<byte[]> parts = new ArrayList<>();
    long total = 0;
    byte[] buffer = new byte[PIECE_BYTES_MAX];
    for (int count = readBody(buffer, buffer.length);
        count > 0;
        count = readBody(buffer, buffer.length)) {
      if (piece.isReleased()) {
        throw new IOException("nobody waits for the body any more");
      }
      if (!piece.hold(count)) {
        throw caller.held("read-all");
      }
      parts.add(Arrays.copyOf(buffer, count));
      total += count;
    }
    byte[] all = new byte[Math.toIntExact(total)];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private int readBody(byte[] into, int most) throws IOException {
    requireNotEnded();
    InputStream from = body;
    if (from == null) {
      return 0;
    }
    Future<?> stall =
        later(
            settings.stallMillisMax(),
            "the body stalled for %d ms (stallMillisMax)".formatted(settings.stallMillisMax()));
    int count;
    try {
      count = from.read(into, 0, most);
    } finally {
      stall.cancel(false);
    }
    bodyBytes += Math.max(count, 0);
    if (bodyBytes > settings.responseBodyBytesMax()) {
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          "read: the body has more than %d bytes (responseBodyBytesMax)"
              .formatted(settings.responseBodyBytesMax()));
    }
    if (count < 0 || bodyBytes == bodyLength) {
      body = null;
      endWell();
    }
    return Math.max(count, 0);
  }

  private synchronized void requireNotEnded() {
    if (end != null) {
      throw end;
    }
  }

  /** Every failure as the program sees it; what ended the exchange first counts. */
  private synchronized ApiException reason(Throwable failure, String host) {
    if (end != null) {
      return end;
    }
    if (failure instanceof ApiException own) {
      return own;
    }
    if (failure instanceof SocketTimeoutException) {
      return new ApiException(
          ErrorCode.TIMED_OUT,
          "%s did not connect within %d ms (connectMillisMax)"
              .formatted(Text.shown(host), settings.connectMillisMax()));
    }
    if (failure instanceof MessageConstraintException) {
      return new ApiException(
          ErrorCode.FAILED,
          "%s: the answer's headers are too long (headersMax %d, headerLineBytesMax %d)"
              .formatted(Text.shown(host), settings.headersMax(), settings.headerLineBytesMax()));
    }
    Throwable cause = failure.getCause();
    Throwable told = failure instanceof ClientProtocolException && cause != null ? cause : failure;
    String message = told.getMessage();
    return new ApiException(
        ErrorCode.FAILED,
        "%s: %s"
            .formatted(
                Text.shown(host),
                message == null ? told.getClass().getSimpleName() : Text.shown(message)));
  }

  private Future<?> later(int millis, String message) {
    return client.after(millis, () -> end(new ApiException(ErrorCode.TIMED_OUT, message)));
  }

  private void alarm(int millis, String message) {
    Future<?> alarm = later(millis, message);
    synchronized (this) {
      alarms.add(alarm);
      if (over) {
        alarm.cancel(false);
      }
    }
  }

  private synchronized void cancelAlarms() {
    alarms.forEach(alarm -> alarm.cancel(false));
    alarms.clear();
  }

  /** From here on an end closes the socket only; the thread has other things to do. */
  private synchronized void leaveThread() throws IOException {
    thread = null;
    if (over) {
      throw new IOException("it is over");
    }
  }

  private synchronized void using(Hop next) throws IOException {
    if (over) {
      throw new IOException("it is over");
    }
    hop = next;
  }

  private void end(ApiException because) {
    synchronized (this) {
      if (over) {
        return;
      }
      end = because;
      if (thread != null) {
        thread.interrupt(); // it may wait for a name to be looked up
      }
    }
    endWell();
  }

  private void endWell() {
    Hop open;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      open = hop;
      cancelAlarms();
    }
    if (open != null) {
      open.close();
    }
    caller.over(this, request.body().length);
  }
}
