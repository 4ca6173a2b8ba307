package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.inference.cpu.DenseTransformer;
import io.pie4j.inferlet.Beams;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Probabilities of whole texts: those that beam search finds, and those of texts that are given.
 */
@Timeout(120)
final class BeamsTest {
  private static final Path REFERENCE =
      TestEngine.ROOT.resolve("inferlets/beam-search/src/test/resources/beam-search/reference.txt");

  @TempDir private static Path cache;

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "qwen2"})
  void findsWhatHuggingFaceFinds(String model) throws IOException {
    List<String[]> cases;
    try (Stream<String> lines = Files.lines(REFERENCE)) {
      cases = lines.map(line -> line.split(";", -1)).filter(c -> c[0].equals(model)).toList();
    }
    assertThat(cases).hasSize(27);
    try (TinyEngine engine = new TinyEngine(model, 8, cache)) {
      for (String[] fields : cases) {
        List<Beams.Found> found =
            search(
                engine,
                numbers(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[4]),
                Double.parseDouble(fields[3]),
                numbers(fields[5]));
        assertThat(found).as(fields[1]).hasSize(fields.length - 6);
        for (int i = 0; i < found.size(); i++) {
          String[] expected = fields[6 + i].split(": ", -1);
          assertThat(found.get(i).tokens())
              .as("rank %d behind %s", i, fields[1])
              .isEqualTo(numbers(expected[1]));
          double score = Double.parseDouble(expected[0]);
          assertThat(found.get(i).score()).isCloseTo(score, within(1e-5 * Math.abs(score) + 1e-6));
        }
      }
    }
  }

  /**
   * All pairs of tokens, by the definition of the model; the beams are wide enough to find them.
   */
  @Test
  void findsTheBestOfAllTexts() {
    int[] prompt = {10, 20, 30, 40, 50};
    try (TinyEngine engine = new TinyEngine("llama3", 8, cache)) {
      DenseTransformer dense =
          new DenseTransformer(engine.model().config(), engine.model().weights());
      List<DenseTransformer.Token> all = new ArrayList<>();
      double[] first = next(dense, all, prompt);
      List<Beams.Found> texts = new ArrayList<>();
      for (int one = 0; one < first.length; one++) {
        double[] second = next(dense, new ArrayList<>(all), one);
        for (int two = 0; two < second.length; two++) {
          double logProbability = Math.log(first[one]) + Math.log(second[two]);
          texts.add(new Beams.Found(new int[] {one, two}, logProbability, logProbability));
        }
      }
      texts.sort(Comparator.comparingDouble(Beams.Found::score).reversed());

      List<Beams.Found> found = search(engine, prompt, 40, 2, 0);
      for (int i = 0; i < 10; i++) {
        assertThat(found.get(i).tokens()).isEqualTo(texts.get(i).tokens());
        assertThat(found.get(i).logProbability())
            .isCloseTo(texts.get(i).logProbability(), within(1e-4));
      }
    }
  }

  @Test
  void scoresTextsAsTheModelDefinesThem() {
    Random random = new Random(31);
    try (TinyEngine engine = new TinyEngine("llama3", 8, cache)) {
      DenseTransformer dense =
          new DenseTransformer(engine.model().config(), engine.model().weights());
      for (int round = 0; round < 10; round++) {
        int[] prompt = random.ints(1 + random.nextInt(20), 0, 300).toArray();
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          texts.add(random.ints(1 + random.nextInt(12), 0, 300).toArray());
        }
        List<float[]> scores =
            engine.ask(api -> {
              try (Context context = Context.create(api)) {
                context.fillTokens(prompt);
                List<Context> forks = texts.stream().map(text -> context.fork()).toList();
                List<Task<float[]>> tasks = new ArrayList<>();
                for (int i = 0; i < forks.size(); i++) {
                  tasks.add(forks.get(i).score(texts.get(i)));
                }
                List<float[]> result = Task.all(tasks).await(api);
                forks.forEach(Context::close);
                return result;
              }
            });
        for (int i = 0; i < texts.size(); i++) {
          List<DenseTransformer.Token> all = new ArrayList<>();
          double[] next = next(dense, all, prompt);
          for (int t = 0; t < texts.get(i).length; t++) {
            int token = texts.get(i)[t];
            assertThat((double) scores.get(i)[t]).isCloseTo(Math.log(next[token]), within(1e-4));
            next = next(dense, all, token);
          }
        }
      }
    }
  }

  private static double[] next(
      DenseTransformer dense, List<DenseTransformer.Token> all, int... tokens) {
    DenseTransformer.Embedded[] inputs = new DenseTransformer.Embedded[tokens.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = dense.embed(tokens[i], all.size() + i);
    }
    DenseTransformer.Embedded[] outputs = dense.run(all, inputs, Optional.empty());
    return dense.probabilities(outputs[outputs.length - 1]);
  }

  private static List<Beams.Found> search(
      TinyEngine engine, int[] prompt, int width, int most, double penalty, int... stops) {
    return engine.ask(api -> {
      try (Context context = Context.create(api)) {
        context.fillTokens(prompt);
        List<Beams.Found> found = Beams.search(api, context, width, most, penalty, stops);
        assertThat(context.tokens()).isEqualTo(prompt);
        return found;
      }
    });
  }

  private static int[] numbers(String words) {
    return words.isEmpty()
        ? new int[0]
        : Arrays.stream(words.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }
}
