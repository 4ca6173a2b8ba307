package io.pie4j.application;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The inferlet lifecycle (paper §5.1): which programs are installed, which instances run, and how
 * each comes to its end.
 *
 * <p>An instance is a virtual thread that runs {@link #play}. However the program ends, that method
 * releases what it held, tells its audience and completes its outcome, in this order.
 */
public final class Lifecycle implements AutoCloseable {
  private final LifecycleSettings settings;
  private final Policy policy;
  private final List<ServedModel> models;
  private final Shelf shelf = new Shelf();
  private final Map<UUID, Instance> running = new ConcurrentHashMap<>();
  private final Timer timer = new Timer();
  private final Services services;
  private final Places places;
  private final AtomicLong launched = new AtomicLong();
  private final HostCalls hostCalls = new HostCalls();
  private volatile boolean closed;

  /** An engine with the standard policy. */
  public Lifecycle(LifecycleSettings settings, List<ServedModel> models) {
    this(settings, models, Policy.standard());
  }

  public Lifecycle(LifecycleSettings settings, List<ServedModel> models, Policy policy) {
    this.settings = settings;
    this.policy = policy;
    this.models = List.copyOf(models);
    services = Services.start(settings.services());
    places = new Places(settings.instancesMax());
  }

  /** Makes a program launchable by name; a program of the same name and version is replaced. */
  public void install(Program program) {
    shelf.put(program);
  }

  public Collection<Program> installed() {
    return shelf.all();
  }

  /** An installed program by {@code name@version}, or by name alone its newest version. */
  public Optional<Program> program(String name) {
    return shelf.find(name);
  }

  /**
   * Where a program is looked for that another program launches and that is not installed yet; what
   * is found is installed. It is asked for {@code name@version} or a name alone, never for a path,
   * and may take its time: it has a thread of its own.
   */
  public void findProgramsIn(Function<String, Optional<? extends Program>> source) {
    shelf.fetchFrom(source);
  }

  Shelf shelf() {
    return shelf;
  }

  /**
   * Starts an instance and returns at once.
   *
   * @throws LaunchException if a bound is reached; nothing was started
   */
  public Instance launch(LaunchRequest request) {
    return start(request, Optional.empty(), Terms.of(request, policy), Optional.empty());
  }

  /**
   * As launch, for a program that is an HTTP server: a fresh instance, which ends when it has
   * answered.
   */
  public Instance serve(LaunchRequest launch, WebRequest request) {
    return start(launch, Optional.of(request), Terms.of(launch, policy), Optional.empty());
  }

  /** As launch, for an instance: its child runs for the same user and gets no more than it has. */
  Instance launchChild(
      Instance parent, Program program, List<String> arguments, Audience audience) {
    Optional<Integer> full = parent.brood().take();
    if (full.isPresent()) {
      throw new LaunchException(
          "%d programs that it or a program above it launched are running, as many as are granted (children); try again when some have ended"
              .formatted(full.get()));
    }
    try {
      return start(
          new LaunchRequest(program, arguments, parent.user(), parent.limits(), audience),
          Optional.empty(),
          parent.terms().child(program),
          Optional.of(parent));
    } catch (LaunchException refused) {
      parent.brood().giveBack();
      throw refused;
    }
  }

  private Instance start(
      LaunchRequest request,
      Optional<WebRequest> webRequest,
      Terms terms,
      Optional<Instance> parent) {
    requireEntry(request.program(), webRequest.isPresent());
    requireArguments(request.arguments());
    if (closed) {
      throw new LaunchException("the engine is shutting down");
    }
    places.take(request.user(), terms.grant().instances());
    Instance instance = new Instance(request, webRequest, terms, parent, settings);
    running.put(instance.id(), instance);
    launched.incrementAndGet();
    Thread thread =
        Thread.ofVirtual().name("inferlet-" + instance.shortId()).unstarted(() -> play(instance));
    instance.startedOn(thread);
    thread.start();
    return instance;
  }

  /** Running instances, oldest first. */
  public List<Instance> list() {
    return running.values().stream()
        .sorted((a, b) -> Long.signum(a.launchedNanos() - b.launchedNanos()))
        .toList();
  }

  /** A running instance by its id or an unambiguous beginning of it. */
  public Optional<Instance> find(String idPrefix) {
    List<Instance> matches =
        running.values().stream()
            .filter(instance -> instance.id().toString().startsWith(idPrefix))
            .limit(2)
            .toList();
    return matches.size() == 1 && !idPrefix.isEmpty()
        ? Optional.of(matches.getFirst())
        : Optional.empty();
  }

  List<ServedModel> models() {
    return models;
  }

  Services services() {
    return services;
  }

  Timer timer() {
    return timer;
  }

  public LifecycleStatus status() {
    return new LifecycleStatus(
        shelf.all().size(),
        running.size(),
        launched.get(),
        hostCalls.total(running.values()),
        models.stream()
            .map(model -> new LifecycleStatus.Model(model.name(), model.controller().snapshot()))
            .toList());
  }

  /** Terminates every instance and waits for them to end. */
  @Override
  public void close() {
    closed = true;
    while (!running.isEmpty()) {
      for (Instance instance : list()) {
        instance.terminate("the engine is shutting down");
        instance.outcome().join();
      }
    }
    timer.close();
    shelf.close();
    services.close();
  }

  private void play(Instance instance) {
    Outcome outcome;
    try (HostSide host = new HostSide(instance, this)) {
      outcome =
          switch (instance.request().program()) {
            case WasmProgram program -> program.run(instance, host);
            case TrustedProgram program -> program.run(instance, host);
          };
    } catch (ProgramStopped stopped) {
      outcome = new Outcome.Terminated(instance.stopReason().orElse("interrupted"));
    } catch (Throwable failure) {
      // Whatever it is, one instance must not take the engine along.
      outcome = new Outcome.EngineFailure(oneLine(failure));
    }
    String reason = instance.stopReason().orElse("");
    if (!reason.isEmpty() && !(outcome instanceof Outcome.Finished)) {
      outcome = new Outcome.Terminated(reason);
    }
    running.remove(instance.id());
    hostCalls.ended(instance);
    places.giveBack(instance.user());
    instance.parent().ifPresent(parent -> parent.brood().giveBack());
    try {
      instance.request().audience().ended(instance, outcome);
    } finally {
      instance.end(outcome);
    }
  }

  /**
   * @throws LaunchException if the program answers no requests
   */
  public static void requireServer(Program program) {
    requireEntry(program, true);
  }

  private static void requireEntry(Program program, boolean toServe) {
    boolean fits =
        switch (program) {
          case WasmProgram wasm -> toServe ? wasm.serves() : wasm.runs();
          case TrustedProgram _ -> !toServe;
        };
    if (!fits) {
      throw new LaunchException(
          program.name()
              + (toServe
                  ? " is no HTTP server: it does not export wasi:http/incoming-handler"
                  : " is an HTTP server and does nothing by itself: pie serve answers requests with it"));
    }
  }

  private void requireArguments(List<String> arguments) {
    long byteCount = 0;
    for (String argument : arguments) {
      byteCount += argument.getBytes(StandardCharsets.UTF_8).length;
    }
    if (byteCount > settings.argumentBytesMax()) {
      throw new LaunchException(
          "arguments of "
              + byteCount
              + " bytes; the limit is "
              + settings.argumentBytesMax()
              + " (argumentBytesMax)");
    }
  }

  private static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    String text = failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return text.replaceAll("\\s+", " ");
  }
}
