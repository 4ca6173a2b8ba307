package io.pie4j.server;

import io.pie4j.application.Outcome;
import io.pie4j.component.wasi.HttpHeader;
import io.pie4j.component.wasi.IncomingHttp.Responder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A response on its way from the program's thread to the connection's. A program that writes faster
 * than its client reads waits here, where it can be stopped without harm to the connection.
 */
final class Reply implements Responder {
  private static final int PIECES_MAX = 16;

  /** A part of a response, in the order of their names. */
  sealed interface Part {
    record Start(int status, List<HttpHeader> headers) implements Part {}

    record Bytes(byte[] bytes) implements Part {}

    /** The response is complete. */
    record Finish() implements Part {}

    /** The program is over; always the last. */
    record Ended(Outcome outcome) implements Part {}
  }

  private final LinkedBlockingQueue<Part> parts = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(PIECES_MAX);
  private volatile boolean gone;

  @Override
  public void start(int status, List<HttpHeader> headers) throws IOException, InterruptedException {
    put(new Part.Start(status, headers));
  }

  @Override
  public void write(byte[] bytes) throws IOException, InterruptedException {
    put(new Part.Bytes(bytes));
  }

  @Override
  public void finish(List<HttpHeader> trailers) throws IOException, InterruptedException {
    put(new Part.Finish());
  }

  void ended(Outcome outcome) {
    parts.add(new Part.Ended(outcome));
  }

  /** Nobody reads any more: from now on writing fails. */
  void abandon() {
    gone = true;
    room.release(PIECES_MAX);
  }

  /** The next part; empty if none came in time. */
  Optional<Part> next(long nanos) throws InterruptedException {
    Part part = parts.poll(nanos, TimeUnit.NANOSECONDS);
    if (part != null && !(part instanceof Part.Ended)) {
      room.release();
    }
    return Optional.ofNullable(part);
  }

  /** Whether the next part is there already. */
  boolean hasNext() {
    return !parts.isEmpty();
  }

  private void put(Part part) throws IOException, InterruptedException {
    if (!gone) {
      room.acquire();
    }
    if (gone) {
      throw new IOException("nobody reads the response any more");
    }
    parts.add(part);
  }
}
