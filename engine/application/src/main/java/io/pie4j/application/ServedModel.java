package io.pie4j.application;

import io.pie4j.control.Controller;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.LoraAdapter;
import io.pie4j.model.ModelFileException;
import io.pie4j.model.chat.ChatTemplate;
import io.pie4j.model.chat.ChatTemplateException;
import io.pie4j.model.tokenizer.Tokenizer;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model as programs see it.
 *
 * @param name what programs call it
 * @param description one line for people
 * @param tokenizer its vocabulary
 * @param chatTemplate how it wants conversations written, if it has one that can be used
 * @param chatTemplateSource that template as text, for programs that render it themselves
 * @param chatVariables what the template sees besides the messages, such as the texts of special
 *     tokens
 * @param stopTokens tokens that end an answer
 * @param controller its control layer
 * @param adapters those that programs may load
 */
public record ServedModel(
    String name,
    String description,
    Tokenizer tokenizer,
    Optional<ChatTemplate> chatTemplate,
    Optional<String> chatTemplateSource,
    Map<String, String> chatVariables,
    List<Integer> stopTokens,
    Controller controller,
    AdapterCatalog adapters) {

  /** A model from files, served under a name, without adapters. */
  public static ServedModel of(String name, LanguageModel model, Controller controller) {
    return of(name, model, controller, Map.of());
  }

  /**
   * A model from files, served under a name.
   *
   * @param adapters folders as PEFT saves them, by the names that programs use
   * @throws ModelFileException if a folder is not that of an adapter that can be used
   */
  public static ServedModel of(
      String name, LanguageModel model, Controller controller, Map<String, Path> adapters) {
    return new ServedModel(
        name,
        model.toString(),
        model.tokenizer(),
        usableTemplate(model),
        model.chatTemplateSource(),
        model.chatVariables(),
        Arrays.stream(model.stopTokens()).boxed().toList(),
        controller,
        adapters.isEmpty()
            ? AdapterCatalog.none()
            : AdapterCatalog.of(model.config(), adapters, LoraAdapter.DEFAULT_BYTES_MAX));
  }

  /** Whether its driver has room for adapters. */
  boolean takesAdapters() {
    return controller.info().adaptersMax() > 0;
  }

  private static Optional<ChatTemplate> usableTemplate(LanguageModel model) {
    try {
      return model.chatTemplate();
    } catch (ChatTemplateException unusable) {
      System.getLogger(ServedModel.class.getName())
          .log(
              Level.DEBUG,
              "model {0} is served without chats: {1}",
              model.name(),
              unusable.getMessage());
      return Optional.empty();
    }
  }
}
