package io.pie4j.inferlets.codeact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object in the order in which they were added. The code chooses their names, so
 * their hashes have a secret in them: with known ones it could make all names fall together, and a
 * step would take as long as there are fields.
 */
final class Fields {
  /** An odd number that the code does not know; odd so that nothing of a hash is lost. */
  private static final int SECRET = (int) (long) (Math.random() * 0x1p32) | 1;

  private record Key(String name, int hash) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && hash == key.hash && name.equals(key.name);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private final Map<Key, Value> values = new LinkedHashMap<>();

  private static Key key(String name) {
    return new Key(name, hash(name));
  }

  static int hash(String text) {
    int hash = SECRET;
    for (int i = 0; i < text.length(); i++) {
      hash = mixed(hash ^ text.charAt(i));
    }
    return hash;
  }

  static int hash(double number) {
    long bits = Double.doubleToLongBits(number);
    return mixed(mixed((int) bits ^ SECRET) ^ (int) (bits >>> 32));
  }

  private static int mixed(int hash) {
    int product = hash * (SECRET ^ 0x5bd1e994);
    return product ^ (product >>> 15);
  }

  Optional<Value> find(String name) {
    return Optional.ofNullable(values.get(key(name)));
  }

  boolean has(String name) {
    return values.containsKey(key(name));
  }

  void put(String name, Value value) {
    values.put(key(name), value);
  }

  void remove(String name) {
    values.remove(key(name));
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    values.keySet().forEach(key -> names.add(key.name()));
    return names;
  }
}
