package io.pie4j.application;

import io.pie4j.api.Adapter;
import io.pie4j.api.ApiException;
import io.pie4j.api.AttentionMask;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.LoadedAdapter;
import io.pie4j.api.Model;
import io.pie4j.api.Queue;
import io.pie4j.control.CommandQueue;
import io.pie4j.control.ControlException;
import java.util.List;
import java.util.Optional;

/** Low-rank adaptations: which there are, loading them, and forwards with one. */
final class HostAdapters implements Adapter {
  private final HostSide host;

  HostAdapters(HostSide host) {
    this.host = host;
  }

  @Override
  public List<String> availableAdapters(Model model) {
    return HostModels.served(model).adapters().names();
  }

  @Override
  public LoadedAdapter loadAdapter(Model model, String name) {
    ServedModel served = HostModels.served(model);
    if (!served.takesAdapters()) {
      throw new ApiException(
          ErrorCode.UNSUPPORTED,
          "load-adapter: model "
              + served.name()
              + " does not offer the trait adapter; available-traits lists what it offers");
    }
    try {
      served.adapters().require(name);
      return new Held(
          host.parked(
              () -> host.space(served).loadAdapter(name, () -> served.adapters().read(name))));
    } catch (ControlException failure) {
      throw HostSide.error(failure);
    }
  }

  @Override
  public void forwardWithAdapter(
      Queue queue,
      LoadedAdapter adapter,
      int[] inputPages,
      int[] inputEmbeds,
      int[] outputPages,
      int[] outputEmbeds,
      Optional<AttentionMask> mask) {
    CommandQueue commands = HostQueues.commands(queue);
    io.pie4j.control.LoadedAdapter held = ((Held) adapter).adapter();
    try {
      if (mask.isPresent()) {
        int[][] rows = mask.get().rows().toArray(int[][]::new);
        commands.forward(held, inputPages, inputEmbeds, outputPages, outputEmbeds, rows);
      } else {
        commands.forward(held, inputPages, inputEmbeds, outputPages, outputEmbeds);
      }
    } catch (ControlException failure) {
      throw HostSide.error(failure);
    }
  }

  private record Held(io.pie4j.control.LoadedAdapter adapter) implements LoadedAdapter {
    @Override
    public String name() {
      return adapter.name();
    }

    @Override
    public int rank() {
      return adapter.rank();
    }

    @Override
    public void close() {
      adapter.close();
    }
  }
}
