package io.pie4j.application.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * What all programs' requests share: bounds, the resolver's threads, a clock, the protocol's
 * settings.
 */
public final class WebClient implements AutoCloseable {
  private static final int EARLY_ANSWER_BYTES = 1 << 18;

  private final HttpSettings settings;
  private final String agent;
  private final Resolver resolver;
  private final Supplier<? extends TlsSocketStrategy> tlsMaker;
  private final ManagedHttpClientConnectionFactory wires;
  private final ConnectionConfig connecting;
  private final Semaphore places;
  private final ThreadPoolExecutor resolvers;
  private final ScheduledThreadPoolExecutor clock;
  private @Nullable TlsSocketStrategy tls;

  /** Finds a host's addresses. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] lookUp(String host) throws IOException;
  }

  /**
   * A client of the public web.
   *
   * @param agent what it calls itself
   */
  public WebClient(HttpSettings settings, String agent) {
    this(settings, agent, InetAddress::getAllByName, DefaultClientTlsStrategy::createDefault);
  }

  /**
   * @param tls asked once, when it is first needed
   */
  WebClient(
      HttpSettings settings,
      String agent,
      Resolver resolver,
      Supplier<? extends TlsSocketStrategy> tls) {
    this.settings = settings;
    this.agent = agent;
    this.resolver = resolver;
    tlsMaker = tls;
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
    wires = wires(settings);
    connecting =
        ConnectionConfig.custom()
            .setConnectTimeout(Timeout.ofMilliseconds(settings.connectMillisMax()))
            .setSocketTimeout(Timeout.DISABLED) // our clock closes what is late
            .build();
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

  ManagedHttpClientConnectionFactory wires() {
    return wires;
  }

  /** The only connection of a request, which makes it and tells where it may go. */
  HttpClientConnectionManager connections(Hop hop) {
    BasicHttpClientConnectionManager connections =
        new BasicHttpClientConnectionManager(
            new DefaultHttpClientConnectionOperator(
                proxy -> new Socket(Proxy.NO_PROXY), // whatever the JVM's properties say
                null,
                hop,
                scheme -> scheme.equals("https") ? tls() : null),
            hop);
    connections.setConnectionConfig(connecting);
    return connections;
  }

  private synchronized TlsSocketStrategy tls() {
    TlsSocketStrategy made = tls;
    if (made == null) {
      made = tlsMaker.get();
      tls = made;
    }
    return made;
  }

  private static ManagedHttpClientConnectionFactory wires(HttpSettings settings) {
    Http1Config bounds =
        Http1Config.custom()
            .setMaxHeaderCount(settings.headersMax())
            .setMaxLineLength(settings.headerLineBytesMax())
            .build();
    return ManagedHttpClientConnectionFactory.builder()
        .http1Config(bounds)
        .responseParserFactory(same -> new HeadParser(bounds, settings.headerBytesMax()))
        .responseOutOfOrderStrategy(
            new MonitoringResponseOutOfOrderStrategy(EARLY_ANSWER_BYTES)) // waits 1 ms each time
        .build();
  }

  ScheduledFuture<?> after(long millis, Runnable action) {
    return clock.schedule(action, millis, TimeUnit.MILLISECONDS);
  }

  /** Looks a name up, on a thread that may be blocked. */
  InetAddress[] lookUp(String host) throws UnknownHostException {
    Future<InetAddress[]> found;
    try {
      found = resolvers.submit(() -> resolver.lookUp(host));
    } catch (RejectedExecutionException full) {
      throw new UnknownHostException("too many names are being looked up (resolversMax)");
    }
    try {
      return found.get();
    } catch (ExecutionException failure) {
      throw new UnknownHostException("host '" + Text.shown(host) + "' is not found");
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("nobody waits for it any more");
    } finally {
      found.cancel(false);
    }
  }
}
