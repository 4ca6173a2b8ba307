package io.pie4j.model.tokenizer;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Words met before and their ids: a fixed number of slots, in which new words replace old ones. */
final class WordCache {
  private static final int SLOTS = 1 << 13;
  private static final int WORD_CHARS_MAX = 48;

  private record Entry(String word, int[] ids) {}

  private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(SLOTS);

  /** The ids of this word, not to be written to, if they are still known. */
  int @Nullable [] get(String word) {
    var entry = entries.get(slot(word));
    return entry != null && entry.word.equals(word) ? entry.ids : null;
  }

  void put(String word, int[] ids) {
    if (word.length() <= WORD_CHARS_MAX) {
      entries.setRelease(slot(word), new Entry(word, ids));
    }
  }

  private static int slot(String word) {
    var hash = word.hashCode();
    return (hash ^ (hash >>> 16)) & (SLOTS - 1);
  }
}
