package io.pie4j.model.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads a tokenizer.json. Each method reads one of its sections. */
final class HuggingFaceTokenizer {
  private HuggingFaceTokenizer() {}

  static Tokenizer read(JsonField json, JsonField config) {
    var model = json.get("model");
    var type = model.get("type").string("BPE");
    if (!type.equals("BPE")) {
      throw model.get("type").unsupported("'" + type + "'; only BPE is known");
    }
    var normalization = normalization(json.get("normalizer"));
    var ids = ids(model.get("vocab"));
    var added = addedTokens(json.get("added_tokens"), ids);
    var vocabulary = Vocabulary.union(json.where() + ": model: vocab", ids, added, normalization);
    var byteLevel = new boolean[1];
    var words = preTokenization(json.get("pre_tokenizer"), byteLevel);
    return new BpeTokenizer(
        vocabulary,
        new AddedTokens(added, normalization),
        words,
        new BpeModel(settings(model, ids, byteLevel[0]), ids, merges(model.get("merges"), ids)),
        decoding(json.get("decoder")),
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
        Merges.put(table, merge.where(), pair[0], pair[1], rank, ids);
      }
    }
    return table;
  }

  /** The two sides, from an array or, in older files, a string; none for a comment. */
  private static String[] pair(JsonField merge) {
    if (merge.isString()) {
      var text = merge.string();
      return text.startsWith("#version") ? new String[0] : Merges.sides(merge.where(), text);
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

  private static Normalization normalization(JsonField normalizer) {
    if (normalizer.isAbsent()) {
      return new Normalization.Identity();
    }
    var type = normalizer.get("type").string();
    return switch (type) {
      case "NFC" -> new Normalization.Compose();
      case "Prepend" -> new Normalization.Prepend(normalizer.get("prepend").string());
      case "Replace" -> replace(normalizer);
      case "Sequence" ->
          new Normalization.Sequence(
              normalizer.get("normalizers").list().stream()
                  .map(HuggingFaceTokenizer::normalization)
                  .toList());
      default -> throw normalizer.unsupported("normalizer '" + type + "'");
    };
  }

  private static Normalization.Replace replace(JsonField replace) {
    var pattern = replace.get("pattern").get("String");
    if (pattern.isAbsent()) {
      throw replace.get("pattern").unsupported("only plain strings are replaced");
    }
    if (pattern.string().isEmpty()) {
      throw pattern.broken("empty");
    }
    return new Normalization.Replace(pattern.string(), replace.get("content").string());
  }

  /** Tells the model, through {@code byteLevel}, whether words come in the byte alphabet. */
  private static PreTokenization preTokenization(JsonField preTokenizer, boolean[] byteLevel) {
    if (preTokenizer.isAbsent()) {
      return new PreTokenization.Whole();
    }
    var type = preTokenizer.get("type").string();
    switch (type) {
      case "Metaspace" -> {
        return metaspace(preTokenizer);
      }
      case "ByteLevel" -> {
        byteLevel[0] = true;
        PreTokenization words =
            preTokenizer.get("use_regex").flag(true)
                ? new PreTokenization.ByPattern(SplitPattern.GPT2)
                : new PreTokenization.Whole();
        return preTokenizer.get("add_prefix_space").flag(true)
            ? new PreTokenization.SpaceFirst(words)
            : words;
      }
      case "Split" -> {
        return byPattern(preTokenizer);
      }
      case "Sequence" -> {
        return sequence(preTokenizer.get("pretokenizers"), byteLevel);
      }
      default -> throw preTokenizer.unsupported("pre-tokenizer '" + type + "'");
    }
  }

  /** One that cuts, then byte level that does not cut again. */
  private static PreTokenization sequence(JsonField steps, boolean[] byteLevel) {
    var cutting = new ArrayList<PreTokenization>();
    for (var step : steps.list()) {
      var words = preTokenization(step, byteLevel);
      if (!(words instanceof PreTokenization.Whole)) {
        cutting.add(words);
      }
    }
    if (cutting.size() > 1) {
      throw steps.unsupported("a sequence of pre-tokenizers of which more than one cuts text");
    }
    return cutting.isEmpty() ? new PreTokenization.Whole() : cutting.getFirst();
  }

  private static PreTokenization byPattern(JsonField split) {
    var regex = split.get("pattern").get("Regex");
    if (regex.isAbsent()) {
      throw split.get("pattern").unsupported("only regular expressions split text");
    }
    // The known patterns match all of a text, so that keeping what matches and isolating it are
    // one.
    var behavior = split.get("behavior").string();
    var inverted = split.get("invert").flag(false);
    if (!behavior.equals("Isolated") && !(behavior.equals("Removed") && inverted)) {
      throw split.get("behavior").unsupported("'" + behavior + "'");
    }
    return SplitPattern.ofRegex(regex.string())
        .map(PreTokenization.ByPattern::new)
        .orElseThrow(
            () ->
                regex.unsupported("not the pattern of GPT-2, Llama 3 or Qwen2: " + regex.string()));
  }

  private static PreTokenization metaspace(JsonField metaspace) {
    var space = metaspace.get("replacement").string();
    if (space.length() != 1) {
      throw metaspace.get("replacement").broken("expected one character, found '" + space + "'");
    }
    return new PreTokenization.Metaspace(
        space.charAt(0), prepend(metaspace), metaspace.get("split").flag(true));
  }

  private static PreTokenization.Prepend prepend(JsonField metaspace) {
    var scheme = metaspace.get("prepend_scheme");
    if (scheme.isAbsent()) {
      return metaspace.get("add_prefix_space").flag(true)
          ? PreTokenization.Prepend.ALWAYS
          : PreTokenization.Prepend.NEVER;
    }
    return switch (scheme.string()) {
      case "always" -> PreTokenization.Prepend.ALWAYS;
      case "first" -> PreTokenization.Prepend.FIRST;
      case "never" -> PreTokenization.Prepend.NEVER;
      default -> throw scheme.broken("'" + scheme.string() + "' is not always, first or never");
    };
  }

  private static Decoding decoding(JsonField decoder) {
    if (decoder.isAbsent()) {
      throw decoder.unsupported("no decoder is named");
    }
    var steps = new ArrayList<JsonField>();
    flatten(decoder, steps);
    if (steps.size() == 1 && steps.getFirst().get("type").string().equals("ByteLevel")) {
      return new ByteLevelDecoding();
    }
    var replacements = new ArrayList<Normalization.Replace>();
    var byteFallback = false;
    var fused = false;
    var strip = "";
    var stripMost = 0;
    var muteFirst = "";
    for (var step : steps) {
      var type = step.get("type").string();
      switch (fused ? type + " after Fuse" : type) {
        case "Replace" -> replacements.add(replace(step));
        case "ByteFallback" -> byteFallback = true;
        case "Fuse" -> fused = true;
        case "Metaspace" -> {
          var space = step.get("replacement").string();
          replacements.add(new Normalization.Replace(space, " "));
          muteFirst = prepend(step) == PreTokenization.Prepend.NEVER ? "" : space;
        }
        case "Strip after Fuse" -> {
          strip = step.get("content").string();
          stripMost = step.get("start").count();
          if (strip.length() != 1 || step.get("stop").count() != 0) {
            throw step.unsupported("only one character can be stripped, at the start");
          }
        }
        default -> throw step.unsupported("decoder '" + type + "' here");
      }
    }
    return new SentencePieceDecoding(
        replacements, byteFallback, strip.isEmpty() ? ' ' : strip.charAt(0), stripMost, muteFirst);
  }

  private static void flatten(JsonField decoder, List<JsonField> steps) {
    if (decoder.get("type").string().equals("Sequence")) {
      decoder.get("decoders").list().forEach(step -> flatten(step, steps));
    } else {
      steps.add(decoder);
    }
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
