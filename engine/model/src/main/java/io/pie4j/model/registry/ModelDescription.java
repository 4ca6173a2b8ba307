package io.pie4j.model.registry;

import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What there is to say of a model for people.
 *
 * @param title what the model calls itself
 * @param config its shape
 * @param parameters number of values in its tensors
 * @param tensors number of tensors of each type
 * @param quantization the type that most bytes of its matrices have
 * @param tokens tokens that its tokenizer knows
 * @param chatTemplate true if it has a chat template
 * @param stopTokens tokens that end a generation
 * @param files its files
 */
public record ModelDescription(
    String title,
    ModelConfig config,
    long parameters,
    Map<TensorType, Integer> tensors,
    TensorType quantization,
    int tokens,
    boolean chatTemplate,
    List<StopToken> stopTokens,
    List<ModelFiles.Sized> files) {

  /** A token and its text. */
  public record StopToken(int id, String text) {}

  /** Takes the collections as they are now. */
  public ModelDescription {
    tensors = Map.copyOf(tensors);
    stopTokens = List.copyOf(stopTokens);
    files = List.copyOf(files);
  }

  /** Describes an open model. */
  public static ModelDescription of(LanguageModel model) {
    return new ModelDescription(
        model.name(),
        model.config(),
        model.weights().parameters(),
        counts(model),
        quantization(model),
        model.tokenizer().vocabSize(),
        model.chatTemplateSource().isPresent(),
        IntStream.of(model.stopTokens())
            .mapToObj(id -> new StopToken(id, model.tokenizer().decode(new int[] {id})))
            .toList(),
        ModelFiles.of(model.path()));
  }

  /** The architecture's name in lower case. */
  public String family() {
    return config.family().name().toLowerCase(Locale.ROOT);
  }

  /** Bytes of all files. */
  public long fileBytes() {
    return files.stream().mapToLong(ModelFiles.Sized::bytes).sum();
  }

  private static Map<TensorType, Integer> counts(LanguageModel model) {
    Map<TensorType, Integer> counts = new EnumMap<>(TensorType.class);
    model.weights().tensors().forEach(t -> counts.merge(t.type(), 1, Integer::sum));
    return counts;
  }

  private static TensorType quantization(LanguageModel model) {
    Map<TensorType, Long> bytes = new EnumMap<>(TensorType.class);
    model
        .weights()
        .tensors()
        .filter(tensor -> tensor.rows() > 1)
        .forEach((Tensor t) -> bytes.merge(t.type(), t.data().byteSize(), Long::sum));
    return bytes.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .orElseThrow()
        .getKey();
  }
}
