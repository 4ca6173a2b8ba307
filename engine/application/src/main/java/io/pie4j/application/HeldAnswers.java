package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of the answers that an instance's futures hold or will hold, until it closes them: a few
 * calls could otherwise ask for more than the machine has.
 */
final class HeldAnswers {
  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  HeldAnswers(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  void take(String call, long more) {
    long held = bytes.addAndGet(more);
    if (held > bytesMax) {
      bytes.addAndGet(-more);
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          "%s: the answer takes %d bytes, %d are held by futures, the limit is %d (answerBytesMax); close those that have been read"
              .formatted(call, more, held - more, bytesMax));
    }
  }

  void giveBack(long less) {
    bytes.addAndGet(-less);
  }
}
