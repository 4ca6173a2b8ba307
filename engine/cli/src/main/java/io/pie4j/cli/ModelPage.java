package io.pie4j.cli;

import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.registry.ModelDescription;
import io.pie4j.model.registry.RegisteredModel;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code pie model show} says. */
final class ModelPage {
  private final PrintWriter out;

  private ModelPage(PrintWriter out) {
    this.out = out;
  }

  static void print(
      String name, LanguageModel model, Optional<RegisteredModel> entry, PrintWriter out) {
    new ModelPage(out).print(name, model, ModelDescription.of(model), entry);
  }

  private void print(
      String name, LanguageModel model, ModelDescription found, Optional<RegisteredModel> entry) {
    ModelConfig config = found.config();
    row("name", name);
    row("title", printable(found.title()));
    row("path", model.path().toString());
    entry.ifPresent(
        e -> row("source", (e.owned() ? e.source() : "linked") + ", added " + e.added()));
    row("architecture", found.family());
    row("parameters", "%,d".formatted(found.parameters()));
    row("tensors", types(found));
    row(
        "shape",
        "%d layers, width %d, feed-forward %d, %d query and %d key-value heads of %d"
            .formatted(
                config.layers(),
                config.hiddenSize(),
                config.intermediateSize(),
                config.heads(),
                config.kvHeads(),
                config.headDim()));
    row("vocabulary", "%,d tokens".formatted(found.tokens()));
    row("context", "%,d positions%s".formatted(config.maxPositions(), window(config)));
    row("chat template", found.chatTemplate() ? "yes" : "no");
    row(
        "stop tokens",
        found.stopTokens().isEmpty()
            ? "none"
            : found.stopTokens().stream()
                .map(stop -> printable(stop.text()) + " (" + stop.id() + ")")
                .collect(Collectors.joining(", ")));
    found.files().forEach(file -> file(file.bytes(), String.valueOf(file.path().getFileName())));
    file(found.fileBytes(), "in all");
  }

  private static String types(ModelDescription found) {
    return found.tensors().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String window(ModelConfig config) {
    return config.slidingWindow().isPresent()
        ? ", a token sees the last %,d".formatted(config.slidingWindow().getAsInt())
        : "";
  }

  /** Texts come from files: what a terminal would obey is not printed. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private void file(long bytes, String what) {
    row("", "%10s  %s".formatted(Amounts.bytes(bytes), what));
  }

  private void row(String label, String value) {
    out.println("%-14s %s".formatted(label, value));
  }
}
