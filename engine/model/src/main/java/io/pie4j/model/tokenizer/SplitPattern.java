package io.pie4j.model.tokenizer;

import java.util.Arrays;
import java.util.Optional;

/**
 * The regular expressions by which byte-level tokenizers cut text into words, as scanners: each
 * character is looked at a bounded number of times, whatever the text.
 */
enum SplitPattern {
  GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
  LLAMA3(modern("\\p{N}{1,3}")),
  QWEN2(modern("\\p{N}"));

  private final String regex;

  SplitPattern(String regex) {
    this.regex = regex;
  }

  private static String modern(String numbers) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + numbers
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  String regex() {
    return regex;
  }

  static Optional<SplitPattern> ofRegex(String regex) {
    return Arrays.stream(values()).filter(pattern -> pattern.regex.equals(regex)).findFirst();
  }

  /**
   * The pattern that a GGUF file means by {@code tokenizer.ggml.pre}. Files of before that key was
   * introduced, and {@code default}, are read as GPT-2.
   *
   * @throws TokenizerException.Unsupported for other names
   */
  static SplitPattern ofGguf(String pre) {
    return switch (pre) {
      case "gpt-2", "gpt2", "default", "" -> GPT2;
      case "llama-bpe", "llama3", "llama-v3", "falcon3" -> LLAMA3;
      case "qwen2", "deepseek-r1-qwen" -> QWEN2;
      default ->
          throw new TokenizerException.Unsupported(
              "tokenizer.ggml.pre", "'" + pre + "'; known are gpt-2, llama-bpe and qwen2");
    };
  }

  /** Where the word that begins at {@code start} ends; {@code start} must be inside the text. */
  int wordEnd(String text, int start) {
    return this == GPT2 ? gpt2WordEnd(text, start) : modernWordEnd(text, start);
  }

  private static int gpt2WordEnd(String text, int start) {
    var contraction = contractionEnd(text, start, false);
    if (contraction > start) {
      return contraction;
    }
    var spaced = text.charAt(start) == ' ' ? start + 1 : start;
    if (spaced < text.length()) {
      var kind = kind(text.codePointAt(spaced));
      if (kind != Kind.SPACE) {
        return runEnd(text, spaced, kind);
      }
    }
    return spaceEnd(text, start, runEnd(text, start, Kind.SPACE));
  }

  private int modernWordEnd(String text, int start) {
    var contraction = contractionEnd(text, start, true);
    if (contraction > start) {
      return contraction;
    }
    var first = text.codePointAt(start);
    var second = start + Character.charCount(first);
    return switch (kind(first)) {
      case LETTER -> runEnd(text, start, Kind.LETTER);
      case NUMBER -> this == QWEN2 ? second : numbersEnd(text, start, 3);
      case OTHER ->
          startsWith(Kind.LETTER, text, second)
              ? runEnd(text, second, Kind.LETTER)
              : newlinesEnd(text, runEnd(text, start, Kind.OTHER));
      case SPACE -> modernSpaceEnd(text, start);
    };
  }

  private static int modernSpaceEnd(String text, int start) {
    var first = text.charAt(start);
    if (!isNewline(first) && startsWith(Kind.LETTER, text, start + 1)) {
      return runEnd(text, start + 1, Kind.LETTER);
    }
    if (first == ' ' && startsWith(Kind.OTHER, text, start + 1)) {
      return newlinesEnd(text, runEnd(text, start + 1, Kind.OTHER));
    }
    var end = runEnd(text, start, Kind.SPACE);
    for (int i = end; i > start; i--) {
      if (isNewline(text.charAt(i - 1))) {
        return i;
      }
    }
    return spaceEnd(text, start, end);
  }

  /** {@code \s+(?!\S)|\s+}: the last space of a run is left to the word that follows. */
  private static int spaceEnd(String text, int start, int runEnd) {
    return runEnd == text.length() || runEnd == start + 1 ? runEnd : runEnd - 1;
  }

  private static int contractionEnd(String text, int start, boolean ignoreCase) {
    if (text.charAt(start) != '\'' || start + 1 == text.length()) {
      return start;
    }
    var first = lower(text.charAt(start + 1), ignoreCase);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return start + 2;
    }
    if (start + 2 == text.length()) {
      return start;
    }
    var second = lower(text.charAt(start + 2), ignoreCase);
    var found =
        ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
    return found ? start + 3 : start;
  }

  private static char lower(char c, boolean ignoreCase) {
    if (!ignoreCase) {
      return c;
    }
    // Under case folding the long s is an s; no other character folds to a letter asked for here.
    return c == 'ſ' ? 's' : c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  private static boolean startsWith(Kind kind, String text, int at) {
    return at < text.length() && kind(text.codePointAt(at)) == kind;
  }

  private static int runEnd(String text, int start, Kind kind) {
    var end = start;
    while (end < text.length()) {
      var c = text.codePointAt(end);
      if (kind(c) != kind) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }

  private static int numbersEnd(String text, int start, int most) {
    var end = start;
    for (int i = 0; i < most && startsWith(Kind.NUMBER, text, end); i++) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  private static int newlinesEnd(String text, int start) {
    var end = start;
    while (end < text.length() && isNewline(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isNewline(int c) {
    return c == '\n' || c == '\r';
  }

  private enum Kind {
    LETTER,
    NUMBER,
    SPACE,
    OTHER
  }

  private static Kind kind(int c) {
    if (Character.isLetter(c)) {
      return Kind.LETTER;
    }
    if (Unicode.isSpace(c)) {
      return Kind.SPACE;
    }
    return Unicode.isNumber(c) ? Kind.NUMBER : Kind.OTHER;
  }
}
