package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.Model;
import io.pie4j.api.SpecialToken;
import io.pie4j.api.TextStream;
import io.pie4j.api.Tokenize;
import io.pie4j.model.tokenizer.Specials;
import io.pie4j.model.tokenizer.StreamDecoder;
import io.pie4j.model.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Text to tokens and back, on the program's own thread. Models may have more tokens than their
 * tokenizers have texts, because vocabularies are padded to round sizes; the others are empty.
 */
final class HostTokenize implements Tokenize {
  private static final byte[] NO_TEXT = {};

  @Override
  public int[] tokenize(Model model, String text, boolean parseSpecial) {
    return parseSpecial ? tokenizer(model).encodeWithSpecials(text) : tokenizer(model).encode(text);
  }

  @Override
  public String detokenize(Model model, int[] tokens, boolean skipSpecial) {
    requireTokens("detokenize", vocabularySize(model), tokens);
    int written = tokenizer(model).vocabSize();
    return tokenizer(model)
        .decode(
            Arrays.stream(tokens).filter(token -> token < written).toArray(),
            specials(skipSpecial));
  }

  @Override
  public TextStream stream(Model model, boolean skipSpecial) {
    return new Stream(
        tokenizer(model).vocabSize(),
        vocabularySize(model),
        tokenizer(model).streamDecoder(specials(skipSpecial)));
  }

  @Override
  public List<byte[]> getVocabs(Model model) {
    Tokenizer tokenizer = tokenizer(model);
    return IntStream.range(0, vocabularySize(model))
        .mapToObj(token -> token < tokenizer.vocabSize() ? tokenizer.tokenBytes(token) : NO_TEXT)
        .toList();
  }

  @Override
  public List<SpecialToken> specialTokens(Model model) {
    return tokenizer(model).specialTokens().entrySet().stream()
        .map(entry -> new SpecialToken(entry.getValue(), entry.getKey()))
        .toList();
  }

  @Override
  public String splitRegex(Model model) {
    return tokenizer(model).splitRegex();
  }

  private static Tokenizer tokenizer(Model model) {
    return HostModels.served(model).tokenizer();
  }

  /** Of the model, as its distributions have it, or of the tokenizer, if that has more. */
  private static int vocabularySize(Model model) {
    return Math.max(tokenizer(model).vocabSize(), model.vocabSize());
  }

  private static Specials specials(boolean skip) {
    return skip ? Specials.SKIP : Specials.KEEP;
  }

  private static void requireTokens(String call, int vocabularySize, int[] tokens) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabularySize) {
        throw new ApiException(
            ErrorCode.INVALID_ARGUMENT,
            call
                + ": tokens["
                + i
                + "] is "
                + Integer.toUnsignedString(tokens[i])
                + ", must be below "
                + vocabularySize);
      }
    }
  }

  private record Stream(int written, int vocabularySize, StreamDecoder decoder)
      implements TextStream {
    @Override
    public String feed(int[] tokens) {
      requireTokens("feed", vocabularySize, tokens);
      StringBuilder text = new StringBuilder();
      for (int token : tokens) {
        if (token < written) {
          text.append(decoder.feed(token));
        }
      }
      return text.toString();
    }

    @Override
    public String finish() {
      return decoder.finish();
    }

    @Override
    public void close() {}
  }
}
