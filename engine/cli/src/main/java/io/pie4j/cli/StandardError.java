package io.pie4j.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The standard error stream, which the pie script keeps aside while the JVM starts: the JVM's
 * warning about the Vector API goes elsewhere, and everything after it to the user.
 */
final class StandardError {
  private static final int STANDARD_ERROR = 2;

  private StandardError() {}

  /** Takes the stream back from the descriptor that {@code pie4j.stderr} names, if it does. */
  @SuppressWarnings("restricted") // two calls of the C library, as documented there
  static void takeBack() {
    Integer aside = Integer.getInteger("pie4j.stderr");
    if (aside == null) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle duplicate =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("dup2"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      MethodHandle close =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("close"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
      if ((int) duplicate.invokeExact((int) aside, STANDARD_ERROR) == STANDARD_ERROR) {
        int _ = (int) close.invokeExact((int) aside);
      }
    } catch (Throwable unavailable) {
      // The script's filter passes on whatever comes: nothing is lost.
    }
  }
}
