package io.pie4j.application;

import io.pie4j.api.Api;
import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.Pollable;
import io.pie4j.control.AddressSpace;
import io.pie4j.control.ControlException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One instance's side of the programming interface: what it holds in every model, and how it waits.
 * Closing gives everything back.
 */
final class HostSide implements AutoCloseable {
  private final Instance instance;
  private final Lifecycle lifecycle;
  private final HostChildren children;
  private final HostMessaging messaging = new HostMessaging(this);
  private final HostHttp http = new HostHttp(this);
  private final IdentityHashMap<ServedModel, AddressSpace> spaces = new IdentityHashMap<>();
  private final HeldAnswers answers;
  private final Bell bell = new Bell();
  private Waits waits = Waits.UNCOUNTED;

  HostSide(Instance instance, Lifecycle lifecycle) {
    this.instance = instance;
    this.lifecycle = lifecycle;
    answers = new HeldAnswers(instance.settings().answerBytesMax());
    children = new HostChildren(this, lifecycle);
  }

  Api api() {
    HostCommands commands = new HostCommands(this);
    return new Api(
        this::poll,
        new HostRuntime(this),
        new HostClient(this),
        children,
        http,
        messaging,
        new HostStore(this),
        new HostModels(this),
        new HostQueues(this),
        new HostContextState(this),
        commands,
        commands,
        new HostAdapters(this),
        commands,
        new HostImages(),
        new HostTokenize(),
        commands,
        commands);
  }

  Instance instance() {
    return instance;
  }

  /** What the program may do. */
  Capabilities capabilities() {
    return instance.capabilities();
  }

  /**
   * @throws ApiException DENIED if the program was not granted what the call needs
   */
  void require(String call, Right right) {
    if (!capabilities().has(right)) {
      throw new ApiException(
          ErrorCode.DENIED,
          "%s: takes the capability '%s'; the program was not granted it (its manifest must ask for it, and the policy allow it to user %s)"
              .formatted(call, right, instance.user()));
    }
  }

  /** Where the program's names lie among everybody's. */
  Namespace namespace() {
    return new Namespace(instance.user(), capabilities().has(Right.SHARED));
  }

  /** The models that the program may use, the default one first. */
  List<ServedModel> models() {
    return lifecycle.models().stream()
        .filter(model -> instance.terms().grant().allowsModel(model.name()))
        .toList();
  }

  HostHttp http() {
    return http;
  }

  Services services() {
    return lifecycle.services();
  }

  Timer timer() {
    return lifecycle.timer();
  }

  HeldAnswers answers() {
    return answers;
  }

  Bell bell() {
    return bell;
  }

  void countReadout() {
    instance.usage().countReadout();
  }

  /** Tells whoever launched the program; a slow audience is waited for on the audience's time. */
  void tell(Consumer<Audience> news) {
    waits.begin();
    try {
      news.accept(instance.request().audience());
    } finally {
      waits.end();
    }
  }

  void requireMessageSize(String call, String message) {
    int most = instance.settings().messageBytesMax();
    if (byteCountExceeds(message, most)) {
      throw new ApiException(
          ErrorCode.QUOTA_EXCEEDED,
          call + ": the text is longer than " + most + " bytes (messageBytesMax)");
    }
  }

  /** From now on, waiting is reported here. */
  void waitsAre(Waits newWaits) {
    waits = newWaits;
  }

  synchronized AddressSpace space(ServedModel model) {
    return spaces.computeIfAbsent(model, this::open);
  }

  private AddressSpace open(ServedModel model) {
    AddressSpace space =
        model
            .controller()
            .open(
                "instance " + instance.shortId(),
                instance.user().name(),
                instance.terms().grant().userQuotas(),
                instance.terms().quotas());
    // Told on the control layer's loop, which must not wait for anybody's lock.
    space.onEnded(reason ->
        Thread.startVirtualThread(() -> instance.terminate(String.valueOf(reason.getMessage()))));
    return space;
  }

  <T> T await(Answer<T> answer) {
    if (answer.isReady()) {
      return result(answer);
    }
    waits.begin();
    try {
      return result(answer);
    } finally {
      waits.end();
    }
  }

  /** Something that parks the program's thread for a while. */
  interface Parking<T> {
    T run() throws InterruptedException;
  }

  /** Runs it on time that is not the program's. */
  <T> T parked(Parking<T> call) {
    waits.begin();
    try {
      return call.run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProgramStopped();
    } finally {
      waits.end();
    }
  }

  void waitUntil(BooleanSupplier condition) {
    waits.begin();
    try {
      bell.waitUntil(condition);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProgramStopped();
    } finally {
      waits.end();
    }
  }

  @Override
  public void close() {
    children.close();
    http.close();
    messaging.close();
    closeSpaces();
  }

  private synchronized void closeSpaces() {
    spaces.values().forEach(AddressSpace::close);
    spaces.clear();
  }

  /** The control layer's error as the program sees it. */
  static ApiException error(ControlException failure) {
    ErrorCode code =
        switch (failure.code()) {
          case INVALID_ARGUMENT -> ErrorCode.INVALID_ARGUMENT;
          case NOT_FOUND -> ErrorCode.NOT_FOUND;
          case OUT_OF_MEMORY -> ErrorCode.OUT_OF_MEMORY;
          case QUOTA_EXCEEDED -> ErrorCode.QUOTA_EXCEEDED;
          case UNSUPPORTED -> ErrorCode.UNSUPPORTED;
          case DENIED -> ErrorCode.DENIED;
          case TERMINATED -> ErrorCode.TERMINATED;
          case INTERNAL -> ErrorCode.INTERNAL;
        };
    return new ApiException(code, String.valueOf(failure.getMessage()));
  }

  /** A call of the control layer, its error as the program sees it. */
  static <T> T controlled(Supplier<T> call) {
    try {
      return call.get();
    } catch (ControlException failure) {
      throw error(failure);
    }
  }

  static boolean byteCountExceeds(String text, int most) {
    // A char is at most three bytes: only long texts are measured.
    return text.length() > most / 3 && text.getBytes(StandardCharsets.UTF_8).length > most;
  }

  private static <T> T result(Answer<T> answer) {
    try {
      return answer.await();
    } catch (ControlException failure) {
      throw error(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProgramStopped();
    }
  }

  private int[] poll(List<Pollable> pollables) {
    if (pollables.isEmpty()) {
      throw new ApiException(
          ErrorCode.INVALID_ARGUMENT,
          "poll: the list of pollables is empty and would wait for ever");
    }
    waitUntil(() -> pollables.stream().anyMatch(Pollable::ready));
    int[] ready = new int[pollables.size()];
    int count = 0;
    for (int i = 0; i < ready.length; i++) {
      if (pollables.get(i).ready()) {
        ready[count++] = i;
      }
    }
    return Arrays.copyOf(ready, count);
  }
}
