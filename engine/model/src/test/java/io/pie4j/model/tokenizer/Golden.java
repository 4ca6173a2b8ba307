package io.pie4j.model.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What make_tokenizers.py wrote down of one of Hugging Face's tokenizers. */
record Golden(String name, JsonNode json) {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final List<String> CORPUS =
      MAPPER.readTree(bytes("corpus")).valueStream().map(JsonNode::stringValue).toList();

  /** A text, its ids, and what they decode to. */
  record Text(String text, int[] plain, int[] withSpecials, String back) {}

  /** Ids at random, and what they decode to. */
  record Ids(int[] ids, String kept, String skipped) {}

  static Golden load(String name) {
    return new Golden(name, MAPPER.readTree(bytes(name + ".golden")));
  }

  /** The tokenizer read from its tokenizer.json and tokenizer_config.json. */
  Tokenizer huggingFace(Path folder) {
    try {
      var tokenizer = Files.write(folder.resolve("tokenizer.json"), bytes(name + ".tokenizer"));
      var config =
          Files.writeString(
              folder.resolve("tokenizer_config.json"), json.path("config").toString());
      return Tokenizers.fromHuggingFace(tokenizer, config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same vocabulary as a GGUF file has it, the keys without their common prefix. */
  static Map<String, Object> ggufMetadata(String name) {
    var metadata = new java.util.HashMap<String, Object>();
    for (var entry : MAPPER.readTree(bytes(name + ".gguf")).properties()) {
      metadata.put(
          "tokenizer.ggml." + entry.getKey(), MAPPER.convertValue(entry.getValue(), Object.class));
    }
    return metadata;
  }

  static List<String> corpus() {
    return CORPUS;
  }

  List<Text> texts() {
    var texts = new ArrayList<Text>();
    var every = json.path("every").intValue();
    var plain = json.path("plain");
    for (int i = 0; i < plain.size(); i++) {
      var key = Integer.toString(i * every);
      var text = CORPUS.get(i * every);
      var specials = json.path("specials").path(key);
      var back = json.path("trips").path(key);
      texts.add(
          new Text(
              text,
              ints(plain.path(i)),
              ints(specials.isMissingNode() ? plain.path(i) : specials),
              back.isMissingNode() ? text : back.stringValue()));
    }
    return texts;
  }

  List<Ids> decoded() {
    return json.path("decoded")
        .valueStream()
        .map(d -> new Ids(ints(d.path(0)), d.path(1).stringValue(), d.path(2).stringValue()))
        .toList();
  }

  int[] prefix() {
    return ints(json.path("prefix"));
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.path(i).intValue()).toArray();
  }

  static byte[] bytes(String name) {
    var resource = "/tokenizers/" + name + ".json.gz";
    try (var in =
        new GZIPInputStream(
            Objects.requireNonNull(Golden.class.getResourceAsStream(resource), resource))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
