package io.pie4j.model.registry;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tries again what may go well another time, ever less often. */
record Retry(int attemptsMax, Duration backoff) {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** So much more of a file counts as a success, after which failures are counted anew. */
  private static final long PROGRESS_BYTES = 1 << 20;

  @FunctionalInterface
  interface Attempt<T> {
    T run() throws IOException, InterruptedException;
  }

  <T> T run(String what, LongSupplier bytesHere, Attempt<T> attempt) {
    int failures = 0;
    while (true) {
      long before = bytesHere.getAsLong();
      try {
        return attempt.run();
      } catch (IOException e) {
        failures = bytesHere.getAsLong() - before >= PROGRESS_BYTES ? 1 : failures + 1;
        if (failures >= attemptsMax) {
          throw new RegistryException.Hub(
              "%s: %s (tries: %d); try again later, it goes on where it was"
                  .formatted(what, reason(e), failures),
              e);
        }
        pause(what, failures);
      } catch (InterruptedException e) {
        throw interrupted(what);
      }
    }
  }

  private void pause(String what, int failures) {
    Duration wait = backoff.multipliedBy(1L << Math.min(failures - 1, 20));
    try {
      Thread.sleep(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
    } catch (InterruptedException e) {
      throw interrupted(what);
    }
  }

  private static RegistryException interrupted(String what) {
    Thread.currentThread().interrupt();
    return new RegistryException.Hub(what + ": interrupted; what has come is kept");
  }

  /** Failures to connect have no message of their own. */
  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
