package io.pie4j.control;

import io.pie4j.control.Command.Stage;
import java.util.Arrays;

/**
 * The physical embeds; the same rules as {@link PageTable}, without sharing. Embeds are touched in
 * three stages, so the last stage that reads and that writes each is recorded.
 */
final class EmbedTable {
  private static final byte NEVER = -1;

  private final int[] free;
  private int freeCount;
  private final int[] released;
  private int releasedCount;

  private long pass = 1;
  private final long[] touchedBy;
  private final byte[] lastRead;
  private final byte[] lastWrite;

  EmbedTable(int embedCount) {
    free = new int[embedCount];
    Arrays.setAll(free, i -> embedCount - 1 - i);
    freeCount = embedCount;
    released = new int[embedCount];
    touchedBy = new long[embedCount];
    lastRead = new byte[embedCount];
    lastWrite = new byte[embedCount];
  }

  int total() {
    return free.length;
  }

  int free() {
    return freeCount;
  }

  int released() {
    return releasedCount;
  }

  void bind(VirtualEmbed embed) {
    embed.physical = free[--freeCount];
    embed.binding = Binding.BOUND;
    embed.content = VirtualEmbed.Content.EMPTY;
  }

  void free(VirtualEmbed embed) {
    if (touchedBy[embed.physical] == pass) {
      released[releasedCount++] = embed.physical;
    } else {
      free[freeCount++] = embed.physical;
    }
    embed.binding = Binding.FREED;
  }

  void endPass() {
    for (int i = 0; i < releasedCount; i++) {
      free[freeCount++] = released[i];
    }
    releasedCount = 0;
    pass++;
  }

  boolean mayRead(int physical, Stage stage) {
    return touchedBy[physical] != pass || lastWrite[physical] < stage.number;
  }

  boolean mayWrite(int physical, Stage stage) {
    return touchedBy[physical] != pass
        || Math.max(lastRead[physical], lastWrite[physical]) < stage.number;
  }

  void reads(int physical, Stage stage) {
    touch(physical);
    lastRead[physical] = (byte) Math.max(lastRead[physical], stage.number);
  }

  void writes(int physical, Stage stage) {
    touch(physical);
    lastWrite[physical] = (byte) Math.max(lastWrite[physical], stage.number);
  }

  private void touch(int physical) {
    if (touchedBy[physical] != pass) {
      touchedBy[physical] = pass;
      lastRead[physical] = NEVER;
      lastWrite[physical] = NEVER;
    }
  }
}
