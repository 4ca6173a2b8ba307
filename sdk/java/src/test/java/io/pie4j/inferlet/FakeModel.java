package io.pie4j.inferlet;

import io.pie4j.api.ApiException;
import io.pie4j.api.ChatMessage;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.Model;
import io.pie4j.api.SpecialToken;
import io.pie4j.api.TextStream;
import io.pie4j.api.Tokenize;
import io.pie4j.model.chat.ChatTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model of characters: a token is a code point, or one of some special tokens, which come first
 * in the vocabulary. Its chat template is a real one.
 */
final class FakeModel implements Model, Tokenize {
  private static final List<String> SPECIALS =
      List.of(
          "<s>",
          "</s>",
          "<|im_start|>",
          "<|im_end|>",
          "<|begin_of_text|>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eot_id|>",
          "<|end|>");

  private final Optional<ChatTemplate> template;
  private final int pageSize;
  private final int maxPositions;
  private final String bos;
  private final String eos;
  int closed;

  FakeModel(int pageSize, int maxPositions, Optional<String> template, String bos, String eos) {
    this.template = template.map(ChatTemplate::compile);
    this.pageSize = pageSize;
    this.maxPositions = maxPositions;
    this.bos = bos;
    this.eos = eos;
  }

  static int special(String text) {
    return SPECIALS.indexOf(text);
  }

  int[] encode(String text) {
    return tokenize(this, text, true);
  }

  String decode(int... tokens) {
    return detokenize(this, tokens, false);
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public String description() {
    return "a model of characters";
  }

  @Override
  public int pageSize() {
    return pageSize;
  }

  @Override
  public int vocabSize() {
    return SPECIALS.size() + Character.MAX_CODE_POINT + 1;
  }

  @Override
  public int maxPositions() {
    return maxPositions;
  }

  @Override
  public int[] stopTokens() {
    return eos.isEmpty() ? new int[0] : new int[] {special(eos)};
  }

  @Override
  public int[] prefixTokens() {
    return bos.isEmpty() ? new int[0] : new int[] {special(bos)};
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public String formatChat(List<ChatMessage> messages, boolean addGenerationPrompt) {
    if (template.isEmpty()) {
      throw new ApiException(ErrorCode.UNSUPPORTED, "model fake has no chat template");
    }
    return template
        .get()
        .render(
            messages.stream()
                .map(m -> new io.pie4j.model.chat.ChatMessage(m.role(), m.content()))
                .toList(),
            addGenerationPrompt,
            Map.of("bos_token", bos, "eos_token", eos));
  }

  @Override
  public void close() {
    closed++;
  }

  @Override
  public int[] tokenize(Model model, String text, boolean parseSpecial) {
    Tokens tokens = new Tokens();
    int at = 0;
    while (at < text.length()) {
      int special = parseSpecial ? specialAt(text, at) : -1;
      if (special >= 0) {
        tokens.add(special);
        at += SPECIALS.get(special).length();
      } else {
        int codePoint = text.codePointAt(at);
        tokens.add(SPECIALS.size() + codePoint);
        at += Character.charCount(codePoint);
      }
    }
    return tokens.toArray();
  }

  private static int specialAt(String text, int at) {
    for (int i = 0; i < SPECIALS.size(); i++) {
      if (text.startsWith(SPECIALS.get(i), at)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String detokenize(Model model, int[] tokens, boolean skipSpecial) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      if (token >= SPECIALS.size()) {
        text.appendCodePoint(token - SPECIALS.size());
      } else if (!skipSpecial) {
        text.append(SPECIALS.get(token));
      }
    }
    return text.toString();
  }

  /** Holds every second token back, as if characters were made of two. */
  @Override
  public TextStream stream(Model model, boolean skipSpecial) {
    List<Integer> held = new ArrayList<>();
    return new TextStream() {
      @Override
      public String feed(int[] tokens) {
        for (int token : tokens) {
          held.add(token);
        }
        return held.size() < 2 ? "" : finish();
      }

      @Override
      public String finish() {
        String text =
            detokenize(
                FakeModel.this, held.stream().mapToInt(Integer::intValue).toArray(), skipSpecial);
        held.clear();
        return text;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public List<byte[]> getVocabs(Model model) {
    throw new UnsupportedOperationException("not needed");
  }

  @Override
  public List<SpecialToken> specialTokens(Model model) {
    List<SpecialToken> all = new ArrayList<>();
    SPECIALS.forEach(text -> all.add(new SpecialToken(all.size(), text)));
    return all;
  }

  @Override
  public String splitRegex(Model model) {
    throw new UnsupportedOperationException("not needed");
  }
}
