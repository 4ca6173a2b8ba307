package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ChatMessage;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.Model;
import io.pie4j.api.Models;
import io.pie4j.inference.DriverInfo;
import io.pie4j.model.chat.ChatTemplate;
import io.pie4j.model.chat.ChatTemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The models that a program may use, and what they say of themselves. */
final class HostModels implements Models {
  /** Every trait of the interface with those that it builds on (paper Table 1). */
  private static final Map<String, List<String>> SUPERTRAITS =
      Map.of(
          "allocate", List.of(),
          "forward", List.of("allocate"),
          "adapter", List.of("forward"),
          "input-text", List.of("allocate", "forward"),
          "input-image", List.of("allocate", "forward"),
          "tokenize", List.of("input-text"),
          "output-text", List.of("allocate"),
          "sample", List.of("output-text"));

  /** Roles whose messages may have special tokens. */
  private static final Set<String> TRUSTED = Set.of("assistant", "system");

  /** What every model offers. */
  private static final List<String> TRAITS =
      List.of("allocate", "forward", "input-text", "tokenize", "output-text", "sample");

  private final HostSide host;

  HostModels(HostSide host) {
    this.host = host;
  }

  @Override
  public List<Model> availableModels() {
    return host.models().stream().<Model>map(HostModel::new).toList();
  }

  @Override
  public List<String> availableTraits(Model model) {
    if (!served(model).takesAdapters()) {
      return TRAITS;
    }
    List<String> traits = new ArrayList<>(TRAITS);
    traits.add(TRAITS.indexOf("forward") + 1, "adapter");
    return List.copyOf(traits);
  }

  @Override
  public List<String> supertraits(String name) {
    List<String> found = SUPERTRAITS.get(name);
    if (found == null) {
      throw new ApiException(
          ErrorCode.NOT_FOUND,
          "supertraits: there is no trait '%s'; there are %s"
              .formatted(name, String.join(", ", new TreeSet<>(SUPERTRAITS.keySet()))));
    }
    return found;
  }

  static ServedModel served(Model model) {
    return ((HostModel) model).served();
  }

  record HostModel(ServedModel served) implements Model {
    @Override
    public String name() {
      return served.name();
    }

    @Override
    public String description() {
      return served.description();
    }

    @Override
    public int pageSize() {
      return driver().pageSize();
    }

    @Override
    public int vocabSize() {
      return driver().vocabularySize();
    }

    @Override
    public int maxPositions() {
      return driver().maxPositions();
    }

    @Override
    public int[] stopTokens() {
      return served.stopTokens().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public int[] prefixTokens() {
      return served.tokenizer().prefixTokens();
    }

    @Override
    public Optional<String> chatTemplate() {
      return served.chatTemplateSource();
    }

    @Override
    public String formatChat(List<ChatMessage> messages, boolean addGenerationPrompt) {
      try {
        return template()
            .render(
                messages.stream().map(this::quoted).toList(),
                addGenerationPrompt,
                served.chatVariables());
      } catch (ChatTemplateException refused) {
        throw new ApiException(ErrorCode.INVALID_ARGUMENT, "format-chat: " + refused.getMessage());
      }
    }

    /**
     * What a user wrote or a tool found does not end its message, nor begin another. Answers keep
     * their special tokens, for programs give them as models wrote them; so do system messages,
     * which are the program's word and may declare tools between such tokens.
     */
    private io.pie4j.model.chat.ChatMessage quoted(ChatMessage message) {
      String content =
          TRUSTED.contains(message.role())
              ? message.content()
              : served.tokenizer().quoteSpecials(message.content());
      return new io.pie4j.model.chat.ChatMessage(message.role(), content);
    }

    /**
     * A template that does not compile says why each time it is asked for; the model is served all
     * the same.
     */
    private ChatTemplate template() {
      return served.chatTemplate().orElseGet(() -> ChatTemplate.compile(source()));
    }

    private String source() {
      return served
          .chatTemplateSource()
          .orElseThrow(() ->
              new ApiException(
                  ErrorCode.UNSUPPORTED,
                  "format-chat: model " + served.name() + " has no chat template"));
    }

    @Override
    public void close() {}

    private DriverInfo driver() {
      return served.controller().info();
    }
  }
}
