package io.pie4j.model.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamDecoderTest {
  private static final long SEED = 20251122;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"gpt2", "llama3", "qwen2", "llama2", "mistral", "metaspace-always", "flags"})
  void piecesAddUpToWhatHuggingFaceDecodesAtOnce(String name) {
    var golden = Golden.load(name);
    var tokenizer = golden.huggingFace(folder);
    var kept = tokenizer.streamDecoder();
    var skipped = tokenizer.streamDecoder(Specials.SKIP);
    for (var ids : golden.decoded()) {
      assertThat(join(kept, ids.ids())).as("%s", ids).isEqualTo(ids.kept());
      assertThat(join(skipped, ids.ids())).as("%s", ids).isEqualTo(ids.skipped());
    }
    for (var text : golden.texts()) {
      assertThat(join(kept, text.plain())).isEqualTo(text.back());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "qwen2", "llama2", "metaspace-always"})
  void piecesAddUpForRandomIds(String name) {
    var tokenizer = Golden.load(name).huggingFace(folder);
    var random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      var size = random.nextInt(1, 40);
      var bound = random.nextBoolean() ? 262 : tokenizer.vocabSize() + 3;
      var ids = IntStream.generate(() -> random.nextInt(-1, bound)).limit(size).toArray();
      assertThat(join(tokenizer.streamDecoder(), ids))
          .as("seed %d, sequence %d", SEED, i)
          .isEqualTo(tokenizer.decode(ids));
    }
  }

  /** No piece begins or ends inside a character, not even inside one of Java's. */
  private static String join(StreamDecoder stream, int[] ids) {
    var text = new StringBuilder();
    for (var id : ids) {
      text.append(wellFormed(stream.feed(id)));
    }
    return text.append(wellFormed(stream.finish())).toString();
  }

  private static String wellFormed(String piece) {
    assertThat(UTF_8.newEncoder().canEncode(piece)).as(piece).isTrue();
    return piece;
  }

  @Test
  void byteLevelTextIsHeldBackNoLongerThanItsCharacterLacksBytes() {
    var tokenizer = Golden.load("gpt2").huggingFace(folder);
    for (var text : Golden.corpus()) {
      var stream = tokenizer.streamDecoder();
      var fed = 0;
      var got = 0;
      for (var id : tokenizer.encode(text)) {
        fed += tokenizer.tokenBytes(id).length;
        got += stream.feed(id).getBytes(UTF_8).length;
        assertThat(fed - got).isBetween(0, 3);
      }
      assertThat(fed).isEqualTo(got);
      assertThat(stream.finish()).isEmpty();
    }
  }

  @Test
  void aBrokenRunOfByteTokensIsReplacedByteForByte() {
    var tokenizer = Golden.load("llama2").huggingFace(folder);
    var stream = tokenizer.streamDecoder();
    // The euro sign, then its first two bytes again.
    var pieces = new StringBuilder();
    for (var name : new String[] {"<0xE2>", "<0x82>", "<0xAC>", "<0xE2>", "<0x82>"}) {
      pieces.append(stream.feed(tokenizer.tokenId(name).orElseThrow()));
    }
    assertThat(pieces).isEmpty();
    assertThat(stream.finish()).isEqualTo("\uFFFD".repeat(5));
    for (var name : new String[] {"<0xE2>", "<0x82>", "<0xAC>"}) {
      assertThat(stream.feed(tokenizer.tokenId(name).orElseThrow())).isEmpty();
    }
    assertThat(stream.feed(tokenizer.tokenId("a").orElseThrow())).isEqualTo("€a");
    assertThat(stream.finish()).isEmpty();
  }
}
