/** Model files: weights, configuration, tokenizers and chat templates. Knows nothing of serving. */
module io.pie4j.model {
  requires static transitive org.jspecify;
  requires java.net.http;
  requires tools.jackson.databind;

  exports io.pie4j.model;
  exports io.pie4j.model.chat;
  exports io.pie4j.model.registry;
  exports io.pie4j.model.tokenizer;
}
