package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Model;
import io.pie4j.api.Program;
import io.pie4j.api.Queue;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fails in the way that its first argument names. What it says before shows that it got there.
 *
 * <table>
 *   <caption>The ways</caption>
 *   <tr><td>throw</td><td>an exception: the program's own error</td></tr>
 *   <tr><td>trap</td><td>an index outside an array: a trap of WebAssembly</td></tr>
 *   <tr><td>recurse</td><td>endless recursion</td></tr>
 *   <tr><td>objects</td><td>Java objects without end</td></tr>
 *   <tr><td>array</td><td>one array of a gigabyte</td></tr>
 *   <tr><td>memory</td><td>linear memory without end (WebAssembly alone)</td></tr>
 *   <tr><td>spin</td><td>a loop without end</td></tr>
 *   <tr><td>sleep</td><td>waiting without end</td></tr>
 *   <tr><td>foreign-page</td><td>a page that it does not have</td></tr>
 *   <tr><td>leak</td><td>allocates pages and embeds, then an exception</td></tr>
 *   <tr><td>flood</td><td>output without end</td></tr>
 * </table>
 */
public final class Misbehave implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Misbehave());
  }

  @Override
  public void run(Api api) {
    List<String> arguments = api.runtime().arguments();
    String way = arguments.isEmpty() ? "" : arguments.getFirst();
    api.runtime().print("about to " + way + "\n");
    switch (way) {
      case "throw" -> throw new IllegalStateException("this program fails on purpose");
      case "trap" -> api.runtime().print("read " + read(new int[1], arguments.size()));
      case "recurse" -> api.runtime().print("sum " + recurse(1));
      case "objects" -> objects(api);
      case "array" -> api.runtime().print("length " + new byte[1 << 30].length);
      case "memory" -> LinearMemory.exhaust();
      case "spin" -> spin(api);
      case "sleep" -> sleep(api);
      case "foreign-page" -> foreignPage(api);
      case "leak" -> leak(api);
      case "flood" -> flood(api);
      default -> throw new IllegalArgumentException("no way to fail is called '" + way + "'");
    }
  }

  private static int read(int[] values, int index) {
    return values[index];
  }

  private static int recurse(int depth) {
    return depth == 0 ? 0 : recurse(depth + 1) + depth;
  }

  private static void objects(Api api) {
    List<int[]> kept = new ArrayList<>();
    while (kept.size() < Integer.MAX_VALUE) {
      kept.add(new int[1 << 12]);
    }
    api.runtime().print("kept " + kept.size());
  }

  private static void spin(Api api) {
    long count = 1;
    while (count != 0) {
      count += 2;
    }
    api.runtime().print("counted to " + count);
  }

  private static void sleep(Api api) {
    while (true) {
      try (FutureUnit hour = api.runtime().sleep(3_600_000)) {
        hour.await();
      }
    }
  }

  private static void foreignPage(Api api) {
    try (Model model = api.models().availableModels().getFirst();
        Queue queue = api.queues().createQueue(model);
        FutureUnit done = enqueueForeignPage(api, queue)) {
      done.await();
    }
  }

  private static FutureUnit enqueueForeignPage(Api api, Queue queue) {
    int[] embeds = api.allocate().allocEmb(queue, 1);
    api.inputText().embedTxt(queue, new int[] {0}, new int[] {0}, embeds);
    api.forward()
        .forward(queue, new int[] {123_456}, embeds, new int[] {}, embeds, Optional.empty());
    return api.queues().synchronize(queue);
  }

  private static void leak(Api api) {
    Model model = api.models().availableModels().getFirst();
    Queue queue = api.queues().createQueue(model);
    int[] pages = api.allocate().allocKvpage(queue, 4);
    int[] embeds = api.allocate().allocEmb(queue, 8);
    api.queues().synchronize(queue).await();
    throw new IllegalStateException(
        "left " + pages.length + " pages and " + embeds.length + " embeds behind on purpose");
  }

  private static void flood(Api api) {
    String line = "x".repeat(1023) + "\n";
    while (true) {
      api.runtime().print(line);
    }
  }
}
