package io.pie4j.model.tokenizer;

import java.util.List;

/** What is done to text before it is cut into words. */
sealed interface Normalization {
  String apply(String text);

  /** Nothing. */
  record Identity() implements Normalization {
    @Override
    public String apply(String text) {
      return text;
    }
  }

  /** Canonical composition. */
  record Compose() implements Normalization {
    @Override
    public String apply(String text) {
      return Nfc.normalize(text);
    }
  }

  /** Something before every text that is not empty. */
  record Prepend(String prefix) implements Normalization {
    @Override
    public String apply(String text) {
      return text.isEmpty() ? text : prefix + text;
    }
  }

  record Replace(String pattern, String content) implements Normalization {
    @Override
    public String apply(String text) {
      return text.replace(pattern, content);
    }
  }

  /** One after the other. */
  record Sequence(List<Normalization> steps) implements Normalization {
    public Sequence {
      steps = List.copyOf(steps);
    }

    @Override
    public String apply(String text) {
      for (var step : steps) {
        text = step.apply(text);
      }
      return text;
    }
  }
}
