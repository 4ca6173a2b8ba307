package io.pie4j.model;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A LoRA adapter as PEFT saves it: a configuration, and tensors named for the model's modules. */
final class PeftFolder {
  static final int RANK_MAX = 1024;
  private static final int TARGETS_MAX = 1 << 13;

  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";

  /** What changes the arithmetic beyond low-rank deltas, where true or given. */
  private static final List<String> FLAGS =
      List.of("use_dora", "lora_bias", "use_qalora", "fan_in_fan_out");

  private static final List<String> PARTS =
      List.of(
          "modules_to_save",
          "target_parameters",
          "trainable_token_indices",
          "layer_replication",
          "alora_invocation_tokens",
          "arrow_config",
          "use_bdlora");

  /** Ways to begin a training that change the model's own weights too. */
  private static final List<String> CHANGED_BASES = List.of("pissa", "olora", "corda", "lora_ga");

  private final Path folder;
  private final JsonSettings json;
  private final List<String> targets;
  private final PeftPattern ranks;
  private final PeftPattern alphas;

  private PeftFolder(Path folder, JsonSettings json) {
    this.folder = folder;
    this.json = json;
    requirePlain(json);
    this.targets = json.texts("target_modules");
    if (targets.size() > TARGETS_MAX) {
      throw json.malformed(
          "target_modules", "at most " + TARGETS_MAX + " names", String.valueOf(targets.size()));
    }
    this.ranks = PeftPattern.of(json, "rank_pattern");
    this.alphas = PeftPattern.of(json, "alpha_pattern");
  }

  static PeftFolder open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelFileException.Unreadable(
          folder, "no such folder; an adapter is a folder with %s".formatted(CONFIG));
    }
    PeftFolder opened = new PeftFolder(folder, JsonSettings.read(folder.resolve(CONFIG)));
    if (!Files.exists(folder.resolve(WEIGHTS))) {
      throw new ModelFileException.Unreadable(
          folder, "no %s in this folder; other formats are not supported".formatted(WEIGHTS));
    }
    return opened;
  }

  LoraAdapter read(ModelConfig config, long bytesMax) {
    try (Arena arena = Arena.ofShared()) {
      SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS), arena);
      return new Reading(file, config, bytesMax).adapter();
    }
  }

  private static void requirePlain(JsonSettings json) {
    String type = json.text("peft_type").orElseThrow(() -> json.missing("peft_type"));
    if (!type.equals("LORA")) {
      throw json.unsupported("peft_type", type, "LORA");
    }
    for (String flag : FLAGS) {
      if (json.flag(flag).orElse(false)) {
        throw json.unsupported(flag, "true", "false");
      }
    }
    for (String part : PARTS) {
      if (json.hasContent(part)) {
        throw json.unsupported("setting", part, "low-rank deltas of linear layers alone");
      }
    }
    String bias = json.text("bias").orElse("none");
    if (!bias.equals("none")) {
      throw json.unsupported("bias", bias, "none");
    }
    String start = json.textIfAny("init_lora_weights").orElse("");
    if (CHANGED_BASES.stream().anyMatch(start::startsWith)) {
      throw json.unsupported(
          "init_lora_weights", start, "adapters of the model as it is: let PEFT convert it");
    }
  }

  /** PEFT's own reading: a target is the end of a module's path. */
  private static boolean names(String target, String module) {
    return module.equals(target) || module.endsWith("." + target);
  }

  /** One reading of the tensors. */
  private final class Reading {
    private final SafetensorsFile file;
    private final ModelConfig config;
    private final long bytesMax;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> used = new HashSet<>();
    private final List<LoraAdapter.Delta> deltas = new ArrayList<>();
    private long bytes;

    Reading(SafetensorsFile file, ModelConfig config, long bytesMax) {
      this.file = file;
      this.config = config;
      this.bytesMax = bytesMax;
    }

    LoraAdapter adapter() {
      for (int layer = 0; layer < config.layers(); layer++) {
        for (LoraAdapter.Matrix matrix : LoraAdapter.Matrix.values()) {
          String module = "model.layers." + layer + "." + matrix.module;
          String a = PREFIX + module + ".lora_A.weight";
          String b = PREFIX + module + ".lora_B.weight";
          if (file.has(a) || file.has(b)) {
            requireTarget(module);
            seen.add(a);
            seen.add(b);
            deltas.add(delta(layer, matrix, module, a, b));
          }
        }
      }
      requireAll();
      return new LoraAdapter(HuggingFaceModel.fileName(folder), deltas);
    }

    private LoraAdapter.Delta delta(
        int layer, LoraAdapter.Matrix matrix, String module, String a, String b) {
      int inputs = matrix.inputs(config);
      int outputs = matrix.outputs(config);
      int rank = ranks.integer(module, "r", RANK_MAX);
      bytes += 4L * rank * (inputs + outputs);
      if (bytes > bytesMax) {
        throw new ModelFileException.Unsupported(
            folder,
            "the adapter is too large: its values take more than %d bytes".formatted(bytesMax));
      }
      float alpha = alphas.real(module, "lora_alpha");
      double divisor = json.flag("use_rslora").orElse(false) ? Math.sqrt(rank) : rank;
      return new LoraAdapter.Delta(
          layer,
          matrix,
          rank,
          inputs,
          outputs,
          file.tensor(a, rank, inputs).toFloats(),
          ordered(matrix, rank, file.tensor(b, outputs, rank).toFloats()),
          (float) (alpha / divisor));
    }

    /** PEFT's rows are in halves; the model's own may be in pairs. */
    private float[] ordered(LoraAdapter.Matrix matrix, int rank, float[] b) {
      boolean turned = matrix == LoraAdapter.Matrix.Q || matrix == LoraAdapter.Matrix.K;
      if (!turned || config.rope().layout() == Rope.Layout.HALVES) {
        return b;
      }
      int headDim = config.headDim();
      int half = headDim / 2;
      float[] pairs = new float[b.length];
      for (int row = 0; row < b.length / rank; row++) {
        int within = row % headDim;
        int to = row - within + within % half * 2 + within / half;
        System.arraycopy(b, row * rank, pairs, to * rank, rank);
      }
      return pairs;
    }

    private void requireTarget(String module) {
      List<String> naming = targets.stream().filter(target -> names(target, module)).toList();
      used.addAll(naming);
      // A single text is "all-linear" or an expression, which the tensors stand for.
      if (naming.isEmpty() && json.isList("target_modules")) {
        throw new ModelFileException.Malformed(
            folder, "tensors of %s, which target_modules does not name".formatted(module));
      }
    }

    private void requireAll() {
      for (String name : file.names()) {
        if (!seen.contains(name)) {
          throw new ModelFileException.Unsupported(
              file.path(),
              "tensor %s is not a low-rank delta of a linear layer of this model with %d layers"
                  .formatted(name, config.layers()));
        }
      }
      if (deltas.isEmpty()) {
        throw new ModelFileException.Malformed(file.path(), "there are no tensors");
      }
      for (String target : targets) {
        if (json.isList("target_modules") && !used.contains(target)) {
          throw new ModelFileException.Malformed(
              file.path(), "no tensors of %s, which target_modules names".formatted(target));
        }
      }
    }
  }
}
