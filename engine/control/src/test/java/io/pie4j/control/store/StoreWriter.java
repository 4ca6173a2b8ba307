package io.pie4j.control.store;

import java.nio.file.Path;
import java.util.Random;

/** Sets one key after the other and says which are set, until it is killed. */
final class StoreWriter {
  private StoreWriter() {}

  /** The file, and the first key's number. */
  public static void main(String[] arguments) {
    try (ValueStore store = ValueStore.open(Path.of(arguments[0]), StoreSettings.standard())) {
      for (int i = Integer.parseInt(arguments[1]); i < 1_000_000; i++) {
        store.set("user/ann/", "user/ann/" + i, value(i)).join();
        System.out.println(i);
      }
    }
  }

  static byte[] value(int key) {
    Random random = new Random(key);
    byte[] value = new byte[random.nextInt(5_000)];
    random.nextBytes(value);
    return value;
  }
}
