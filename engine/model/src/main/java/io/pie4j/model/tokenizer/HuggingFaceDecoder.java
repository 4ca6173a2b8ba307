package io.pie4j.model.tokenizer;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads how a tokenizer.json turns tokens into text. Of decoders in a sequence, those that the
 * known families use are understood, in the order in which they use them: replacements, byte
 * fallback, fuse, strip.
 */
final class HuggingFaceDecoder {
  private final List<Normalization.Replace> replacements = new ArrayList<>();
  private boolean byteFallback;
  private boolean fused;
  private char strip = ' ';
  private int stripMost;
  private String muteFirst = "";

  private HuggingFaceDecoder() {}

  static Decoding read(JsonField decoder) {
    if (decoder.isAbsent()) {
      throw decoder.unsupported("no decoder is named");
    }
    List<JsonField> steps = new ArrayList<>();
    flatten(decoder, steps);
    if (steps.size() == 1 && type(steps.getFirst()).equals("ByteLevel")) {
      return new ByteLevelDecoding();
    }
    var reader = new HuggingFaceDecoder();
    steps.forEach(reader::step);
    return new SentencePieceDecoding(
        reader.replacements, reader.byteFallback, reader.strip, reader.stripMost, reader.muteFirst);
  }

  private static void flatten(JsonField decoder, List<JsonField> steps) {
    if (type(decoder).equals("Sequence")) {
      decoder.get("decoders").list().forEach(step -> flatten(step, steps));
    } else {
      steps.add(decoder);
    }
  }

  private static String type(JsonField decoder) {
    return decoder.get("type").string();
  }

  private void step(JsonField step) {
    var type = type(step);
    var inOrder =
        switch (type) {
          case "Metaspace" -> replacements.isEmpty() && !byteFallback && !fused;
          case "Replace" -> !byteFallback && !fused;
          case "ByteFallback", "Fuse" -> !fused;
          case "Strip" -> fused && stripMost == 0;
          default -> false;
        };
    if (!inOrder) {
      throw step.unsupported("decoder '" + type + "' at this place");
    }
    switch (type) {
      case "Metaspace" -> metaspace(step);
      case "Replace" -> replacements.add(HuggingFaceText.replace(step));
      case "ByteFallback" -> byteFallback = true;
      case "Fuse" -> fused = true;
      default -> strip(step);
    }
  }

  private void metaspace(JsonField step) {
    var space = HuggingFaceText.space(step);
    replacements.add(new Normalization.Replace(space, " "));
    if (HuggingFaceText.prepend(step) != PreTokenization.Prepend.NEVER) {
      muteFirst = space;
    }
  }

  private void strip(JsonField step) {
    var content = step.get("content").string();
    if (content.length() != 1 || step.get("stop").count() != 0) {
      throw step.unsupported("only one character can be stripped, and only at the start");
    }
    strip = content.charAt(0);
    stripMost = step.get("start").count();
  }
}
