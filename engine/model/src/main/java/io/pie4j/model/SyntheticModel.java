package io.pie4j.model;

import io.pie4j.model.TensorNames.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model of real shape with random weights: for measuring speed and memory, which do not depend on
 * what weights say. Matrices are normally distributed with deviation 0.02, norms are 1, biases 0.
 *
 * @param label which model has this shape
 * @param config the shape, with tied embeddings
 * @param type how matrices are stored; where a row is not a whole number of its blocks, as {@link
 *     TensorType#Q8_0}
 * @param embeddingType how the token embedding, which is the output layer too, is stored
 * @param seed the same gives the same model
 */
public record SyntheticModel(
    String label, ModelConfig config, TensorType type, TensorType embeddingType, long seed) {

  public SyntheticModel {
    if (!config.tiedEmbeddings() || config.slidingWindow().isPresent()) {
      throw new IllegalArgumentException(
          label + ": only shapes with tied embeddings and full attention are made");
    }
  }

  /** All layers, with the embedding in the type that the usual quantizers choose for it. */
  public static SyntheticModel of(SyntheticShape shape, TensorType type, long seed) {
    TensorType embedding =
        switch (type) {
          case Q4_0, Q4_K -> TensorType.Q6_K;
          case F32, F16, BF16, Q8_0, Q6_K -> type;
        };
    return new SyntheticModel(shape.label(), shape.config(), type, embedding, seed);
  }

  /** The same with its first layers only, at least one. */
  public SyntheticModel withLayers(int layers) {
    if (layers < 1 || layers > config.layers()) {
      throw new IllegalArgumentException(
          "%s has 1 to %d layers, not %d".formatted(label, config.layers(), layers));
    }
    return new SyntheticModel(label, config.withLayers(layers), type, embeddingType, seed);
  }

  /** The same with another type of the token embedding. */
  public SyntheticModel withEmbeddingType(TensorType other) {
    return new SyntheticModel(label, config, type, other, seed);
  }

  /** Writes a GGUF file; what was there is replaced once the new file is whole. */
  public void writeGguf(Path file) {
    GgufWriter gguf = new GgufWriter();
    describe(gguf);
    Plan plan = new Plan(TensorNames.GGUF, gguf::tensor);
    plan.all();
    write(gguf.layout(), plan, file);
  }

  /**
   * Writes a directory as Hugging Face lays it out.
   *
   * @throws IllegalArgumentException if a type is quantized
   */
  public void writeSafetensors(Path directory) {
    SafetensorsWriter safetensors = new SafetensorsWriter();
    Plan plan = new Plan(TensorNames.HUGGING_FACE, safetensors::tensor);
    plan.all();
    SyntheticTokenizer tokenizer = tokenizer();
    try {
      Files.createDirectories(directory);
      write(safetensors.layout(), plan, directory.resolve("model.safetensors"));
      Files.writeString(directory.resolve("tokenizer.json"), tokenizer.json());
      Files.writeString(directory.resolve("tokenizer_config.json"), tokenizer.configJson());
      Files.writeString(directory.resolve("config.json"), configJson(tokenizer));
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  // ---- tensors

  private interface Sink {
    void tensor(String name, TensorType type, long rows, long columns);
  }

  /** Which tensors there are, in the order of the file, and which of them are random. */
  private final class Plan {
    private final TensorNames names;
    private final Sink sink;
    private final List<Integer> random = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();

    Plan(TensorNames names, Sink sink) {
      this.names = names;
      this.sink = sink;
    }

    void all() {
      int hidden = config.hiddenSize();
      matrix(names.tokenEmbedding, embeddingType, config.vocabSize(), hidden);
      if (names == TensorNames.GGUF && config.rope().scaling() instanceof Rope.Llama3) {
        vector(GgufConfig.ROPE_FACTORS, ropeFactors());
      }
      for (int i = 0; i < config.layers(); i++) {
        layer(i);
      }
      vector(names.outputNorm, filled(hidden, 1));
    }

    private void layer(int i) {
      int hidden = config.hiddenSize();
      int inner = config.intermediateSize();
      vector(names.layer(i, Part.ATTENTION_NORM), filled(hidden, 1));
      matrix(names.layer(i, Part.Q), type, config.queryWidth(), hidden);
      matrix(names.layer(i, Part.K), type, config.kvWidth(), hidden);
      matrix(names.layer(i, Part.V), type, config.kvWidth(), hidden);
      if (config.attentionBias()) {
        vector(names.layer(i, Part.Q_BIAS), new float[config.queryWidth()]);
        vector(names.layer(i, Part.K_BIAS), new float[config.kvWidth()]);
        vector(names.layer(i, Part.V_BIAS), new float[config.kvWidth()]);
      }
      if (config.queryKeyNorm()) {
        vector(names.layer(i, Part.Q_NORM), filled(config.headDim(), 1));
        vector(names.layer(i, Part.K_NORM), filled(config.headDim(), 1));
      }
      matrix(names.layer(i, Part.O), type, hidden, config.queryWidth());
      vector(names.layer(i, Part.FFN_NORM), filled(hidden, 1));
      matrix(names.layer(i, Part.GATE), type, inner, hidden);
      matrix(names.layer(i, Part.UP), type, inner, hidden);
      matrix(names.layer(i, Part.DOWN), type, hidden, inner);
    }

    private void matrix(String name, TensorType as, long rows, long columns) {
      random.add(values.size());
      values.add(new float[0]);
      sink.tensor(name, columns % as.blockSize() == 0 ? as : TensorType.Q8_0, rows, columns);
    }

    private void vector(String name, float[] of) {
      values.add(of);
      sink.tensor(name, names == TensorNames.GGUF ? TensorType.F32 : type, 1, of.length);
    }

    /** How far each frequency is stretched. */
    private float[] ropeFactors() {
      Rope plain = new Rope(config.rope().theta(), config.rope().layout(), new Rope.None());
      float[] before = plain.inverseFrequencies(config.headDim());
      float[] after = config.rope().inverseFrequencies(config.headDim());
      float[] factors = new float[before.length];
      for (int i = 0; i < factors.length; i++) {
        factors[i] = before[i] / after[i];
      }
      return factors;
    }

    private static float[] filled(int length, float value) {
      float[] all = new float[length];
      Arrays.fill(all, value);
      return all;
    }

    void writeVectors(FileLayout layout, FileChannel channel) throws IOException {
      for (int i = 0; i < values.size(); i++) {
        if (values.get(i).length > 0) {
          FileLayout.Placed placed = layout.tensors().get(i);
          ByteBuffer bytes =
              ByteBuffer.allocateDirect((int) placed.entry().bytes())
                  .order(ByteOrder.LITTLE_ENDIAN);
          Quantizer.quantize(
              placed.entry().type(),
              values.get(i),
              values.get(i).length,
              MemorySegment.ofBuffer(bytes),
              0);
          put(channel, bytes, placed.at());
        }
      }
    }
  }

  private void write(FileLayout layout, Plan plan, Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        put(channel, ByteBuffer.wrap(layout.head()), 0);
        plan.writeVectors(layout, channel);
        new RandomWeights(seed).write(layout, plan.random, channel);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw failed(file, e);
    }
  }

  private static void put(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private static UncheckedIOException failed(Path path, IOException e) {
    return new UncheckedIOException(path + ": cannot be written: " + e.getMessage(), e);
  }

  // ---- what the file says of itself

  private SyntheticTokenizer tokenizer() {
    return new SyntheticTokenizer(config.family(), config.vocabSize());
  }

  private String title() {
    return "%s, random weights, seed %d".formatted(label, seed);
  }

  private void describe(GgufWriter gguf) {
    String architecture = architecture(config.family());
    String prefix = architecture + ".";
    gguf.text("general.architecture", architecture)
        .text("general.name", title())
        .number(prefix + "vocab_size", config.vocabSize())
        .number(prefix + "context_length", config.maxPositions())
        .number(prefix + "embedding_length", config.hiddenSize())
        .number(prefix + "block_count", config.layers())
        .number(prefix + "feed_forward_length", config.intermediateSize())
        .number(prefix + "attention.head_count", config.heads())
        .number(prefix + "attention.head_count_kv", config.kvHeads())
        .number(prefix + "attention.key_length", config.headDim())
        .number(prefix + "attention.value_length", config.headDim())
        .real(prefix + "attention.layer_norm_rms_epsilon", config.rmsNormEps())
        .number(prefix + "rope.dimension_count", config.headDim())
        .real(prefix + "rope.freq_base", config.rope().theta());
    tokenizer().describe(gguf);
  }

  private static String architecture(Family family) {
    return switch (family) {
      case LLAMA, MISTRAL -> "llama";
      case QWEN2 -> "qwen2";
      case QWEN3 -> "qwen3";
    };
  }

  private String configJson(SyntheticTokenizer tokenizer) {
    ObjectNode json =
        JsonMapper.shared()
            .createObjectNode()
            .put("model_type", architecture(config.family()))
            .put("vocab_size", config.vocabSize())
            .put("hidden_size", config.hiddenSize())
            .put("intermediate_size", config.intermediateSize())
            .put("num_hidden_layers", config.layers())
            .put("num_attention_heads", config.heads())
            .put("num_key_value_heads", config.kvHeads())
            .put("head_dim", config.headDim())
            .put("hidden_act", "silu")
            .put("rms_norm_eps", config.rmsNormEps())
            .put("rope_theta", config.rope().theta())
            .put("max_position_embeddings", config.maxPositions())
            .put("tie_word_embeddings", config.tiedEmbeddings())
            .put("eos_token_id", tokenizer.end());
    if (config.rope().scaling() instanceof Rope.Llama3 scaling) {
      json.putObject("rope_scaling")
          .put("rope_type", "llama3")
          .put("factor", scaling.factor())
          .put("low_freq_factor", scaling.lowFreqFactor())
          .put("high_freq_factor", scaling.highFreqFactor())
          .put("original_max_position_embeddings", scaling.originalMaxPositions());
    }
    return json.toPrettyString();
  }
}
