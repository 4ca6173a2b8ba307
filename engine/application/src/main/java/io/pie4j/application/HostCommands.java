package io.pie4j.application;

import io.pie4j.api.Allocate;
import io.pie4j.api.ApiException;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.ExportedPages;
import io.pie4j.api.Forward;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureScores;
import io.pie4j.api.FutureToken;
import io.pie4j.api.InputText;
import io.pie4j.api.Model;
import io.pie4j.api.OutputText;
import io.pie4j.api.Queue;
import io.pie4j.api.Sample;
import io.pie4j.api.Sampling;
import io.pie4j.application.Namespace.Use;
import io.pie4j.control.CommandQueue;
import io.pie4j.control.ControlException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Every call that goes through a queue: hands it to the control layer, and its errors back. */
final class HostCommands implements Allocate, Forward, InputText, OutputText, Sample {
  private static final int TOP_K_DEFAULT = 256;

  private final HostSide host;

  HostCommands(HostSide host) {
    this.host = host;
  }

  @Override
  public int[] allocKvpage(Queue queue, int count) {
    return on(queue, commands -> commands.allocatePages(count));
  }

  @Override
  public void deallocKvpage(Queue queue, int[] pages) {
    run(queue, commands -> commands.deallocatePages(pages));
  }

  @Override
  public int[] allocEmb(Queue queue, int count) {
    return on(queue, commands -> commands.allocateEmbeds(count));
  }

  @Override
  public void deallocEmb(Queue queue, int[] embeds) {
    run(queue, commands -> commands.deallocateEmbeds(embeds));
  }

  @Override
  public void copyKvpage(
      Queue queue, int source, int target, int sourceOffset, int targetOffset, int count) {
    run(queue, commands -> commands.copyPage(source, target, sourceOffset, targetOffset, count));
  }

  @Override
  public void exportKvpage(Queue queue, int[] pages, String name) {
    String key = key("export-kvpage", name, Use.CHANGE);
    named(key, name, () -> HostQueues.commands(queue).exportPages(pages, key));
  }

  @Override
  public int[] importKvpage(Queue queue, String name) {
    String key = key("import-kvpage", name, Use.READ);
    return named(key, name, () -> HostQueues.commands(queue).importPages(key));
  }

  @Override
  public void unexportKvpage(Model model, String name) {
    String key = key("unexport-kvpage", name, Use.CHANGE);
    String user = host.instance().user().name();
    named(key, name, () -> HostModels.served(model).controller().unexport(key, user));
  }

  @Override
  public List<ExportedPages> listExports(Model model) {
    if (!host.capabilities().has(Right.EXPORTS)) {
      return List.of();
    }
    Namespace names = host.namespace();
    return HostModels.served(model)
        .controller()
        .exports(key -> names.name(key).isPresent())
        .stream()
        .map(export ->
            new ExportedPages(
                names.name(export.name()).orElseThrow(),
                export.user(),
                export.pages(),
                export.tokens()))
        .sorted(Comparator.comparing(ExportedPages::name))
        .toList();
  }

  private String key(String call, String name, Use use) {
    host.require(call, Right.EXPORTS);
    return host.namespace().key(call, "name", name, use);
  }

  /** The control layer's errors name the engine's names; the program knows its own. */
  private static <T> T named(String key, String name, Supplier<T> call) {
    try {
      return call.get();
    } catch (ControlException failure) {
      ApiException error = HostSide.error(failure);
      throw new ApiException(
          error.code(), String.valueOf(error.getMessage()).replace(key, Namespace.visible(name)));
    }
  }

  private static void named(String key, String name, Runnable call) {
    named(
        key,
        name,
        () -> {
          call.run();
          return true;
        });
  }

  @Override
  public FutureProbabilities getFullDist(Queue queue, int embed) {
    long bytes = 4L * vocabularySize(queue);
    return held(
        "get-full-dist",
        bytes,
        () ->
            new HostFuture.Probabilities(
                host,
                Answer.queued(on(queue, commands -> commands.allProbabilities(embed))),
                bytes));
  }

  @Override
  public FutureScores score(Queue queue, int embed, int[] tokens) {
    long bytes = 4L * tokens.length;
    return held(
        "score",
        bytes,
        () ->
            new HostFuture.Scores(
                host, Answer.queued(on(queue, commands -> commands.score(embed, tokens))), bytes));
  }

  @Override
  public void forward(
      Queue queue,
      int[] inputPages,
      int[] inputEmbeds,
      int[] outputPages,
      int[] outputEmbeds,
      Optional<AttentionMask> mask) {
    run(
        queue,
        commands -> {
          if (mask.isPresent()) {
            int[][] rows = mask.get().rows().toArray(int[][]::new);
            commands.forward(inputPages, inputEmbeds, outputPages, outputEmbeds, rows);
          } else {
            commands.forward(inputPages, inputEmbeds, outputPages, outputEmbeds);
          }
        });
  }

  @Override
  public void maskKvpage(Queue queue, int page, boolean[] mask) {
    run(queue, commands -> commands.maskPage(page, mask));
  }

  @Override
  public void truncateKvpage(Queue queue, int page, int tokens) {
    run(queue, commands -> commands.truncatePage(page, tokens));
  }

  @Override
  public void embedTxt(Queue queue, int[] tokens, int[] positions, int[] embeds) {
    run(queue, commands -> commands.embedText(tokens, positions, embeds));
  }

  @Override
  public FutureDistribution getNextDist(Queue queue, int embed, OptionalInt topK) {
    int count = topK.orElse(TOP_K_DEFAULT);
    long bytes = 8L * Math.clamp(count, 0, vocabularySize(queue));
    return held(
        "get-next-dist",
        bytes,
        () ->
            new HostFuture.Dist(
                host,
                Answer.queued(on(queue, commands -> commands.nextDistribution(embed, count))),
                bytes));
  }

  private static int vocabularySize(Queue queue) {
    return ((HostQueues.HostQueue) queue).model().vocabSize();
  }

  /** A future whose answer takes so much, if there is room for it. */
  private <T> T held(String call, long bytes, Supplier<T> future) {
    host.answers().take(call, bytes);
    try {
      return future.get();
    } catch (RuntimeException refused) {
      host.answers().giveBack(bytes);
      throw refused;
    }
  }

  @Override
  public FutureToken sample(Queue queue, int embed, Sampling sampling, Optional<int[]> allowed) {
    return new HostFuture.Token(
        host,
        Answer.queued(
            on(
                queue,
                commands -> {
                  var how =
                      new io.pie4j.control.Sampling(
                          sampling.temperature(),
                          sampling.topK(),
                          sampling.topP(),
                          sampling.minP(),
                          sampling.seed());
                  return allowed.isPresent()
                      ? commands.sample(embed, how, allowed.get())
                      : commands.sample(embed, how);
                })));
  }

  private static <T> T on(Queue queue, Function<CommandQueue, T> call) {
    try {
      return call.apply(HostQueues.commands(queue));
    } catch (ControlException failure) {
      throw HostSide.error(failure);
    }
  }

  private static void run(Queue queue, Consumer<CommandQueue> call) {
    try {
      call.accept(HostQueues.commands(queue));
    } catch (ControlException failure) {
      throw HostSide.error(failure);
    }
  }
}
