package io.pie4j.application;

import io.pie4j.api.Store;
import io.pie4j.application.Namespace.Use;
import io.pie4j.control.store.ValueStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The user's values, and those that all users share, as one program sees them. */
final class HostStore implements Store {
  private static final String SHARED = "shared/";

  private final HostSide host;

  HostStore(HostSide host) {
    this.host = host;
  }

  @Override
  public Optional<byte[]> get(String key) {
    String full = key("get", key, Use.READ);
    return ask(store -> store.get(full));
  }

  @Override
  public void set(String key, byte[] value) {
    String full = key("set", key, Use.CHANGE);
    ask(store -> store.set(space(full), full, value));
  }

  @Override
  public boolean delete(String key) {
    String full = key("delete", key, Use.CHANGE);
    return ask(store -> store.delete(space(full), full));
  }

  @Override
  public boolean exists(String key) {
    String full = key("exists", key, Use.READ);
    return ask(store -> store.exists(full));
  }

  @Override
  public List<String> listKeys(String prefix) {
    host.require("list-keys", Right.STORE);
    Namespace namespace = host.namespace();
    List<String> names = new ArrayList<>(names(namespace.prefix("list-keys", "prefix", prefix)));
    if (SHARED.startsWith(prefix) && !prefix.equals(SHARED)) {
      names.addAll(names(SHARED));
      Collections.sort(names);
    }
    return names;
  }

  private List<String> names(String prefix) {
    Namespace namespace = host.namespace();
    return ask(store -> store.keys(prefix)).stream()
        .flatMap(key -> namespace.name(key).stream())
        .toList();
  }

  private String key(String call, String key, Use use) {
    host.require(call, Right.STORE);
    return host.namespace().key(call, "key", key, use);
  }

  /** Shared names count for everybody together, the others for their user. */
  private String space(String key) {
    return key.startsWith(SHARED) ? SHARED : host.namespace().own();
  }

  /**
   * What is in memory is answered at once; for the file the program waits on the store's thread.
   */
  private <T> T ask(Function<ValueStore, CompletableFuture<T>> call) {
    return host.await(Answer.event(HostSide.controlled(() -> call.apply(host.services().store()))));
  }
}
