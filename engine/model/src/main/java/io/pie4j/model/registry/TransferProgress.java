package io.pie4j.model.registry;

import java.util.OptionalLong;

/** Is told how far a download or a copy is; called often, on the thread that transfers. */
@FunctionalInterface
public interface TransferProgress {

  /** Of {@code file}, {@code bytes} are here; {@code total} is empty where nobody said. */
  void at(String file, long bytes, OptionalLong total);

  /** Tells nobody. */
  static TransferProgress silent() {
    return (_, _, _) -> {};
  }
}
