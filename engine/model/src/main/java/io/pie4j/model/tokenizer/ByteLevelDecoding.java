package io.pie4j.model.tokenizer;

/** Names in GPT-2's byte alphabet: all their bytes together are UTF-8, or nearly. */
record ByteLevelDecoding() implements Decoding {

  @Override
  public byte[] bytes(String name) {
    return ByteAlphabet.decode(name);
  }

  @Override
  public Stream stream() {
    var utf8 = new Utf8Assembler();
    return new Stream() {
      @Override
      public void feed(String name, StringBuilder out) {
        utf8.append(ByteAlphabet.decode(name), out);
      }

      @Override
      public void finish(StringBuilder out) {
        utf8.finish(out);
      }
    };
  }
}
