package io.pie4j.inferlets.contract;

import io.pie4j.api.Adapter;
import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.LoadedAdapter;
import java.util.List;
import java.util.Optional;

/**
 * Low-rank adaptations. The launching side has two: {@code silent}, of rank 2, adds nothing, and
 * {@code loud}, of rank 3, changes what the model says.
 */
final class AdapterChecks {
  private static final int[] NONE = {};

  private AdapterChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("available-adapters", AdapterChecks::available, "adapter.available-adapters"),
        Check.of(
            "load-adapter",
            AdapterChecks::load,
            "adapter.load-adapter",
            "adapter.loaded-adapter.name",
            "adapter.loaded-adapter.rank"),
        Check.of("forward-with-adapter", AdapterChecks::forward, "adapter.forward-with-adapter"));
  }

  private static void available(Stage stage) {
    Expect.equal(
        stage.api().adapter().availableAdapters(stage.model()),
        List.of("loud", "silent"),
        "the adapters");
  }

  private static void load(Stage stage) {
    Adapter adapters = stage.api().adapter();
    try (LoadedAdapter silent = adapters.loadAdapter(stage.model(), "silent");
        LoadedAdapter loud = adapters.loadAdapter(stage.model(), "loud");
        LoadedAdapter again = adapters.loadAdapter(stage.model(), "loud")) {
      Expect.equal(silent.name(), "silent", "its name");
      Expect.equal(silent.rank(), 2, "its rank");
      Expect.equal(loud.name(), "loud", "its name");
      Expect.equal(loud.rank(), 3, "its rank");
      Expect.equal(again.rank(), 3, "its rank when it is loaded again");
    }
    Expect.refused(
        ErrorCode.NOT_FOUND,
        () -> adapters.loadAdapter(stage.model(), "mute"),
        "load-adapter",
        "mute");
  }

  private static void forward(Stage stage) {
    Adapter adapters = stage.api().adapter();
    Passes passes = stage.passes();
    int[] question = passes.question("What is the capital of France?");
    int[] positions = Passes.range(0, question.length);
    Distribution plain = passes.alone(question, positions);
    try (LoadedAdapter silent = adapters.loadAdapter(stage.model(), "silent");
        LoadedAdapter loud = adapters.loadAdapter(stage.model(), "loud")) {
      Expect.same(
          with(stage, passes, silent, question), plain, "with an adapter that adds nothing");
      Distribution changed = with(stage, passes, loud, question);
      Expect.different(changed, plain, "with and without an adapter");
      Expect.same(with(stage, passes, loud, question), changed, "with the adapter again");
    }
    Expect.same(passes.alone(question, positions), plain, "without an adapter again");
  }

  private static Distribution with(
      Stage stage, Passes passes, LoadedAdapter adapter, int[] question) {
    int[] embeds = passes.embeds(question.length);
    stage
        .api()
        .inputText()
        .embedTxt(passes.queue(), question, Passes.range(0, question.length), embeds);
    int[] output = passes.embeds(1);
    stage
        .api()
        .adapter()
        .forwardWithAdapter(passes.queue(), adapter, NONE, embeds, NONE, output, Optional.empty());
    return passes.read(output[0]);
  }
}
