package io.pie4j.model.tokenizer;

import java.nio.file.Path;

/** Reads tokenizers from model files. */
public final class Tokenizers {

  private Tokenizers() {}

  /**
   * The tokenizer of a Hugging Face directory that has only a tokenizer.json; {@link Tokenizer#bos}
   * and {@link Tokenizer#eos} are then unknown.
   *
   * @throws TokenizerException if the file cannot be used
   */
  public static Tokenizer fromHuggingFace(Path tokenizerJson) {
    return HuggingFaceTokenizer.read(JsonField.read(tokenizerJson), JsonField.absent());
  }

  /**
   * The tokenizer of a Hugging Face directory. Its {@code clean_up_tokenization_spaces} is ignored,
   * as transformers 5 does for BPE: it would eat spaces that the model wrote.
   *
   * @throws TokenizerException if one of the files cannot be used
   */
  public static Tokenizer fromHuggingFace(Path tokenizerJson, Path tokenizerConfigJson) {
    return HuggingFaceTokenizer.read(
        JsonField.read(tokenizerJson), JsonField.read(tokenizerConfigJson));
  }

  /**
   * The tokenizer of a GGUF file.
   *
   * @throws TokenizerException if the vocabulary cannot be used
   */
  public static Tokenizer fromGguf(GgufVocabulary vocabulary) {
    return GgufTokenizer.build(vocabulary);
  }
}
