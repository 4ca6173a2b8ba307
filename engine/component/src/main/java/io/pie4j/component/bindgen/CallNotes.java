package io.pie4j.component.bindgen;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a call's documentation says: its first sentence, and the last line, which has one form:
 * {@code Control|Inference layer. Errors: …. Paper ….} (without errors where the call cannot fail).
 *
 * @param sentence what the call does
 * @param layer control or inference
 * @param errors codes, or a few words; empty if it cannot fail
 * @param paper a section or table of the paper
 */
record CallNotes(String sentence, String layer, String errors, String paper) {
  private static final Pattern LAST_LINE =
      Pattern.compile(
          "(Control|Inference) layer\\.(?: Errors: ([^.]+)\\.)? Paper ([^.]+(?:\\.\\d[^.]*)*)\\.");

  private static final Pattern SENTENCE = Pattern.compile("(.+?[.])(?:\\s.*)?");

  /** Of a call by its full name; single words among its errors must be among {@code codes}. */
  static CallNotes of(String call, String docs, List<String> codes) {
    int cut = docs.lastIndexOf('\n');
    Matcher last = LAST_LINE.matcher(docs.substring(cut + 1));
    if (cut < 0 || !last.matches()) {
      throw new BindgenException(
          call
              + ": the last line of its documentation must be"
              + " 'Control|Inference layer. Errors: …. Paper ….', found '"
              + docs.substring(cut + 1)
              + "'");
    }
    String errors = last.group(2) == null ? "" : last.group(2);
    for (String item : errors.split("[;,]", -1)) {
      String word = item.strip().replaceFirst("^on the queue ", "");
      if (!word.isEmpty() && !word.contains(" ") && !codes.contains(word)) {
        throw new BindgenException(call + ": there is no error code '" + word + "'");
      }
    }
    return new CallNotes(
        firstSentence(docs.substring(0, cut)),
        last.group(1).toLowerCase(Locale.ROOT),
        errors,
        last.group(3));
  }

  /** The first sentence of a documentation, or all of it if it is none. */
  static String firstSentence(String docs) {
    String line = docs.replace('\n', ' ').strip();
    Matcher sentence = SENTENCE.matcher(line);
    return sentence.matches() ? sentence.group(1) : line;
  }
}
