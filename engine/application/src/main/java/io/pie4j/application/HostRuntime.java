package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.LogLevel;
import io.pie4j.api.Runtime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/** Answers what needs no model, on the program's own thread. */
final class HostRuntime implements Runtime {
  private static final System.Logger LOGGER = System.getLogger("io.pie4j.inferlet");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration SLEEP_MAX = Duration.ofDays(366);

  private final HostSide host;

  HostRuntime(HostSide host) {
    this.host = host;
  }

  @Override
  public String version() {
    return EngineVersion.VALUE;
  }

  @Override
  public String instanceId() {
    return host.instance().id().toString();
  }

  @Override
  public String user() {
    return host.instance().user().name();
  }

  @Override
  public List<String> arguments() {
    return host.instance().arguments();
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  @Override
  public long random() {
    return RANDOM.nextLong();
  }

  @Override
  public FutureUnit sleep(long milliseconds) {
    if (milliseconds < 0 || milliseconds > SLEEP_MAX.toMillis()) {
      throw new ApiException(
          ErrorCode.INVALID_ARGUMENT,
          "sleep: milliseconds is "
              + Long.toUnsignedString(milliseconds)
              + ", at most "
              + SLEEP_MAX.toMillis());
    }
    return new HostFuture.Unit(host, Answer.event(host.timer().after(milliseconds)));
  }

  @Override
  public void print(String text) {
    host.requireMessageSize("print", text);
    host.tell(audience -> audience.printed(host.instance(), text));
  }

  @Override
  public void log(LogLevel level, String message) {
    host.requireMessageSize("log", message);
    LOGGER.log(
        switch (level) {
          case DEBUG -> System.Logger.Level.DEBUG;
          case INFO -> System.Logger.Level.INFO;
          case WARN -> System.Logger.Level.WARNING;
          case ERROR -> System.Logger.Level.ERROR;
        },
        () -> "[" + host.instance().shortId() + "] " + message.replaceAll("\\p{Cntrl}+", " "));
  }
}
