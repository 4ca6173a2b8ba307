package io.pie4j.model.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One file on its way. It gathers beside its place under another name, goes on where it was cut
 * off, and takes its place when it is whole and has the digest that the hub says.
 */
final class Download {
  private static final int CHUNK_BYTES = 1 << 16;

  private final HubHttp http;
  private final HubSettings settings;
  private final URI uri;
  private final HubFile file;
  private final String what;
  private final Path target;
  private final Path part;
  private final long bytesMax;
  private final TransferProgress progress;

  Download(
      HubHttp http,
      URI uri,
      HubFile file,
      String what,
      Path target,
      long bytesMax,
      TransferProgress progress) {
    this.http = http;
    this.settings = http.settings();
    this.uri = uri;
    this.file = file;
    this.what = what;
    this.target = target;
    this.part = target.resolveSibling(target.getFileName() + ".part");
    this.bytesMax = bytesMax;
    this.progress = progress;
  }

  /** Returns the bytes of the file, which is whole then. */
  long run() {
    if (Files.isRegularFile(target)) {
      return size(target); // it took this place because it was whole
    }
    new Retry(settings.attemptsMax(), settings.backoff())
        .run(what, () -> size(part), this::attempt);
    return size(target);
  }

  private boolean attempt() throws IOException, InterruptedException {
    long here = size(part);
    if (here > 0 && file.bytes().isPresent() && here >= file.bytes().getAsLong()) {
      // Whole already, or not of this file: only a digest can tell.
      if (file.sha256().isPresent() && digestIs(file.sha256().get(), digestOfPart(here))) {
        settle();
        return true;
      }
      here = 0;
    }
    try (HubHttp.Answer answer = ask(here)) {
      Optional<String> sha256 = file.sha256().or(answer::sha256);
      if (answer.offset() > 0 && sha256.isEmpty()) {
        // Nothing could show that the two pieces are of one file.
        delete();
        throw new IOException("the rest of a file without a digest");
      }
      MessageDigest digest = digestOfPart(answer.offset());
      OptionalLong total = file.bytes().isPresent() ? file.bytes() : answer.bytes();
      receive(answer, digest, total);
      if (sha256.isPresent() && !digestIs(sha256.get(), digest)) {
        delete();
        if (answer.offset() > 0) {
          throw new IOException("the two pieces do not fit");
        }
        throw new RegistryException.Hub(
            what + ": the content does not have the SHA-256 that the hub says, " + sha256.get());
      }
    }
    settle();
    return true;
  }

  private HubHttp.Answer ask(long from) throws IOException, InterruptedException {
    try {
      return http.get(uri, from, what);
    } catch (HubHttp.NoSuchRange e) {
      delete();
      throw e;
    }
  }

  private void receive(HubHttp.Answer answer, MessageDigest digest, OptionalLong total)
      throws IOException {
    long limit = total.orElse(bytesMax);
    if (limit > bytesMax) {
      throw tooLarge(limit);
    }
    long bytes = answer.offset();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (FileChannel out = openPart(bytes);
        StallGuard in = StallGuard.watch(answer.body(), settings.stall())) {
      progress.at(target.getFileName().toString(), bytes, total);
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        bytes += read;
        if (bytes > limit) {
          delete();
          throw tooLarge(bytes);
        }
        digest.update(chunk, 0, read);
        write(out, ByteBuffer.wrap(chunk, 0, read));
        progress.at(target.getFileName().toString(), bytes, total);
      }
      force(out);
    }
    if (total.isPresent() && bytes < total.getAsLong()) {
      throw new IOException("ended at byte %d of %d".formatted(bytes, total.getAsLong()));
    }
  }

  private RegistryException tooLarge(long bytes) {
    String limit =
        file.bytes().isPresent() && file.bytes().getAsLong() <= bytesMax
            ? "the hub said %d".formatted(file.bytes().getAsLong())
            : "the limit is %d".formatted(bytesMax);
    return new RegistryException.Hub("%s: has %d bytes or more, %s".formatted(what, bytes, limit));
  }

  private MessageDigest digestOfPart(long bytes) {
    MessageDigest digest = sha256();
    if (bytes == 0) {
      return digest;
    }
    try (InputStream in = Files.newInputStream(part)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (long left = bytes; left > 0; ) {
        int read = in.read(chunk, 0, (int) Math.min(left, chunk.length));
        if (read < 0) {
          break;
        }
        digest.update(chunk, 0, read);
        left -= read;
      }
      return digest;
    } catch (IOException e) {
      throw new RegistryException.Storage(part, "cannot be read", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static boolean digestIs(String expected, MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest()).equals(expected);
  }

  // What fails on this machine's disk is no failure of the hub, and trying again does not mend it.

  private FileChannel openPart(long keep) {
    try {
      FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      out.truncate(keep).position(keep);
      return out;
    } catch (IOException e) {
      throw new RegistryException.Storage(part, "cannot be written", e);
    }
  }

  private void write(FileChannel out, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new RegistryException.Storage(part, "cannot be written", e);
    }
  }

  private void force(FileChannel out) {
    try {
      out.force(true);
    } catch (IOException e) {
      throw new RegistryException.Storage(part, "cannot be written", e);
    }
  }

  private void settle() {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RegistryException.Storage(target, "cannot be created", e);
    }
  }

  private void delete() {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new RegistryException.Storage(part, "cannot be deleted", e);
    }
  }

  private static long size(Path path) {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (IOException e) {
      throw new RegistryException.Storage(path, "cannot be read", e);
    }
  }
}
