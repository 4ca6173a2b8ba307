package io.pie4j.application;

import io.pie4j.model.ModelConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** Two adapters for the embedded model, as PEFT would save them. */
final class ContractAdapters {
  private ContractAdapters() {}

  /** One of rank 2 that adds nothing, and one of rank 3 that changes what the model says. */
  static Map<String, Path> in(Path folder, ModelConfig config) throws IOException {
    return Map.of(
        "silent", write(folder.resolve("silent"), config, 2, 0),
        "loud", write(folder.resolve("loud"), config, 3, 2f));
  }

  private static Path write(Path folder, ModelConfig config, int rank, float strength)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("adapter_config.json"),
        """
        {"peft_type": "LORA", "r": %d, "lora_alpha": %d, "target_modules": ["o_proj"]}
        """
            .formatted(rank, rank));
    int aBytes = rank * config.queryWidth() * Float.BYTES;
    int bBytes = rank * config.hiddenSize() * Float.BYTES;
    StringBuilder header = new StringBuilder("{");
    int end = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      String name = "base_model.model.model.layers." + layer + ".self_attn.o_proj.lora_";
      header.append(entry(name + "A.weight", rank, config.queryWidth(), end, end + aBytes));
      end += aBytes;
      header.append(entry(name + "B.weight", config.hiddenSize(), rank, end, end + bBytes));
      end += bBytes;
    }
    header.setCharAt(header.length() - 1, '}');
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    Random random = new Random(rank);
    for (int layer = 0; layer < config.layers(); layer++) {
      for (int i = 0; i < aBytes / Float.BYTES; i++) {
        file.putFloat((float) random.nextGaussian());
      }
      for (int i = 0; i < bBytes / Float.BYTES; i++) {
        file.putFloat(strength * (float) random.nextGaussian());
      }
    }
    Files.write(folder.resolve("adapter_model.safetensors"), file.array());
    return folder;
  }

  private static String entry(String name, int rows, int columns, int from, int to) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]},"
        .formatted(name, rows, columns, from, to);
  }
}
