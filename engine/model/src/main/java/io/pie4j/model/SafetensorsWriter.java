package io.pie4j.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lays out a safetensors file; the tensors' bytes are written where the {@link FileLayout} says.
 */
final class SafetensorsWriter {
  private final List<FileLayout.Entry> tensors = new ArrayList<>();

  /**
   * A tensor; one row is a vector.
   *
   * @param type F32, F16 or BF16: the format has no others of ours
   */
  SafetensorsWriter tensor(String name, TensorType type, long rows, long columns) {
    if (type.quantized()) {
      throw new IllegalArgumentException("safetensors files have no " + type);
    }
    tensors.add(new FileLayout.Entry(name, type, rows, columns));
    return this;
  }

  FileLayout layout() {
    ObjectNode header = JsonMapper.shared().createObjectNode();
    long[] offsets = new long[tensors.size()];
    long end = 0;
    for (int i = 0; i < offsets.length; i++) {
      FileLayout.Entry tensor = tensors.get(i);
      offsets[i] = end;
      end += tensor.bytes();
      ObjectNode info = header.putObject(tensor.name()).put("dtype", tensor.type().name());
      if (tensor.rows() == 1) {
        info.putArray("shape").add(tensor.columns());
      } else {
        info.putArray("shape").add(tensor.rows()).add(tensor.columns());
      }
      info.putArray("data_offsets").add(offsets[i]).add(end);
    }
    String json = header.toString();
    // Spaces bring the data to a multiple of 8, as the reference implementation does.
    byte[] utf8 =
        (json + " ".repeat((8 - utf8Length(json) % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ByteBuffer.allocate(8 + utf8.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(utf8.length)
            .put(utf8)
            .array();
    return FileLayout.of(head, tensors, offsets);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
