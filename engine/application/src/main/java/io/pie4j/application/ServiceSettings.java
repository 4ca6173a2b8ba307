package io.pie4j.application;

import io.pie4j.application.http.HttpSettings;
import io.pie4j.control.messaging.MessagingSettings;
import io.pie4j.control.store.StoreSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Bounds of what programs share beside models.
 *
 * @param messaging topics and mailboxes
 * @param store values that outlive programs
 * @param storeFile where those are; without it they are forgotten when the engine ends
 * @param http requests to servers
 * @param files between programs and their clients
 */
public record ServiceSettings(
    MessagingSettings messaging,
    StoreSettings store,
    Optional<Path> storeFile,
    HttpSettings http,
    FileSettings files) {

  /** The standard bounds, and a store in memory. */
  public static ServiceSettings standard() {
    return new ServiceSettings(
        MessagingSettings.standard(),
        StoreSettings.standard(),
        Optional.empty(),
        HttpSettings.standard(),
        FileSettings.standard());
  }

  public ServiceSettings withMessaging(MessagingSettings bounds) {
    return new ServiceSettings(bounds, store, storeFile, http, files);
  }

  public ServiceSettings withStore(StoreSettings bounds) {
    return new ServiceSettings(messaging, bounds, storeFile, http, files);
  }

  public ServiceSettings withStoreFile(Path file) {
    return new ServiceSettings(messaging, store, Optional.of(file), http, files);
  }

  public ServiceSettings withHttp(HttpSettings bounds) {
    return new ServiceSettings(messaging, store, storeFile, bounds, files);
  }

  public ServiceSettings withFiles(FileSettings bounds) {
    return new ServiceSettings(messaging, store, storeFile, http, bounds);
  }
}
