package io.pie4j.component.wasi;

import io.pie4j.component.model.Case;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The resource {@code future-incoming-response}: a request under way, on a thread of its own. */
final class HttpCall implements Pollable, AutoCloseable {
  private final Events events;
  private final Pipe body = new Pipe();
  private @Nullable HttpResponse response;
  private @Nullable IOException failure;
  private @Nullable Thread thread;
  private boolean taken;
  private boolean closed;

  HttpCall(Events events) {
    this.events = events;
  }

  Pipe body() {
    return body;
  }

  synchronized void start(OutgoingHttp http, HttpRequest request, Duration timeout) {
    thread =
        Thread.ofVirtual()
            .name("wasi-http")
            .start(() -> {
              try {
                done(http.send(request, body, timeout), null);
              } catch (IOException failed) {
                done(null, failed);
              } catch (InterruptedException stopped) {
                done(null, new IOException("interrupted"));
              } catch (RuntimeException failed) {
                done(null, new IOException("the host's client failed", failed));
              }
            });
  }

  private void done(@Nullable HttpResponse answer, @Nullable IOException failed) {
    boolean tooLate;
    synchronized (this) {
      response = answer;
      failure = failed;
      tooLate = closed;
    }
    if (tooLate && answer != null) {
      Wasi.closeQuietly(answer.body());
    }
    events.happened();
  }

  synchronized boolean isOver() {
    return closed || failure != null;
  }

  /** As {@code get} gives it. */
  synchronized Object get() {
    if (!isReady()) {
      return Optional.empty();
    }
    if (taken) {
      return Optional.of(Case.error(null));
    }
    taken = true;
    return Optional.of(
        Case.ok(
            response != null
                ? Case.ok(new Messages.Incoming(counted(response)))
                : Case.error(error(failure))));
  }

  /** The request is over when its body is: until then it has a connection. */
  private HttpResponse counted(HttpResponse answer) {
    Source source = answer.body();
    return new HttpResponse(
        answer.status(),
        answer.headers(),
        new Source() {
          @Override
          public byte[] read(int most) throws IOException, InterruptedException {
            return source.read(most);
          }

          @Override
          public void close() throws IOException {
            over();
            source.close();
          }
        });
  }

  private synchronized void over() {
    closed = true;
  }

  /** The variant {@code error-code}. */
  static Case error(@Nullable IOException failure) {
    if (failure instanceof OutgoingHttp.Failed failed) {
      return new Case(failed.failure().code(), null);
    }
    String text = failure == null ? "" : String.valueOf(failure.getMessage());
    return new Case(38, Optional.of(text));
  }

  @Override
  public synchronized boolean isReady() {
    return response != null || failure != null;
  }

  @Override
  public void close() {
    HttpResponse left;
    Thread running;
    synchronized (this) {
      left = taken ? null : response;
      running = closed || taken ? null : thread;
      closed |= !taken;
    }
    if (left != null) {
      Wasi.closeQuietly(left.body());
    }
    if (running != null) {
      running.interrupt();
    }
  }
}
