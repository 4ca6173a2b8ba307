package io.pie4j.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Asks an engine through its {@link StatusSocket}, within bounds of time and size. */
final class StatusReader {
  private static final int BYTES_MAX = 16 << 20;

  private final long patienceMillis;

  StatusReader(long patienceMillis) {
    this.patienceMillis = patienceMillis;
  }

  /**
   * The document, or nothing if no engine listens there any more.
   *
   * @throws CommandException if an engine does, but gives no answer
   */
  Optional<byte[]> read(Path socket) {
    try (Selector selector = Selector.open();
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      boolean connected = channel.connect(UnixDomainSocketAddress.of(socket));
      SelectionKey key =
          channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
      return Optional.of(read(channel, key, selector));
    } catch (ConnectException nobodyListens) {
      return Optional.empty();
    } catch (IOException failure) {
      throw new CommandException("it cannot be asked: " + Failures.oneLine(failure));
    }
  }

  private byte[] read(SocketChannel channel, SelectionKey key, Selector selector)
      throws IOException {
    long deadline = System.nanoTime() + patienceMillis * 1_000_000;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer part = ByteBuffer.allocate(1 << 16);
    while (true) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0 || selector.select(left) == 0) {
        throw new CommandException("it gave no answer in " + patienceMillis + " ms");
      }
      selector.selectedKeys().clear();
      if (key.isConnectable() && channel.finishConnect()) {
        key.interestOps(SelectionKey.OP_READ);
        continue;
      }
      if (channel.read(part) < 0) {
        return all.toByteArray();
      }
      all.write(part.array(), 0, part.position());
      part.clear();
      if (all.size() > BYTES_MAX) {
        throw new CommandException("its answer has more than " + BYTES_MAX + " bytes");
      }
    }
  }
}
