package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.Child;
import io.pie4j.api.ClientFile;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureBytes;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureFile;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureResponse;
import io.pie4j.api.FutureScores;
import io.pie4j.api.FutureText;
import io.pie4j.api.FutureToken;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Pollable;
import io.pie4j.api.Response;
import io.pie4j.api.SampledToken;
import io.pie4j.api.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something under way inside one program, which has one thread (paper §4.3). A task ends with a
 * value or with an exception, once.
 *
 * <p>Tasks go on while the program awaits any of them: what follows a step is enqueued as soon as
 * the step is there, so that the steps of several forks share passes.
 *
 * <pre>{@code
 * Task<Generation> one = left.generation(Sampler.greedy(), stop);
 * Task<Generation> two = right.generation(Sampler.greedy(), stop);
 * List<Generation> both = Task.all(List.of(one, two)).await(api);
 * }</pre>
 *
 * <p>Cancelling a task cancels what it waits for. A failure reaches whoever awaits the task or what
 * was made of it; if nobody does, it is lost.
 */
public final class Task<T> {
  private final List<Runnable> whenDone = new ArrayList<>();
  private Runnable onCancel = () -> {};
  private @Nullable T value;
  private @Nullable RuntimeException failure;
  private boolean cancelled;

  private Task() {}

  public static <T> Task<T> completed(T value) {
    Task<T> task = new Task<>();
    task.value = value;
    return task;
  }

  public static <T> Task<T> failed(RuntimeException failure) {
    Task<T> task = new Task<>();
    task.failure = failure;
    return task;
  }

  /** The future is closed when the task ends, as by all methods of this name. */
  public static Task<Distribution> of(FutureDistribution future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<float[]> of(FutureProbabilities future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<SampledToken> of(FutureToken future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<Scores> of(FutureScores future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<String> of(FutureText future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<byte[]> of(FutureBytes future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<ClientFile> of(FutureFile future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<Response> of(FutureResponse future) {
    return waiting(future.subscribe(), future::get, future::close);
  }

  public static Task<Done> of(FutureUnit future) {
    return waiting(
        future.subscribe(),
        () -> future.get() ? Optional.of(Done.DONE) : Optional.empty(),
        future::close);
  }

  /** What the child printed, once it has ended. The child stays open, for its messages. */
  public static Task<String> of(Child child) {
    return waiting(child.subscribe(), child::get, () -> {});
  }

  private static <T> Task<T> waiting(
      Pollable pollable, Supplier<Optional<T>> result, Runnable close) {
    Task<T> task = new Task<>();
    Loop loop = Loop.current();
    Loop.Leaf leaf =
        new Loop.Leaf(
            pollable,
            () -> {
              try {
                task.complete(result.get().orElseThrow());
              } catch (RuntimeException failure) {
                task.fail(failure);
              } finally {
                close.run();
              }
            });
    task.onCancel =
        () -> {
          loop.remove(leaf);
          close.run();
        };
    try {
      loop.add(leaf);
    } catch (RuntimeException refused) {
      close.run();
      throw refused;
    }
    return task;
  }

  public boolean isDone() {
    return value != null || failure != null;
  }

  /** Whether it has ended with an exception of its own. */
  boolean hasFailed() {
    return failure != null && !cancelled;
  }

  /** Another task, begun with this one's value. */
  public <R> Task<R> then(Function<? super T, Task<R>> next) {
    Task<R> result = new Task<>();
    result.onCancel = this::cancel;
    onEnd(() -> {
      if (result.isDone()) {
        return;
      }
      if (failure != null) {
        result.fail(failure);
        return;
      }
      try {
        result.follow(next.apply(given()));
      } catch (RuntimeException thrown) {
        result.fail(thrown);
      }
    });
    return result;
  }

  public <R> Task<R> map(Function<? super T, R> change) {
    return then(given -> completed(change.apply(given)));
  }

  /** This task's value, or another in place of its failure. */
  public Task<T> recover(Function<RuntimeException, T> change) {
    Task<T> result = new Task<>();
    result.onCancel = this::cancel;
    onEnd(() -> {
      if (result.isDone()) {
        return;
      }
      try {
        result.complete(failure == null ? given() : change.apply(failure));
      } catch (RuntimeException thrown) {
        result.fail(thrown);
      }
    });
    return result;
  }

  /** Runs the action when the task has ended, however it did. */
  public void onDone(Runnable action) {
    onEnd(action);
  }

  /** All values in the order of the tasks. The first failure cancels the others. */
  public static <T> Task<List<T>> all(List<Task<T>> tasks) {
    List<Task<T>> parts = List.copyOf(tasks);
    Task<List<T>> result = new Task<>();
    if (parts.isEmpty()) {
      return completed(List.of());
    }
    result.onCancel = () -> cancel(parts);
    int[] left = {parts.size()};
    for (Task<T> part : parts) {
      part.onEnd(() -> {
        if (result.isDone()) {
          return;
        }
        if (part.failure != null) {
          result.fail(part.failure);
          cancel(parts);
        } else if (--left[0] == 0) {
          List<T> values = new ArrayList<>(parts.size());
          parts.forEach(each -> values.add(each.given()));
          result.complete(values);
        }
      });
    }
    return result;
  }

  /** The value of whichever ends first, or its failure; the others are cancelled. */
  public static <T> Task<T> first(List<Task<T>> tasks) {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("first: there are no tasks");
    }
    List<Task<T>> parts = List.copyOf(tasks);
    Task<T> result = new Task<>();
    result.onCancel = () -> cancel(parts);
    for (Task<T> part : parts) {
      part.onEnd(() -> {
        if (!result.isDone()) {
          result.endAs(part);
          cancel(parts);
        }
      });
    }
    return result;
  }

  /**
   * Does a step again and again, each when the one before is done, until one gives false. In place
   * of a task that begins its own successor, which would keep all of them.
   */
  public static Task<Done> repeat(Supplier<Task<Boolean>> step) {
    Task<Done> result = new Task<>();
    repeat(step, result);
    return result;
  }

  private static void repeat(Supplier<Task<Boolean>> step, Task<Done> result) {
    if (result.isDone()) {
      return;
    }
    Task<Boolean> current;
    try {
      current = step.get();
    } catch (RuntimeException thrown) {
      result.fail(thrown);
      return;
    }
    result.onCancel = current::cancel;
    current.onEnd(() -> {
      if (result.isDone()) {
        return;
      }
      if (current.failure != null) {
        result.fail(current.failure);
      } else if (current.given()) {
        repeat(step, result);
      } else {
        result.complete(Done.DONE);
      }
    });
  }

  /** Ends the task, and what it waits for, unless it has ended. */
  public void cancel() {
    if (!isDone()) {
      Runnable action = onCancel;
      cancelled = true;
      fail(new IllegalStateException("the task was cancelled"));
      action.run();
    }
  }

  private static <T> void cancel(List<Task<T>> tasks) {
    for (Task<T> task : tasks) {
      task.cancel();
    }
  }

  /**
   * Goes on with this task and all others until it has ended.
   *
   * @throws RuntimeException the task's failure
   */
  public T await(Api api) {
    if (!isDone()) {
      Loop.current().runUntilDone(api, this);
    }
    if (failure != null) {
      throw failure;
    }
    return given();
  }

  private T given() {
    if (value == null) {
      throw new IllegalStateException("the task has no value");
    }
    return value;
  }

  private void follow(Task<T> other) {
    onCancel = other::cancel;
    other.onEnd(() -> {
      if (!isDone()) {
        endAs(other);
      }
    });
  }

  private void endAs(Task<T> other) {
    if (other.failure != null) {
      fail(other.failure);
    } else {
      complete(other.given());
    }
  }

  private void complete(T result) {
    value = result;
    ended();
  }

  private void fail(RuntimeException why) {
    failure = why;
    ended();
  }

  private void ended() {
    onCancel = () -> {};
    Loop loop = Loop.current();
    whenDone.forEach(loop::execute);
    whenDone.clear();
  }

  private void onEnd(Runnable action) {
    if (isDone()) {
      Loop.current().execute(action);
    } else {
      whenDone.add(action);
    }
  }
}
