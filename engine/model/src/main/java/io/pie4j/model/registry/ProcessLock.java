package io.pie4j.model.registry;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A lock on a file that one thread of one process of this machine holds. The operating system knows
 * processes only, and closing any channel of a file drops its locks, so within this process a file
 * is opened by its holder alone.
 */
final class ProcessLock implements AutoCloseable {
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private ProcessLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Waits for the lock. */
  static ProcessLock acquire(Path path) {
    Path file = path.toAbsolutePath().normalize();
    synchronized (HELD) {
      while (!HELD.add(file)) {
        try {
          HELD.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new RegistryException.Storage(file, "interrupted while waiting for this lock");
        }
      }
    }
    return locked(file, true).orElseThrow();
  }

  /** The lock, if nobody holds it. */
  static Optional<ProcessLock> tryAcquire(Path path) {
    Path file = path.toAbsolutePath().normalize();
    synchronized (HELD) {
      if (!HELD.add(file)) {
        return Optional.empty();
      }
    }
    return locked(file, false);
  }

  private static Optional<ProcessLock> locked(Path file, boolean wait) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      forget(file);
      throw new RegistryException.Storage(file, "cannot be opened", e);
    }
    ProcessLock lock = new ProcessLock(file, channel);
    try {
      FileLock held = wait ? channel.lock() : channel.tryLock();
      if (held != null) {
        return Optional.of(lock);
      }
    } catch (IOException e) {
      lock.close();
      throw new RegistryException.Storage(file, "cannot be locked", e);
    }
    lock.close();
    return Optional.empty();
  }

  /** Closing the channel drops the lock. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new RegistryException.Storage(file, "cannot be closed", e);
    } finally {
      forget(file);
    }
  }

  private static void forget(Path file) {
    synchronized (HELD) {
      HELD.remove(file);
      HELD.notifyAll();
    }
  }
}
