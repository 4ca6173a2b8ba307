package io.pie4j.control.store;

import io.pie4j.control.ControlException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * The maps in the file, and what each space uses of its bounds. Used by one thread, which is never
 * interrupted: an interrupt in the middle of a file operation closes the file.
 *
 * <p>What a space uses is kept beside its values and changes in the same commit, so that it is
 * right after a crash and need not be counted at start.
 */
final class StoreFile implements AutoCloseable {
  /**
   * Written chunks that nobody refers to any more are kept so long; every commit is forced to disk.
   */
  private static final int RETENTION_MILLIS = 1_000;

  /** After so many commits the file is tidied a little: half of it may be waste. */
  private static final int COMMITS_PER_TIDYING = 256;

  private static final int FILL_PERCENT_MIN = 50;
  private static final int TIDY_BYTES = 4 << 20;
  private static final int CLOSE_COMPACTION_MILLIS = 200;
  private static final int PAGE_CACHE_MEBIBYTES = 16;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final MVStore store;
  private final boolean onDisk;
  private final MVMap<String, byte[]> values;
  private final MVMap<String, Long> bytesUsed;
  private final MVMap<String, Long> keysUsed;
  private int commits;

  private StoreFile(MVStore store, boolean onDisk) {
    this.store = store;
    this.onDisk = onDisk;
    values =
        store.openMap(
            "values",
            new MVMap.Builder<String, byte[]>()
                .keyType(StringDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
    bytesUsed = usage("bytes-used");
    keysUsed = usage("keys-used");
  }

  static StoreFile inMemory() {
    return new StoreFile(new MVStore.Builder().autoCommitDisabled().open(), false);
  }

  static StoreFile open(Path file) {
    try {
      makeReadableByOwnerOnly(file);
      MVStore store =
          new MVStore.Builder()
              .fileName(file.toAbsolutePath().toString())
              .autoCommitDisabled()
              .cacheSize(PAGE_CACHE_MEBIBYTES)
              .open();
      store.setRetentionTime(RETENTION_MILLIS);
      return new StoreFile(store, true);
    } catch (MVStoreException failure) {
      boolean locked = failure.getErrorCode() == DataUtils.ERROR_FILE_LOCKED;
      throw new StoreException(
          locked
              ? "the store " + file + " is in use by another engine"
              : "the store %s cannot be read (%s); it was left as it is: restore it from a copy, or move it away to begin with an empty one"
                  .formatted(file, oneLine(failure)),
          locked,
          failure);
    } catch (IOException failure) {
      throw new StoreException(
          "the store %s cannot be made (%s)".formatted(file, oneLine(failure)), false, failure);
    }
  }

  Optional<byte[]> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  void put(String space, String key, byte[] value, long keyBytes) {
    byte[] old = values.put(key, value);
    add(bytesUsed, space, value.length - (old == null ? -keyBytes : old.length));
    if (old == null) {
      add(keysUsed, space, 1);
    }
  }

  boolean remove(String space, String key, long keyBytes) {
    byte[] old = values.remove(key);
    if (old == null) {
      return false;
    }
    add(bytesUsed, space, -(keyBytes + old.length));
    add(keysUsed, space, -1);
    return true;
  }

  long bytesUsed(String space) {
    return bytesUsed.getOrDefault(space, 0L);
  }

  long keysUsed(String space) {
    return keysUsed.getOrDefault(space, 0L);
  }

  /** Keys that begin with a prefix, sorted; more than so many are refused. */
  List<String> keys(String prefix, int most) {
    List<String> keys = new ArrayList<>();
    Iterator<String> from = values.keyIterator(prefix);
    while (from.hasNext()) {
      String key = from.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      if (keys.size() == most) {
        throw new ControlException(
            ControlException.Code.QUOTA_EXCEEDED,
            "list-keys: more than %d keys begin with prefix (listedKeysMax); ask with a longer one"
                .formatted(most));
      }
      keys.add(key);
    }
    return List.copyOf(keys);
  }

  /** What was changed is on disk when this returns. */
  void commit() {
    store.commit();
    if (onDisk) {
      store.sync();
      if (++commits % COMMITS_PER_TIDYING == 0) {
        store.compact(FILL_PERCENT_MIN, TIDY_BYTES);
      }
    }
  }

  @Override
  public void close() {
    store.close(CLOSE_COMPACTION_MILLIS);
  }

  private MVMap<String, Long> usage(String name) {
    return store.openMap(
        name,
        new MVMap.Builder<String, Long>()
            .keyType(StringDataType.INSTANCE)
            .valueType(LongDataType.INSTANCE));
  }

  /** Spaces that use nothing leave nothing behind. */
  private static void add(MVMap<String, Long> usage, String space, long change) {
    long now = usage.getOrDefault(space, 0L) + change;
    if (now == 0) {
      usage.remove(space);
    } else {
      usage.put(space, now);
    }
  }

  private static void makeReadableByOwnerOnly(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      Files.createFile(file, posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0]);
    } catch (FileAlreadyExistsException itsOwnerSettledThat) {
      // as it should be at every start but the first
    }
  }

  static String oneLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
  }
}
