package io.pie4j.model.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** Reads what a tokenizer.json does to text before tokens are made of it. */
final class HuggingFaceText {
  private HuggingFaceText() {}

  static Normalization normalization(JsonField normalizer) {
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
                  .map(HuggingFaceText::normalization)
                  .toList());
      default -> throw normalizer.unsupported("normalizer '" + type + "'");
    };
  }

  /** A replacement of plain strings, as normalizers and decoders write it. */
  static Normalization.Replace replace(JsonField replace) {
    var pattern = replace.get("pattern").get("String");
    if (pattern.isAbsent()) {
      throw replace.get("pattern").unsupported("only plain strings are replaced");
    }
    if (pattern.string().isEmpty()) {
      throw pattern.broken("empty");
    }
    return new Normalization.Replace(pattern.string(), replace.get("content").string());
  }

  static PreTokenization preTokenization(JsonField preTokenizer) {
    if (preTokenizer.isAbsent()) {
      return new PreTokenization.Whole();
    }
    var type = preTokenizer.get("type").string();
    return switch (type) {
      case "ByteLevel" -> byteLevel(preTokenizer);
      case "Metaspace" -> metaspace(preTokenizer);
      case "Split" -> byPattern(preTokenizer);
      case "Sequence" -> sequence(preTokenizer.get("pretokenizers"));
      default -> throw preTokenizer.unsupported("pre-tokenizer '" + type + "'");
    };
  }

  /** Whether words reach the model in GPT-2's byte alphabet. */
  static boolean isByteLevel(JsonField preTokenizer) {
    if (preTokenizer.isAbsent()) {
      return false;
    }
    return switch (preTokenizer.get("type").string()) {
      case "ByteLevel" -> true;
      case "Sequence" ->
          preTokenizer.get("pretokenizers").list().stream().anyMatch(HuggingFaceText::isByteLevel);
      default -> false;
    };
  }

  /** Steps of which at most one cuts, and only the last spells bytes. */
  private static PreTokenization sequence(JsonField steps) {
    List<PreTokenization> cutting = new ArrayList<>();
    var list = steps.list();
    for (int i = 0; i < list.size(); i++) {
      if (isByteLevel(list.get(i)) && i + 1 < list.size()) {
        throw list.get(i + 1).unsupported("a pre-tokenizer after ByteLevel");
      }
      var words = preTokenization(list.get(i));
      if (!(words instanceof PreTokenization.Whole)) {
        cutting.add(words);
      }
    }
    if (cutting.size() > 1) {
      throw steps.unsupported("a sequence of pre-tokenizers of which more than one cuts text");
    }
    return cutting.isEmpty() ? new PreTokenization.Whole() : cutting.getFirst();
  }

  private static PreTokenization byteLevel(JsonField byteLevel) {
    PreTokenization words =
        byteLevel.get("use_regex").flag(true)
            ? new PreTokenization.ByPattern(SplitPattern.GPT2)
            : new PreTokenization.Whole();
    return byteLevel.get("add_prefix_space").flag(true)
        ? new PreTokenization.SpaceFirst(words)
        : words;
  }

  private static PreTokenization byPattern(JsonField split) {
    var regex = split.get("pattern").get("Regex");
    if (regex.isAbsent()) {
      throw split.get("pattern").unsupported("only regular expressions split text");
    }
    // The known patterns match all of a text, so isolating matches and keeping only them is one.
    var behavior = split.get("behavior").string();
    var inverted = split.get("invert").flag(false);
    if (!behavior.equals("Isolated") && !(behavior.equals("Removed") && inverted)) {
      throw split.get("behavior").unsupported("'" + behavior + "'");
    }
    return SplitPattern.ofRegex(regex.string())
        .map(PreTokenization.ByPattern::new)
        .orElseThrow(() ->
            regex.unsupported("not the pattern of GPT-2, Llama 3 or Qwen2: " + regex.string()));
  }

  private static PreTokenization metaspace(JsonField metaspace) {
    return new PreTokenization.Metaspace(
        space(metaspace).charAt(0), prepend(metaspace), metaspace.get("split").flag(true));
  }

  /** The one character that stands for spaces. */
  static String space(JsonField metaspace) {
    var space = metaspace.get("replacement").string();
    if (space.length() != 1) {
      throw metaspace.get("replacement").broken("expected one character, found '" + space + "'");
    }
    return space;
  }

  static PreTokenization.Prepend prepend(JsonField metaspace) {
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
}
