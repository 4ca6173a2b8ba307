package io.pie4j.inferlets.contract;

import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import java.util.List;
import java.util.Optional;

/** Text and images as embeddings. */
final class InputChecks {
  private InputChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("embed-txt", InputChecks::text, "input-text.embed-txt"),
        Check.of("num-embs-needed", InputChecks::imageSize, "input-image.num-embs-needed"),
        Check.of("embed-img", InputChecks::image, "input-image.embed-img"));
  }

  /** An embed is what was written to it last, token and position; written in any order. */
  private static void text(Stage stage) {
    Passes passes = stage.passes();
    int[] question = passes.question("Count to five.");
    int count = question.length;
    Distribution expected = passes.alone(question, Passes.range(0, count));
    int[] embeds = passes.embeds(count);
    int[] output = passes.embeds(1);
    for (int i = count - 1; i >= 0; i--) {
      embed(stage, passes, 7, 3, embeds[i]);
      embed(stage, passes, question[i], i, embeds[i]);
    }
    int[] none = {};
    stage.api().forward().forward(passes.queue(), none, embeds, none, output, Optional.empty());
    Expect.same(passes.read(output[0]), expected, "what was embedded token by token");
  }

  private static void embed(Stage stage, Passes passes, int token, int position, int embed) {
    stage
        .api()
        .inputText()
        .embedTxt(passes.queue(), new int[] {token}, new int[] {position}, new int[] {embed});
  }

  private static void imageSize(Stage stage) {
    Expect.refused(
        ErrorCode.UNSUPPORTED,
        () -> stage.api().inputImage().numEmbsNeeded(stage.model(), 640, 480),
        "num-embs-needed",
        "input-image");
  }

  private static void image(Stage stage) {
    Passes passes = stage.passes();
    int[] embeds = passes.embeds(1);
    Expect.refused(
        ErrorCode.UNSUPPORTED,
        () ->
            stage
                .api()
                .inputImage()
                .embedImg(passes.queue(), new byte[] {1, 2}, new int[] {0}, embeds),
        "embed-img",
        "input-image");
  }
}
