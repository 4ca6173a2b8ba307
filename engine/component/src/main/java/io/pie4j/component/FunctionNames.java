package io.pie4j.component;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.types.NameCustomSection;

/**
 * Function names of the custom section "name", if there is a sound one, and where in the guest a
 * failure happened.
 */
final class FunctionNames {
  private static final int FRAMES_MAX = 4;
  private static final String METHOD = "func_";

  private final List<String> imported;
  private final @Nullable NameCustomSection section;

  /** {@code imported} names the imported functions, {@code contents} is the section's. */
  FunctionNames(List<String> imported, byte[] contents) {
    this.imported = List.copyOf(imported);
    section = contents.length == 0 ? null : parse(contents);
  }

  // A custom section that is broken is as good as none, the specification says.
  private static @Nullable NameCustomSection parse(byte[] contents) {
    try {
      return NameCustomSection.parse(contents);
    } catch (RuntimeException | AssertionError | OutOfMemoryError broken) {
      return null;
    }
  }

  String name(int function) {
    if (function < imported.size()) {
      return imported.get(function);
    }
    String name = section == null ? null : section.nameOfFunction(function);
    return name == null ? "function " + function : name + " (function " + function + ")";
  }

  /**
   * The guest's innermost functions on the stack of {@code failure}, "a < b < c"; empty if there
   * are none.
   */
  String where(Throwable failure) {
    int[] functions =
        Arrays.stream(failure.getStackTrace())
            .map(FunctionNames::function)
            .filter(OptionalInt::isPresent)
            .mapToInt(OptionalInt::getAsInt)
            .limit(FRAMES_MAX + 1)
            .toArray();
    String frames =
        Arrays.stream(functions)
            .limit(FRAMES_MAX)
            .mapToObj(this::name)
            .collect(Collectors.joining(" < "));
    return functions.length > FRAMES_MAX ? frames + " < …" : frames;
  }

  private static OptionalInt function(StackTraceElement frame) {
    String method = frame.getMethodName();
    if (frame.getClassName().contains("FuncGroup_") && method.startsWith(METHOD)) {
      return OptionalInt.of(Integer.parseInt(method.substring(METHOD.length())));
    }
    return OptionalInt.empty();
  }
}
