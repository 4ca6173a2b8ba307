package io.pie4j.component.wasi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The resource {@code outgoing-body}: what a program writes before it is known where to is kept, up
 * to a bound.
 */
final class OutgoingBody implements AutoCloseable {
  /** Bytes that are kept for a request or response that isn't sent yet. */
  private static final int KEPT_BYTES_MAX = 1 << 20;

  /** Where it goes. */
  interface Target {
    void write(byte[] bytes) throws IOException, InterruptedException;

    /** All is written. */
    void finish(List<HttpHeader> trailers) throws IOException, InterruptedException;

    /** It was given up. */
    void cut();
  }

  private enum State {
    OPEN,
    FINISHED,
    CUT
  }

  private final ByteArrayOutputStream early = new ByteArrayOutputStream(0);
  private final Kept kept;
  private State state = State.OPEN;
  private boolean written;
  private List<HttpHeader> trailers = List.of();
  private @Nullable Target target;

  OutgoingBody(Kept kept) {
    this.kept = kept;
  }

  /** The stream to write to; once. */
  Optional<Output> write() {
    if (written) {
      return Optional.empty();
    }
    written = true;
    return Optional.of(new Output(this::write));
  }

  private void write(byte[] bytes) throws IOException, InterruptedException {
    if (state != State.OPEN) {
      throw new IOException("the body was finished before");
    }
    if (target != null) {
      target.write(bytes);
      return;
    }
    if (early.size() + bytes.length > KEPT_BYTES_MAX) {
      throw new IOException(
          "more than " + KEPT_BYTES_MAX + " bytes were written before it is sent");
    }
    kept.take(bytes.length);
    early.writeBytes(bytes);
  }

  void connect(Target to) throws IOException, InterruptedException {
    target = to;
    if (early.size() > 0) {
      to.write(early.toByteArray());
      forget();
    }
    switch (state) {
      case OPEN -> {}
      case FINISHED -> to.finish(trailers);
      case CUT -> to.cut();
    }
  }

  void finish(List<HttpHeader> last) throws IOException, InterruptedException {
    if (state != State.OPEN) {
      return;
    }
    state = State.FINISHED;
    trailers = last;
    if (target != null) {
      target.finish(last);
    }
  }

  private void forget() {
    kept.giveBack(early.size());
    early.reset();
  }

  boolean isFinished() {
    return state == State.FINISHED;
  }

  /** Dropped unfinished it is cut off. */
  @Override
  public void close() {
    if (state == State.OPEN) {
      state = State.CUT;
      forget();
      if (target != null) {
        target.cut();
      }
    }
  }
}
