package io.pie4j.application;

import io.pie4j.api.ClientFile;
import io.pie4j.component.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One running or ended inferlet. Any thread may use it. */
public final class Instance {
  private final UUID id = UUID.randomUUID();
  private final LaunchRequest request;
  private final Optional<WebRequest> webRequest;
  private final Terms terms;
  private final LifecycleSettings settings;
  private final long launchedNanos = System.nanoTime();
  private final Inbox inbox;
  private final FileInbox files;
  private final Brood brood;
  private final Optional<Instance> parent;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
  private final Usage usage = new Usage();
  private volatile long endedNanos;

  private @Nullable Thread thread;
  private @Nullable Stop stop;
  private @Nullable String stopReason;

  /**
   * @param webRequest what it is launched to answer, if it is a server
   * @param parent the instance that launched it, if one did
   */
  Instance(
      LaunchRequest request,
      Optional<WebRequest> webRequest,
      Terms terms,
      Optional<Instance> parent,
      LifecycleSettings settings) {
    this.request = request;
    this.webRequest = webRequest;
    this.terms = terms;
    this.parent = parent;
    this.settings = settings;
    inbox = new Inbox(settings.inboxMessagesMax(), new Allowance(settings.inboxBytesMax()));
    files = new FileInbox(settings.services().files());
    brood = new Brood(parent.map(Instance::brood), terms.capabilities().children());
  }

  /** Makes the program return soon; called on any thread, once. */
  @FunctionalInterface
  interface Stop {
    void because(String reason);
  }

  public UUID id() {
    return id;
  }

  /** The first eight digits of the id: enough for people. */
  public String shortId() {
    return id.toString().substring(0, 8);
  }

  public ProgramName program() {
    return request.program().name();
  }

  public List<String> arguments() {
    return request.arguments();
  }

  public User user() {
    return request.user();
  }

  /** What it may do, settled when it was launched. */
  public Capabilities capabilities() {
    return terms.capabilities();
  }

  /** What it may use: what was asked at its launch as far as the policy allows it. */
  Limits limits() {
    return terms.limits();
  }

  Terms terms() {
    return terms;
  }

  /** The instance that launched it, if one did. */
  Optional<Instance> parent() {
    return parent;
  }

  Brood brood() {
    return brood;
  }

  boolean hasEnded() {
    return outcome.isDone();
  }

  /** As {@link System#nanoTime}. */
  long launchedNanos() {
    return launchedNanos;
  }

  /** Since launch; stands still once the instance has ended. */
  public Duration elapsed() {
    return Duration.ofNanos((outcome.isDone() ? endedNanos : System.nanoTime()) - launchedNanos);
  }

  public Usage usage() {
    return usage;
  }

  /** How it ended, once it has and everything it held is released. */
  public CompletableFuture<Outcome> outcome() {
    return outcome.copy();
  }

  /** A message from the client to the program. */
  public void send(String message) {
    if (HostSide.byteCountExceeds(message, settings.messageBytesMax())) {
      throw new LaunchException(
          "a message may have "
              + settings.messageBytesMax()
              + " bytes (messageBytesMax); this one is longer");
    }
    if (!inbox.offer(message)) {
      throw new LaunchException(
          "instance "
              + shortId()
              + " has "
              + settings.inboxMessagesMax()
              + " messages (inboxMessagesMax) or "
              + settings.inboxBytesMax()
              + " bytes (inboxBytesMax) waiting; send more once it has received some");
    }
  }

  /**
   * A file from the client to the program.
   *
   * @param name without folders
   */
  public void sendFile(String name, byte[] content) {
    FileSettings bounds = settings.services().files();
    FileNames.problem(name)
        .ifPresent(problem -> {
          throw new LaunchException("a file's " + problem);
        });
    if (content.length > bounds.fileBytesMax()) {
      throw new LaunchException(
          "a file may have %d bytes (fileBytesMax); '%s' has %d"
              .formatted(bounds.fileBytesMax(), name, content.length));
    }
    if (!files.offer(new ClientFile(name, content.clone()))) {
      throw new LaunchException(
          "instance %s has %d files (inboxFilesMax) or %d bytes of them (inboxBytesMax) waiting; send more once it has received some"
              .formatted(shortId(), bounds.inboxFilesMax(), bounds.inboxBytesMax()));
    }
  }

  /** Ends the program with the first reason given; does nothing once it has ended. */
  public void terminate(String reason) {
    Stop current;
    synchronized (this) {
      if (stopReason != null) {
        return;
      }
      stopReason = reason;
      current = stop;
    }
    if (current != null) {
      current.because(reason);
    }
  }

  LaunchRequest request() {
    return request;
  }

  Optional<WebRequest> webRequest() {
    return webRequest;
  }

  LifecycleSettings settings() {
    return settings;
  }

  /** The running program says what stops it; a request that came before is passed on at once. */
  void stoppedBy(Stop newStop) {
    String reason;
    synchronized (this) {
      stop = newStop;
      reason = stopReason;
    }
    if (reason != null) {
      newStop.because(reason);
    }
  }

  synchronized void startedOn(Thread newThread) {
    thread = newThread;
  }

  synchronized void interrupt() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  synchronized Optional<String> stopReason() {
    return Optional.ofNullable(stopReason);
  }

  FileInbox files() {
    return files;
  }

  Inbox inbox() {
    return inbox;
  }

  void end(Outcome how) {
    synchronized (this) {
      stop = null;
      thread = null;
    }
    endedNanos = System.nanoTime();
    outcome.complete(how);
  }
}
