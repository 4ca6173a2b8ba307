package io.pie4j.component;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * JVM classes made from a module's functions, as bytes: what the cache keeps.
 *
 * @param mainClass the class that implements Endive's {@code Machine}
 * @param classes bytes by class name
 * @param interpreted functions too large for the JVM, by index among all functions: these are
 *     interpreted
 */
record CompiledCode(String mainClass, Map<String, byte[]> classes, Set<Integer> interpreted) {
  private static final int MAGIC = 0x50494557; // "PIEW"
  private static final int HEADER_BYTES = 4 + 4 + 8;

  /** Magic, checksum and length of the rest, then the rest. */
  byte[] toBytes() {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(payload)) {
      out.writeUTF(mainClass);
      out.writeInt(interpreted.size());
      for (int function : new TreeSet<>(interpreted)) {
        out.writeInt(function);
      }
      out.writeInt(classes.size());
      for (Map.Entry<String, byte[]> entry : new TreeMap<>(classes).entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeInt(entry.getValue().length);
        out.write(entry.getValue());
      }
    } catch (IOException impossible) {
      throw new AssertionError("an array takes every byte", impossible);
    }
    ByteBuffer file = ByteBuffer.allocate(HEADER_BYTES + payload.size());
    file.putInt(MAGIC)
        .putInt(checksum(payload.toByteArray()))
        .putLong(payload.size())
        .put(payload.toByteArray());
    return file.array();
  }

  /** Empty unless the bytes are whole and unchanged. */
  static Optional<CompiledCode> of(byte[] file) {
    if (file.length < HEADER_BYTES) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(file);
    int magic = header.getInt();
    int checksum = header.getInt();
    long length = header.getLong();
    byte[] payload = Arrays.copyOfRange(file, HEADER_BYTES, file.length);
    if (magic != MAGIC || length != payload.length || checksum != checksum(payload)) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
      String mainClass = in.readUTF();
      Set<Integer> interpreted = new TreeSet<>();
      int functions = in.readInt();
      for (int i = 0; i < functions; i++) {
        interpreted.add(in.readInt());
      }
      Map<String, byte[]> classes = new LinkedHashMap<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        classes.put(name, in.readNBytes(in.readInt()));
      }
      return Optional.of(new CompiledCode(mainClass, classes, interpreted));
    } catch (IOException malformed) {
      return Optional.empty();
    }
  }

  private static int checksum(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }
}
