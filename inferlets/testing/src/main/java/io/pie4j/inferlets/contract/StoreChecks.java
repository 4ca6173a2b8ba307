package io.pie4j.inferlets.contract;

import io.pie4j.api.ErrorCode;
import io.pie4j.api.Store;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Values that outlive programs. */
final class StoreChecks {
  private StoreChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("store-set-and-get", StoreChecks::values, "store.set", "store.get"),
        Check.of("store-delete-and-exists", StoreChecks::delete, "store.delete", "store.exists"),
        Check.of("store-list-keys", StoreChecks::list, "store.list-keys"),
        Check.of("store-of-others", StoreChecks::others, "store.set"),
        Check.of("store-refuses", StoreChecks::refuses));
  }

  private static Store store(Stage stage) {
    return stage.api().store();
  }

  private static String key(Stage stage, String name) {
    return stage.told("marker") + "/" + name;
  }

  private static void values(Stage stage) {
    String key = key(stage, "ключ");
    Expect.that(store(stage).get(key).isEmpty(), "a value before it was set");
    store(stage).set(key, ClientChecks.content(50_000));
    Expect.equal(store(stage).get(key).orElseThrow(), ClientChecks.content(50_000), "the value");
    store(stage).set(key, new byte[] {0, -1, 1});
    Expect.equal(store(stage).get(key).orElseThrow(), new byte[] {0, -1, 1}, "the new value");
    store(stage).set(key, new byte[0]);
    Expect.equal(store(stage).get(key).orElseThrow(), new byte[0], "the empty value");
    store(stage).delete(key);
  }

  private static void delete(Stage stage) {
    String key = key(stage, "delete");
    Expect.that(!store(stage).exists(key), "there before it was set");
    Expect.that(!store(stage).delete(key), "deleted before it was set");
    store(stage).set(key, new byte[] {1});
    Expect.that(store(stage).exists(key), "not there");
    Expect.that(store(stage).delete(key), "not deleted");
    Expect.that(!store(stage).exists(key), "there after it was deleted");
    Expect.that(store(stage).get(key).isEmpty(), "has a value after it was deleted");
  }

  private static void list(Stage stage) {
    String prefix = key(stage, "list/");
    for (String name : new String[] {"b", "c/d", "a"}) {
      store(stage).set(prefix + name, new byte[] {1});
    }
    store(stage).set(key(stage, "other"), new byte[] {1});
    Expect.equal(
        store(stage).listKeys(prefix),
        List.of(prefix + "a", prefix + "b", prefix + "c/d"),
        "the keys");
    Expect.equal(store(stage).listKeys(prefix + "c"), List.of(prefix + "c/d"), "the keys in c");
    Expect.equal(store(stage).listKeys(prefix + "x"), List.of(), "the keys in x");
    for (String key : store(stage).listKeys(stage.told("marker"))) {
      store(stage).delete(key);
    }
  }

  private static void others(Stage stage) {
    String key = key(stage, "seen");
    store(stage).set(key, "bread".getBytes(StandardCharsets.UTF_8));
    Expect.equal(
        stage.ask("run as me " + Role.READ_STORE.argument() + " " + key),
        "bread",
        "what the user's other program reads");
    Expect.equal(
        stage.ask("run as stranger " + Role.READ_STORE.argument() + " " + key),
        "nothing",
        "what a stranger reads");
    store(stage).delete(key);
  }

  private static void refuses(Stage stage) {
    byte[] value = {1};
    Expect.refused(ErrorCode.INVALID_ARGUMENT, () -> store(stage).set("", value), "set");
    Expect.refused(ErrorCode.INVALID_ARGUMENT, () -> store(stage).get("a\nb"), "get");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT, () -> store(stage).exists("x".repeat(10_000)), "exists");
    Expect.refused(ErrorCode.DENIED, () -> store(stage).set("shared/all", value), "set");
    Expect.refused(
        ErrorCode.QUOTA_EXCEEDED,
        () -> store(stage).set(key(stage, "big"), new byte[2 << 20]),
        "set");
    values(stage); // the program goes on
  }
}
