package io.pie4j.inferlets.contract;

import io.pie4j.api.ErrorCode;
import io.pie4j.api.SpecialToken;
import io.pie4j.api.TextStream;
import io.pie4j.api.Tokenize;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Text to tokens and back, against what the launching side's own tokenizer gives. */
final class TokenizeChecks {
  private TokenizeChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("tokenize", TokenizeChecks::tokenize, "tokenize.tokenize"),
        Check.of("detokenize", TokenizeChecks::detokenize, "tokenize.detokenize"),
        Check.of(
            "text-stream",
            TokenizeChecks::stream,
            "tokenize.stream",
            "tokenize.text-stream.feed",
            "tokenize.text-stream.finish"),
        Check.of("get-vocabs", TokenizeChecks::vocabulary, "tokenize.get-vocabs"),
        Check.of("special-tokens", TokenizeChecks::special, "tokenize.special-tokens"),
        Check.of(
            "split-regex",
            stage ->
                Expect.equal(
                    calls(stage).splitRegex(stage.model()),
                    stage.told("split-regex"),
                    "the regular expression"),
            "tokenize.split-regex"));
  }

  private static Tokenize calls(Stage stage) {
    return stage.api().tokenize();
  }

  private static void tokenize(Stage stage) {
    Expect.equal(
        calls(stage).tokenize(stage.model(), stage.told("text"), false),
        stage.toldNumbers("tokens"),
        "the tokens");
    Expect.equal(
        calls(stage).tokenize(stage.model(), stage.told("text"), true),
        stage.toldNumbers("special-parsed-tokens"),
        "the tokens, special ones parsed");
    Expect.equal(calls(stage).tokenize(stage.model(), "", false), new int[0], "no text's tokens");
  }

  private static void detokenize(Stage stage) {
    Expect.equal(
        calls(stage).detokenize(stage.model(), stage.toldNumbers("tokens"), false),
        stage.told("text"),
        "the text");
    Expect.equal(
        calls(stage).detokenize(stage.model(), stage.toldNumbers("special-parsed-tokens"), false),
        stage.told("text"),
        "the text with special tokens");
    Expect.equal(
        calls(stage).detokenize(stage.model(), stage.toldNumbers("special-parsed-tokens"), true),
        stage.told("text-without-special"),
        "the text without special tokens");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> calls(stage).detokenize(stage.model(), new int[] {1, 1_000_000}, false),
        "detokenize",
        "tokens[1]",
        "1000000");
  }

  /** Token by token, whole characters at a time. */
  private static void stream(Stage stage) {
    int[] tokens = stage.toldNumbers("tokens");
    StringBuilder text = new StringBuilder();
    try (TextStream stream = calls(stage).stream(stage.model(), false)) {
      for (int token : tokens) {
        String piece = stream.feed(new int[] {token});
        Expect.that(piece.indexOf('\uFFFD') < 0, "a broken character behind " + text);
        text.append(piece);
      }
      text.append(stream.finish());
    }
    Expect.equal(text.toString(), stage.told("text"), "the text");
    // The last character's bytes without their end: held back, then replaced.
    int[] cut = stage.toldNumbers("cut-character");
    try (TextStream stream = calls(stage).stream(stage.model(), true)) {
      Expect.equal(stream.feed(cut), "", "what half a character gives");
      Expect.equal(stream.finish(), "\uFFFD", "what is left of it at the end");
    }
    int[] special = stage.toldNumbers("special-parsed-tokens");
    try (TextStream stream = calls(stage).stream(stage.model(), true)) {
      Expect.equal(
          stream.feed(special) + stream.finish(),
          stage.told("text-without-special"),
          "the text without special tokens");
    }
  }

  private static void vocabulary(Stage stage) {
    List<byte[]> vocabulary = calls(stage).getVocabs(stage.model());
    Expect.equal(vocabulary.size(), stage.model().vocabSize(), "its size");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int token : stage.toldNumbers("tokens")) {
      byte[] piece = vocabulary.get(token);
      bytes.write(piece, 0, piece.length);
    }
    Expect.equal(
        bytes.toByteArray(), stage.told("text").getBytes(StandardCharsets.UTF_8), "the bytes");
  }

  private static void special(Stage stage) {
    StringBuilder found = new StringBuilder();
    for (SpecialToken token : calls(stage).specialTokens(stage.model())) {
      found.append(token.id()).append(' ').append(token.text()).append('\n');
    }
    Expect.equal(found.toString(), stage.told("special-tokens"), "the special tokens");
  }
}
