package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.application.http.WebClient;
import io.pie4j.control.messaging.Switchboard;
import io.pie4j.control.store.StoreException;
import io.pie4j.control.store.ValueStore;
import org.jspecify.annotations.Nullable;

/** What an engine has once, for all programs, beside its models. */
final class Services implements AutoCloseable {
  private final ServiceSettings settings;
  private final Switchboard switchboard;
  private final String storeProblem;
  private @Nullable ValueStore store;
  private @Nullable WebClient web;
  private boolean closed;

  private Services(ServiceSettings settings, @Nullable ValueStore store, String storeProblem) {
    this.settings = settings;
    this.store = store;
    this.storeProblem = storeProblem;
    switchboard = new Switchboard(settings.messaging());
  }

  /**
   * @throws StoreException if the store's file is broken. A second engine on one file is no reason
   *     not to start: its programs run, and those that call the store are told.
   */
  static Services start(ServiceSettings settings) {
    if (settings.storeFile().isEmpty()) {
      return new Services(settings, null, "");
    }
    try {
      return new Services(
          settings, ValueStore.open(settings.storeFile().get(), settings.store()), "");
    } catch (StoreException failure) {
      if (!failure.usedElsewhere()) {
        throw failure;
      }
      return new Services(settings, null, String.valueOf(failure.getMessage()));
    }
  }

  Switchboard switchboard() {
    return switchboard;
  }

  /** The store; one in memory is made when a program first asks for it. */
  synchronized ValueStore store() {
    if (!storeProblem.isEmpty() || closed) {
      throw new ApiException(
          ErrorCode.INTERNAL, "store: " + (closed ? "the engine is shutting down" : storeProblem));
    }
    ValueStore open = store;
    if (open == null) {
      open = ValueStore.inMemory(settings.store());
      store = open;
    }
    return open;
  }

  /** The client for requests to servers, made when a program first asks for it. */
  synchronized WebClient web() {
    if (closed) {
      throw new ApiException(ErrorCode.INTERNAL, "http: the engine is shutting down");
    }
    WebClient made = web;
    if (made == null) {
      made = new WebClient(settings.http(), "pie4j/" + EngineVersion.VALUE);
      web = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (web != null) {
      web.close();
    }
    if (store != null) {
      store.close();
    }
  }
}
