package io.pie4j.inferlet;

import io.pie4j.api.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A store in memory. */
final class FakeStore implements Store {
  final Map<String, byte[]> values = new TreeMap<>();

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.ofNullable(values.get(key)).map(byte[]::clone);
  }

  @Override
  public void set(String key, byte[] value) {
    values.put(key, value.clone());
  }

  @Override
  public boolean delete(String key) {
    return values.remove(key) != null;
  }

  @Override
  public boolean exists(String key) {
    return values.containsKey(key);
  }

  @Override
  public List<String> listKeys(String prefix) {
    return values.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
  }
}
