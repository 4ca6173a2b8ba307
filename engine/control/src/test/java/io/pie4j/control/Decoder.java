package io.pie4j.control;

import io.pie4j.inference.Readout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A program as most are: it decodes token by token, each token chosen by what it saw, and takes a
 * page whenever the last is full. The test makes it go on.
 */
final class Decoder {
  private static final int VOCABULARY = 1 << 20;

  final AddressSpace space;
  final CommandQueue queue;
  private final int pageSize;
  private final int length;
  private final int[] embed;
  private int[] pages = {};
  private @Nullable Pending<Readout.Result.Distribution> awaited;
  private Optional<ControlException> failure = Optional.empty();
  final List<Integer> tokens = new ArrayList<>();

  Decoder(AddressSpace space, int pageSize, int seed, int length) {
    this.space = space;
    this.pageSize = pageSize;
    this.length = length;
    queue = space.createQueue();
    embed = queue.allocateEmbeds(1);
    tokens.add(seed);
  }

  boolean isDone() {
    return tokens.size() > length || failure.isPresent();
  }

  Optional<ControlException> failure() {
    return failure;
  }

  /** Takes the answer if it is there, and asks for the next token. */
  void goOn() {
    if (isDone()) {
      return;
    }
    try {
      if (awaited != null) {
        if (!awaited.isReady()) {
          return;
        }
        tokens.add(awaited.poll().orElseThrow().ids()[0]);
      }
      if (isDone()) {
        space.close();
      } else {
        step();
      }
    } catch (ControlException e) {
      failure = Optional.of(e);
      space.close();
    }
  }

  private void step() {
    int position = tokens.size() - 1;
    if (position % pageSize == 0) {
      int[] more = new int[pages.length + 1];
      System.arraycopy(pages, 0, more, 0, pages.length);
      more[pages.length] = queue.allocatePages(1)[0];
      pages = more;
    }
    queue.embedText(new int[] {tokens.getLast() % VOCABULARY}, new int[] {position}, embed);
    queue.forward(pages, embed, pages, embed);
    awaited = queue.nextDistribution(embed[0], 3);
  }
}
