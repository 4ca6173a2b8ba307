package io.pie4j.model;

import io.pie4j.model.tokenizer.ByteTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A byte-level tokenizer for a model that says nothing: every byte is a token, so that any text can
 * be written, and a few merges make common English shorter. Ids up to the vocabulary's size are
 * unused.
 */
final class SyntheticTokenizer {
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int UNUSED = 5;

  /** Ġ is a space, as byte-level tokenizers write it. */
  private static final List<String> MERGES =
      List.of(
          "Ġ t", "h e", "Ġt he", "i n", "Ġ a", "r e", "o n", "e r", "Ġ s", "Ġ w", "a n", "Ġa n",
          "Ġan d", "o r", "i s", "e n", "a t", "Ġ o", "Ġo f", "i t", "e s", "Ġ in", "in g", "Ġt o",
          "o u", "l l", "e d", "Ġ b", "Ġ p", "Ġ f");

  /** What a family calls its special tokens, and how it writes a conversation. */
  private record Dialect(
      String pre,
      String begin,
      boolean beginFirst,
      String end,
      List<String> others,
      String template) {
    List<String> specials() {
      List<String> all = new ArrayList<>(List.of(begin, end));
      all.addAll(others);
      return all;
    }
  }

  private static final Dialect LLAMA =
      new Dialect(
          "llama-bpe",
          "<|begin_of_text|>",
          true,
          "<|eot_id|>",
          List.of("<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>"),
          """
          {% for message in messages %}<|start_header_id|>{{ message['role'] }}<|end_header_id|>

          {{ message['content'] }}<|eot_id|>{% endfor %}{% if add_generation_prompt %}\
          <|start_header_id|>assistant<|end_header_id|>

          {% endif %}\
          """);

  private static final Dialect QWEN =
      new Dialect(
          "qwen2",
          "<|endoftext|>",
          false,
          "<|im_end|>",
          List.of("<|im_start|>"),
          """
          {% for message in messages %}<|im_start|>{{ message['role'] }}
          {{ message['content'] }}<|im_end|>
          {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
          {% endif %}\
          """);

  private final Dialect dialect;
  private final List<String> texts;
  private final int vocabSize;

  SyntheticTokenizer(Family family, int vocabSize) {
    dialect =
        switch (family) {
          case LLAMA, MISTRAL -> LLAMA;
          case QWEN2, QWEN3 -> QWEN;
        };
    this.vocabSize = vocabSize;
    texts = new ArrayList<>(ByteTokens.all());
    MERGES.forEach(merge -> texts.add(merge.replace(" ", "")));
  }

  private int begin() {
    return texts.size();
  }

  /** The token that ends a turn. */
  int end() {
    return texts.size() + 1;
  }

  /** The keys of a GGUF file. */
  void describe(GgufWriter gguf) {
    List<String> specials = dialect.specials();
    List<String> tokens = new ArrayList<>(texts);
    tokens.addAll(specials);
    int used = tokens.size();
    IntStream.range(used, vocabSize).forEach(id -> tokens.add("[PAD" + id + "]"));
    int[] types = new int[vocabSize];
    Arrays.fill(types, 0, texts.size(), NORMAL);
    Arrays.fill(types, texts.size(), used, CONTROL);
    Arrays.fill(types, used, vocabSize, UNUSED);
    gguf.text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", dialect.pre)
        .texts("tokenizer.ggml.tokens", tokens)
        .numbers("tokenizer.ggml.token_type", types)
        .texts("tokenizer.ggml.merges", MERGES)
        .number("tokenizer.ggml.bos_token_id", begin())
        .number("tokenizer.ggml.eos_token_id", end())
        .flag("tokenizer.ggml.add_bos_token", dialect.beginFirst)
        .text("tokenizer.chat_template", dialect.template);
  }

  /** The {@code tokenizer.json} of a Hugging Face directory. */
  String json() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("version", "1.0");
    ArrayNode added = root.putArray("added_tokens");
    List<String> specials = dialect.specials();
    for (int i = 0; i < specials.size(); i++) {
      added
          .addObject()
          .put("id", texts.size() + i)
          .put("content", specials.get(i))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer");
    ObjectNode pre = root.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode steps = pre.putArray("pretokenizers");
    ObjectNode split = steps.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", ByteTokens.splitRegex(dialect.pre));
    split.put("behavior", "Isolated").put("invert", false);
    byteLevel(steps.addObject()).put("use_regex", false);
    if (dialect.beginFirst) {
      beginFirst(root.putObject("post_processor"));
    } else {
      root.putNull("post_processor");
    }
    byteLevel(root.putObject("decoder"));
    ObjectNode model = root.putObject("model").put("type", "BPE");
    ObjectNode vocab = model.putObject("vocab");
    for (int id = 0; id < texts.size(); id++) {
      vocab.put(texts.get(id), id);
    }
    ArrayNode merges = model.putArray("merges");
    MERGES.forEach(merges::add);
    return root.toPrettyString();
  }

  /** The {@code tokenizer_config.json} beside it. */
  String configJson() {
    return JsonMapper.shared()
        .createObjectNode()
        .put("bos_token", dialect.begin)
        .put("eos_token", dialect.end)
        .put("chat_template", dialect.template)
        .toPrettyString();
  }

  private static ObjectNode byteLevel(ObjectNode node) {
    return node.put("type", "ByteLevel").put("add_prefix_space", false).put("trim_offsets", false);
  }

  private void beginFirst(ObjectNode processor) {
    processor.put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", dialect.begin).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ObjectNode special = processor.putObject("special_tokens").putObject(dialect.begin);
    special.put("id", dialect.begin);
    special.putArray("ids").add(begin());
    special.putArray("tokens").add(dialect.begin);
  }
}
