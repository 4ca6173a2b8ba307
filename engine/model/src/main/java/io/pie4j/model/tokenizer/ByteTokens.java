package io.pie4j.model.tokenizer;

import java.util.List;
import java.util.stream.IntStream;

/** What a byte-level vocabulary is made of. */
public final class ByteTokens {
  private ByteTokens() {}

  /** The names of the 256 tokens of one byte, by byte. */
  public static List<String> all() {
    return IntStream.range(0, 256).mapToObj(ByteAlphabet::name).toList();
  }

  /**
   * The regular expression that cuts text into words, by the name that GGUF files have for it.
   *
   * @throws TokenizerException.Unsupported for other names
   */
  public static String splitRegex(String pre) {
    return SplitPattern.ofGguf(pre).regex();
  }
}
