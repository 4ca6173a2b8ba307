package io.pie4j.cli;

import io.pie4j.model.SyntheticModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where {@code pie model synth} puts a model. */
final class SynthesizedFiles {
  private SynthesizedFiles() {}

  /** What is written. */
  enum Format {
    GGUF(".gguf") {
      @Override
      void write(SyntheticModel model, Path path) {
        if (Files.isDirectory(path)) {
          throw new CommandException(path + " is a directory; name the GGUF file: --out");
        }
        model.writeGguf(path);
      }
    },
    SAFETENSORS("") {
      @Override
      void write(SyntheticModel model, Path path) {
        if (model.type().quantized() || model.embeddingType().quantized()) {
          throw new CommandException(
              "safetensors hold f32, f16 and bf16, not %s; choose one: --quant"
                  .formatted(lower(model)));
        }
        if (Files.isRegularFile(path)) {
          throw new CommandException(path + " is a file; name a directory: --out");
        }
        model.writeSafetensors(path);
      }
    };

    private final String suffix;

    Format(String suffix) {
      this.suffix = suffix;
    }

    abstract void write(SyntheticModel model, Path path);

    /** In the current folder. */
    Path path(SyntheticModel model) {
      return Path.of(model.label() + "-" + lower(model) + suffix);
    }

    private static String lower(SyntheticModel model) {
      return model.type().name().toLowerCase(Locale.ROOT);
    }
  }
}
