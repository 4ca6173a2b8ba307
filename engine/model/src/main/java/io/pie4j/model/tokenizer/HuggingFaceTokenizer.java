package io.pie4j.model.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads a tokenizer.json: here its model, its added tokens and what it puts around a text. */
final class HuggingFaceTokenizer {
  private HuggingFaceTokenizer() {}

  static Tokenizer read(JsonField json, JsonField config) {
    var model = json.get("model");
    var type = model.get("type").string("BPE");
    if (!type.equals("BPE")) {
      throw model.get("type").unsupported("'" + type + "'; only BPE is known");
    }
    var normalization = HuggingFaceText.normalization(json.get("normalizer"));
    var preTokenizer = json.get("pre_tokenizer");
    var words = HuggingFaceText.preTokenization(preTokenizer);
    var ids = ids(model.get("vocab"));
    var settings = settings(model, ids, HuggingFaceText.isByteLevel(preTokenizer));
    var added = addedTokens(json.get("added_tokens"), ids);
    var vocabulary = Vocabulary.union(json.where() + ": model: vocab", ids, added, normalization);
    return new BpeTokenizer(
        vocabulary,
        new AddedTokens(added, normalization),
        words,
        new BpeModel(settings, ids, merges(model.get("merges"), ids)),
        HuggingFaceDecoder.read(json.get("decoder")),
        frame(json.get("post_processor"), config, vocabulary));
  }

  private static Map<String, Integer> ids(JsonField vocab) {
    var ids = new HashMap<String, Integer>();
    vocab.members((name, id) -> ids.put(name, id.count()));
    return ids;
  }

  private static BpeModel.Settings settings(
      JsonField model, Map<String, Integer> ids, boolean byteLevel) {
    for (var key : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      var field = model.get(key);
      if (!field.isAbsent() && !(field.isString() && field.string().isEmpty())) {
        throw field.unsupported("no model of the known families uses it");
      }
    }
    var unknown = BpeModel.NONE;
    if (!model.get("unk_token").isAbsent()) {
      var name = model.get("unk_token").string();
      var id = ids.get(name);
      if (id == null) {
        throw model.get("unk_token").broken("'" + name + "' is not in the vocabulary");
      }
      unknown = id;
    }
    return new BpeModel.Settings(
        byteLevel,
        model.get("byte_fallback").flag(false),
        unknown,
        model.get("fuse_unk").flag(false),
        model.get("ignore_merges").flag(false));
  }

  private static PairTable merges(JsonField merges, Map<String, Integer> ids) {
    if (merges.isAbsent()) {
      throw merges.broken("missing");
    }
    var list = merges.list();
    var table = new PairTable(list.size());
    for (int rank = 0; rank < list.size(); rank++) {
      var merge = list.get(rank);
      var pair = pair(merge);
      if (pair.length == 2) {
        Merges.put(table, merge::where, pair[0], pair[1], rank, ids);
      }
    }
    return table;
  }

  /** The two sides, from an array or, in older files, a string; none for a comment. */
  private static String[] pair(JsonField merge) {
    if (merge.isString()) {
      var text = merge.string();
      return text.startsWith("#version") ? new String[0] : Merges.sides(merge::where, text);
    }
    var sides = merge.list();
    if (sides.size() != 2) {
      throw merge.broken("expected two tokens, found " + sides.size());
    }
    return new String[] {sides.get(0).string(), sides.get(1).string()};
  }

  private static List<AddedToken> addedTokens(JsonField tokens, Map<String, Integer> ids) {
    var byContent = new HashMap<String, AddedToken>();
    var added = new ArrayList<AddedToken>();
    for (var token : tokens.list()) {
      var content = token.get("content").string();
      var id = token.get("id").count();
      var special = token.get("special").flag(false);
      var known = ids.get(content);
      if (known != null && known != id) {
        throw token.broken("'" + content + "' has id " + id + ", but " + known + " in the vocab");
      }
      if (content.isEmpty()) {
        throw token.broken("an empty token");
      }
      var read =
          new AddedToken(
              id,
              content,
              token.get("single_word").flag(false),
              token.get("lstrip").flag(false),
              token.get("rstrip").flag(false),
              token.get("normalized").flag(!special),
              special);
      if (byContent.put(content, read) != null) {
        throw token.broken("'" + content + "' is there twice");
      }
      added.add(read);
    }
    return added;
  }

  private static BpeTokenizer.Frame frame(
      JsonField processor, JsonField config, Vocabulary vocabulary) {
    var prefix = new IntList();
    var suffix = new IntList();
    around(processor, vocabulary, prefix, suffix);
    return new BpeTokenizer.Frame(
        prefix.toArray(),
        suffix.toArray(),
        configured(config.get("bos_token"), vocabulary),
        configured(config.get("eos_token"), vocabulary));
  }

  private static void around(
      JsonField processor, Vocabulary vocabulary, IntList prefix, IntList suffix) {
    if (processor.isAbsent()) {
      return;
    }
    var type = processor.get("type").string();
    switch (type) {
      // It only trims the places in the text that tokens came from.
      case "ByteLevel" -> {}
      case "Sequence" ->
          processor
              .get("processors")
              .list()
              .forEach(step -> around(step, vocabulary, prefix, suffix));
      case "TemplateProcessing" -> template(processor, vocabulary, prefix, suffix);
      default -> throw processor.unsupported("post-processor '" + type + "'");
    }
  }

  private static void template(
      JsonField processor, Vocabulary vocabulary, IntList prefix, IntList suffix) {
    var texts = 0;
    for (var piece : processor.get("single").list()) {
      var special = piece.get("SpecialToken");
      if (special.isAbsent()) {
        piece.get("Sequence").get("id").string();
        texts++;
        continue;
      }
      var name = special.get("id").string();
      for (var id : processor.get("special_tokens").get(name).get("ids").list()) {
        if (!vocabulary.has(id.count())) {
          throw id.broken("there is no token " + id.count());
        }
        (texts == 0 ? prefix : suffix).add(id.count());
      }
    }
    if (texts != 1) {
      throw processor.get("single").unsupported("the text is there " + texts + " times");
    }
  }

  private static OptionalInt configured(JsonField token, Vocabulary vocabulary) {
    if (token.isAbsent()) {
      return OptionalInt.empty();
    }
    var name = token.isObject() ? token.get("content").string() : token.string();
    return vocabulary.id(name);
  }
}
