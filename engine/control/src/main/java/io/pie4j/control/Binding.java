package io.pie4j.control;

import io.pie4j.control.ControlException.Code;

/** Where a virtual page or embed is in its life. */
enum Binding {
  /** The program has its id; the allocation waits in its queue. */
  PENDING,
  /** Has physical memory. */
  BOUND,
  /** The allocation found no memory. */
  FAILED,
  /** Given back. */
  FREED;

  static boolean usable(String call, String argument, int index, VirtualPage page) {
    return page.binding == BOUND || usable(call, argument + "[" + index + "]", page);
  }

  static boolean usable(String call, String argument, int index, VirtualEmbed embed) {
    return embed.binding == BOUND || usable(call, argument + "[" + index + "]", embed);
  }

  static boolean usable(String call, String argument, VirtualPage page) {
    return page.binding.usable(call, argument, "page " + page.id);
  }

  static boolean usable(String call, String argument, VirtualEmbed embed) {
    return embed.binding.usable(call, argument, "embed " + embed.id);
  }

  /** False if the allocation has not run yet; it was called earlier, so it will. */
  private boolean usable(String call, String argument, String what) {
    return switch (this) {
      case BOUND -> true;
      case PENDING -> false;
      case FAILED ->
          throw new ControlException(
              Code.OUT_OF_MEMORY,
              call + ": " + argument + ": " + what + " got no memory when it was allocated");
      case FREED ->
          throw new ControlException(
              Code.NOT_FOUND, call + ": " + argument + ": " + what + " was freed on another queue");
    };
  }
}
