package io.pie4j.control.messaging;

import io.pie4j.control.ControlException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A message that a program asked for. It is the program's once {@link #received} was called; if the
 * asker goes before, the message goes back to its place and to whoever asks next.
 */
public final class Asked {
  private final Member member;
  private final Line line;
  private final Runnable whenOver;
  private final CompletableFuture<String> text = new CompletableFuture<>();

  // Guarded by the line.
  private @Nullable Message message;
  private boolean over;

  Asked(Member member, Line line, Runnable whenOver) {
    this.member = member;
    this.line = line;
    this.whenOver = whenOver;
  }

  /**
   * Completes with the text; fails with QUOTA_EXCEEDED if messages were lost, or with TERMINATED if
   * the asker went.
   */
  public CompletableFuture<String> text() {
    return text;
  }

  /** The program has seen the text. */
  public void received() {
    end(true);
  }

  /** Nobody waits for it any more. Does nothing once it was received. */
  public void abandon() {
    end(false);
  }

  private void end(boolean seen) {
    if (line.settle(this, seen)) {
      member.over(this);
      whenOver.run();
    }
  }

  void answer(Message with) {
    message = with;
    text.complete(with.text());
  }

  void fail(ControlException reason) {
    text.completeExceptionally(reason);
  }

  boolean isOver() {
    return over;
  }

  /** What it was answered with, which it has no more. */
  @Nullable Message end() {
    over = true;
    Message had = message;
    message = null;
    return had;
  }
}
