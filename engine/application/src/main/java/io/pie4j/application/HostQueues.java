package io.pie4j.application;

import io.pie4j.api.FutureUnit;
import io.pie4j.api.Model;
import io.pie4j.api.Priority;
import io.pie4j.api.Queue;
import io.pie4j.api.Queues;
import io.pie4j.control.CommandQueue;
import io.pie4j.control.ControlException;

/** Command queues. */
final class HostQueues implements Queues {
  private final HostSide host;

  HostQueues(HostSide host) {
    this.host = host;
  }

  @Override
  public Queue createQueue(Model model) {
    try {
      return new HostQueue(
          (HostModels.HostModel) model, host.space(HostModels.served(model)).createQueue());
    } catch (ControlException failure) {
      throw HostSide.error(failure);
    }
  }

  @Override
  public FutureUnit synchronize(Queue queue) {
    try {
      return new HostFuture.Unit(host, Answer.queued(commands(queue).synchronize()));
    } catch (ControlException failure) {
      return new HostFuture.Unit(host, Answer.failed(HostSide.error(failure)));
    }
  }

  @Override
  public void setQueuePriority(Queue queue, Priority priority) {
    commands(queue)
        .setPriority(
            switch (priority) {
              case LOW -> io.pie4j.control.Priority.LOW;
              case NORMAL -> io.pie4j.control.Priority.NORMAL;
              case HIGH -> io.pie4j.control.Priority.HIGH;
            });
  }

  static CommandQueue commands(Queue queue) {
    return ((HostQueue) queue).commands();
  }

  record HostQueue(HostModels.HostModel model, CommandQueue commands) implements Queue {
    @Override
    public void close() {
      commands.close();
    }
  }
}
