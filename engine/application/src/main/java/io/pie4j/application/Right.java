package io.pie4j.application;

import java.util.Locale;

/** What a program can be granted that is granted or not; other capabilities have a measure. */
public enum Right {
  /** To keep values in the user's store. */
  STORE,
  /** To broadcast, subscribe, push and pull. */
  MESSAGING,
  /** To send files to its client and to receive them. */
  FILES,
  /** To export and import pages by name. */
  EXPORTS,
  /** To have files of its own, in a directory that goes when it is over (WASI). */
  DIRECTORY,
  /** To write, send and export under names that begin with {@code shared/}. */
  SHARED,
  /**
   * To reach servers at private addresses. Only a policy grants it; a program cannot ask for it.
   */
  PRIVATE_HOSTS;

  /** As it is written in a manifest. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
