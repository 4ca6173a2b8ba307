package io.pie4j.inferlets.contract;

import io.pie4j.api.ChatMessage;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.Model;
import java.util.List;

/** Which models there are and what they say of themselves. */
final class ModelsChecks {
  private ModelsChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of(
            "available-models",
            stage -> {
              List<Model> models = stage.api().models().availableModels();
              Expect.equal(models.size(), 1, "models");
              Expect.equal(models.getFirst().name(), stage.told("model"), "its name");
            },
            "models.available-models",
            "models.model.name"),
        Check.of("available-traits", ModelsChecks::traits, "models.available-traits"),
        Check.of("supertraits", ModelsChecks::supertraits, "models.supertraits"),
        Check.of(
            "model-description",
            stage ->
                Expect.equal(
                    stage.model().description(), stage.told("description"), "the description"),
            "models.model.description"),
        Check.of(
            "model-page-size",
            stage -> number(stage, stage.model().pageSize(), "page-size"),
            "models.model.page-size"),
        Check.of(
            "model-vocab-size",
            stage -> number(stage, stage.model().vocabSize(), "vocab-size"),
            "models.model.vocab-size"),
        Check.of(
            "model-max-positions",
            stage -> number(stage, stage.model().maxPositions(), "max-positions"),
            "models.model.max-positions"),
        Check.of(
            "model-stop-tokens",
            stage ->
                Expect.equal(
                    stage.model().stopTokens(), stage.toldNumbers("stop-tokens"), "stop tokens"),
            "models.model.stop-tokens"),
        Check.of("model-prefix-tokens", ModelsChecks::prefix, "models.model.prefix-tokens"),
        Check.of("model-chat", ModelsChecks::chat, "models.model.chat-template"),
        Check.of("model-format-chat", ModelsChecks::formatChat, "models.model.format-chat"));
  }

  private static void number(Stage stage, int found, String key) {
    Expect.equal(found, Integer.parseInt(stage.told(key)), key);
  }

  private static void traits(Stage stage) {
    List<String> traits = stage.api().models().availableTraits(stage.model());
    Expect.equal(String.join(",", traits), stage.told("traits"), "the traits");
    for (String trait : traits) {
      List<String> supertraits = stage.api().models().supertraits(trait);
      Expect.that(traits.containsAll(supertraits), trait + " without one of " + supertraits);
    }
  }

  private static void supertraits(Stage stage) {
    var models = stage.api().models();
    Expect.equal(models.supertraits("allocate"), List.of(), "those of allocate");
    Expect.equal(models.supertraits("forward"), List.of("allocate"), "those of forward");
    Expect.equal(
        models.supertraits("input-text"), List.of("allocate", "forward"), "those of input-text");
    Expect.equal(
        models.supertraits("input-image"), List.of("allocate", "forward"), "those of input-image");
    Expect.refused(
        ErrorCode.NOT_FOUND, () -> models.supertraits("telepathy"), "supertraits", "telepathy");
  }

  /** The default model expects none before text; the launching side serves another that does. */
  private static void prefix(Stage stage) {
    Expect.equal(stage.model().prefixTokens(), stage.toldNumbers("prefix-tokens"), "prefix tokens");
  }

  private static void chat(Stage stage) {
    Expect.equal(
        stage.model().chatTemplate().orElse("none"), stage.told("chat-template"), "the template");
  }

  private static void formatChat(Stage stage) {
    List<ChatMessage> messages =
        List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Grüße?"));
    Expect.equal(stage.model().formatChat(messages, true), stage.told("chat"), "the chat");
    Expect.equal(
        stage.model().formatChat(messages, false), stage.told("chat-without-cue"), "without cue");
  }
}
