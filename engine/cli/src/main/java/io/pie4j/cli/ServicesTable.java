package io.pie4j.cli;

import io.pie4j.application.FileSettings;
import io.pie4j.application.ServiceSettings;
import io.pie4j.application.http.HttpSettings;
import io.pie4j.control.messaging.MessagingSettings;
import io.pie4j.control.store.StoreSettings;
import java.nio.file.Path;

/**
 * The {@code [services]} tables of the configuration: bounds of what programs share beside models.
 *
 * @param storeFile where the values are that programs store; empty is in the home
 * @param messaging topics and mailboxes
 * @param store those values
 * @param http requests to servers
 * @param files between programs and their clients
 */
record ServicesTable(
    String storeFile,
    MessagingSettings messaging,
    StoreSettings store,
    HttpSettings http,
    FileSettings files) {

  static ServicesTable of(ServiceSettings settings) {
    return new ServicesTable(
        "", settings.messaging(), settings.store(), settings.http(), settings.files());
  }

  ServiceSettings settings() {
    return ServiceSettings.standard()
        .withMessaging(messaging)
        .withStore(store)
        .withHttp(http)
        .withFiles(files);
  }

  /** With the store's file, in the home unless the configuration names another. */
  ServiceSettings settings(PieHome home) {
    if (!storeFile.isEmpty()) {
      return settings().withStoreFile(Path.of(storeFile));
    }
    return settings().withStoreFile(PieHome.create(home.home()).resolve("store.mv"));
  }
}
