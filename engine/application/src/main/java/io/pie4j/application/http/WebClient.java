package io.pie4j.application.http;

import java.io.IOException;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** What all programs' requests share: bounds, the resolver's threads, a clock, TLS. */
public final class WebClient implements AutoCloseable {
  private final HttpSettings settings;
  private final String agent;
  private final Resolver resolver;
  private final Tls tls;
  private final Semaphore places;
  private final ThreadPoolExecutor resolvers;
  private final ScheduledThreadPoolExecutor clock;

  /** Finds a host's addresses. */
  @FunctionalInterface
  interface Resolver {
    List<InetAddress> lookUp(String host) throws IOException;
  }

  /** Makes TLS when it is first needed. */
  @FunctionalInterface
  interface Tls {
    SSLSocketFactory factory() throws NoSuchAlgorithmException;
  }

  /**
   * A client of the public web.
   *
   * @param agent what it calls itself
   */
  public WebClient(HttpSettings settings, String agent) {
    this(
        settings,
        agent,
        host -> List.of(InetAddress.getAllByName(host)),
        () -> SSLContext.getDefault().getSocketFactory());
  }

  WebClient(HttpSettings settings, String agent, Resolver resolver, Tls tls) {
    this.settings = settings;
    this.agent = agent;
    this.resolver = resolver;
    this.tls = tls;
    places = new Semaphore(settings.requestsMax());
    // Name lookups block in native code, which must not hold the carriers of virtual threads.
    resolvers =
        new ThreadPoolExecutor(
            settings.resolversMax(),
            settings.resolversMax(),
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(settings.requestsMax()),
            Thread.ofPlatform().daemon().name("pie-resolver-", 0).factory());
    resolvers.allowCoreThreadTimeOut(true);
    clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("pie-http-clock").factory());
    clock.setRemoveOnCancelPolicy(true);
  }

  /** One program's view. */
  public Caller caller(Reach reach) {
    return new Caller(this, reach);
  }

  @Override
  public void close() {
    resolvers.shutdownNow();
    clock.shutdownNow();
  }

  HttpSettings settings() {
    return settings;
  }

  String agent() {
    return agent;
  }

  Semaphore places() {
    return places;
  }

  SSLSocketFactory tls() throws IOException {
    try {
      return tls.factory();
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("this engine has no TLS", e);
    }
  }

  ScheduledFuture<?> after(long millis, Runnable action) {
    return clock.schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  List<InetAddress> lookUp(String host) throws IOException, InterruptedException {
    Future<List<InetAddress>> found;
    try {
      found = resolvers.submit(() -> resolver.lookUp(host));
    } catch (RejectedExecutionException full) {
      throw new IOException("too many names are being looked up (resolversMax)", full);
    }
    try {
      return found.get();
    } catch (ExecutionException failure) {
      throw new IOException("host '" + Text.shown(host) + "' is not found", failure);
    } finally {
      found.cancel(false);
    }
  }
}
