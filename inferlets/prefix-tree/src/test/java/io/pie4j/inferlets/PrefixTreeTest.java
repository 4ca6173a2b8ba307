package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.model.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class PrefixTreeTest {
  private static final int PAGE = 8;

  @Test
  void drawsTheTree() {
    try (Stage stage = Stage.demo(PAGE)) {
      Ran ran = stage.run(new PrefixTree()).finished();
      assertThat(ran.printed()).contains("+ 8 tokens computed\n  + ").contains("Once the cat");
      assertThat(stage.runWasm("prefix-tree").finished().printed()).isEqualTo(ran.printed());
    }
  }

  /** Beginnings that several texts share take the pages of one. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void usesThePagesOfItsEdges(long seed) {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    texts.add(words(random, 30));
    while (texts.size() < 12) {
      String[] words = texts.get(random.nextInt(texts.size())).split(" ", -1);
      int kept = random.nextInt(words.length);
      String text =
          String.join(" ", Arrays.copyOf(words, kept))
              + " "
              + words(random, 5 + random.nextInt(25));
      texts.add(text.strip());
    }
    try (Stage stage = Stage.random(seed, PAGE)) {
      int generated = 8;
      Ran ran =
          stage.run(
              new PrefixTree(),
              "--json",
              "--texts=" + String.join("|", texts),
              "--max-tokens=" + generated);
      JsonNode completions = ran.json().get("completions");
      assertThat(completions).hasSize(texts.size());
      assertThat(ran.pagesHeldMost()).isEqualTo(pagesOfEdges(stage.files(), texts, generated - 1));
      // A text gets the completion that it gets alone.
      Ran alone =
          stage.run(
              new PrefixTree(), "--json", "--texts=" + texts.get(5), "--max-tokens=" + generated);
      assertThat(completions.toString())
          .contains(alone.json().get("completions").get(0).toString());
    }
  }

  /** Each beginning of whole pages once, and each text's own last page and what it generates. */
  private static int pagesOfEdges(LanguageModel files, List<String> texts, int computed) {
    Set<String> pages = new HashSet<>();
    for (int i = 0; i < texts.size(); i++) {
      int[] tokens = files.tokenizer().encode(texts.get(i));
      int size = tokens.length + computed;
      for (int from = 0; from < size; from += PAGE) {
        boolean shared = from + PAGE < tokens.length;
        pages.add(
            shared
                ? Arrays.toString(Arrays.copyOf(tokens, from + PAGE))
                : "page " + from + " of text " + i);
      }
    }
    return pages.size();
  }

  private static String words(Random random, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(
          List.of("red", "fox", "code", "story", "sun", "cat", "moon").get(random.nextInt(7)));
    }
    return String.join(" ", words);
  }
}
