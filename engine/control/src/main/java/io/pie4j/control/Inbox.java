package io.pie4j.control;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Many programs put, one loop takes everything at once. A stack by compare-and-set, turned round
 * when taken: no node besides the message, no lock, one exchange a batch.
 */
class Inbox {
  private final AtomicReference<@Nullable Message> last = new AtomicReference<>();

  void put(Message message) {
    Message seen;
    do {
      seen = last.get();
      message.link = seen;
    } while (!last.compareAndSet(seen, message));
  }

  boolean isEmpty() {
    return last.get() == null;
  }

  /** All messages, oldest first, chained by {@code link}. */
  @Nullable Message takeAll() {
    Message message = last.getAndSet(null);
    Message first = null;
    while (message != null) {
      Message before = message.link;
      message.link = first;
      first = message;
      message = before;
    }
    return first;
  }
}
