package io.pie4j.component.wasi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** An open file. Reads and writes name the place; the file itself has none. */
final class FileDescriptor implements Descriptor {
  private final Tree tree;
  private final Path path;
  private final FileChannel channel;
  private final int flags;
  private final Object key;
  private boolean nameless;
  private boolean closed;

  FileDescriptor(Tree tree, Path path, FileChannel channel, int flags) throws IOException {
    this.tree = tree;
    this.path = path;
    this.channel = channel;
    this.flags = flags;
    this.key = Descriptor.key(path, Tree.attributes(path));
    tree.opened(this);
  }

  @Override
  public Tree tree() {
    return tree;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public int flags() {
    return flags;
  }

  @Override
  public Object key() {
    return key;
  }

  @Override
  public void requireWritable() throws FileProblem {
    if ((flags & WRITE) == 0) {
      throw FileError.BAD_DESCRIPTOR.problem();
    }
  }

  /** Its name is gone, what it holds goes when it is closed. */
  void nameless() {
    nameless = true;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public Stat stat() throws IOException {
    if (!nameless) {
      Stat stat = Stat.of(path);
      if (stat.key().equals(key)) {
        return stat;
      }
    }
    java.time.Instant unknown = java.time.Instant.EPOCH;
    return new Stat(Stat.Kind.REGULAR_FILE, 0, channel.size(), unknown, unknown, unknown, key);
  }

  long sizeBytes() throws IOException {
    return channel.size();
  }

  /** What is there, {@code most} bytes at most; none at the end. */
  byte[] read(long offset, int most) throws IOException {
    if ((flags & READ) == 0) {
      throw FileError.BAD_DESCRIPTOR.problem();
    }
    if (offset < 0) {
      throw FileError.INVALID.problem();
    }
    int count = (int) Math.max(0, Math.min(most, channel.size() - offset));
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
      // Until all is there, or the file was cut meanwhile.
    }
    return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
  }

  int write(long offset, byte[] bytes) throws IOException {
    requireWritable();
    grow(offset, bytes.length);
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left, offset + left.position());
    }
    return bytes.length;
  }

  private void grow(long offset, long count) throws IOException {
    if (offset < 0 || offset > Long.MAX_VALUE - count) {
      throw FileError.FILE_TOO_LARGE.problem();
    }
    long more = offset + count - channel.size();
    if (count > 0 && more > 0) {
      tree.take(more);
    }
  }

  void setSize(long bytes) throws IOException {
    requireWritable();
    long now = channel.size();
    if (bytes < 0) {
      throw FileError.INVALID.problem();
    }
    if (bytes < now) {
      channel.truncate(bytes);
      tree.giveBack(now - bytes);
    } else if (bytes > now) {
      grow(bytes - 1, 1);
      channel.write(ByteBuffer.allocate(1), bytes - 1);
    }
  }

  void sync(boolean metadata) throws IOException {
    channel.force(metadata);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    tree.closed(this);
    try {
      if (nameless) {
        tree.giveBack(channel.size());
      }
    } catch (IOException unknown) {
      // Then it stays counted: the bound is kept.
    }
    Wasi.closeQuietly(channel);
  }
}
