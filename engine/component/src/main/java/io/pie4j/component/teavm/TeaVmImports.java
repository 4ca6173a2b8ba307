package io.pie4j.component.teavm;

import io.pie4j.component.HostFunction;
import io.pie4j.component.HostImports;
import io.pie4j.component.ValueType;
import io.pie4j.component.WasmModule;
import io.pie4j.component.abi.GuestTrap;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The imports of a module that TeaVM 0.15 compiled without JavaScript around it: where its heap of
 * native memory begins, the time, mathematics, and weak references. A module of any other origin
 * asks for none of them.
 */
public final class TeaVmImports {
  private static final Pattern DATA_SIZE = Pattern.compile("\"dataSize\"\\s*:\\s*(\\d{1,9})\\D");

  private TeaVmImports() {}

  /** What {@code module} may import; the heap's start depends on the module's own data. */
  public static HostImports of(WasmModule module) {
    HostImports.Builder imports = HostImports.builder();
    imports.constant("teavmMemory", "heapOffset", ValueType.I32, heapOffset(module));
    imports.constant("teavmMemory", "maxSize", ValueType.I32, Integer.MAX_VALUE);
    imports.function("teavmMemory", "notifyHeapResized", "->", (_, _) -> 0);
    imports.function(
        "teavmDate",
        "currentTimeMillis",
        "-> f64",
        (_, _) -> Double.doubleToRawLongBits((double) System.currentTimeMillis()));
    imports.function(
        "teavmMath",
        "random",
        "-> f64",
        (_, _) -> Double.doubleToRawLongBits(ThreadLocalRandom.current().nextDouble()));
    unary(imports, "sin", Math::sin);
    unary(imports, "cos", Math::cos);
    unary(imports, "tan", Math::tan);
    unary(imports, "asin", Math::asin);
    unary(imports, "acos", Math::acos);
    unary(imports, "atan", Math::atan);
    unary(imports, "exp", Math::exp);
    unary(imports, "log", Math::log);
    unary(imports, "sqrt", Math::sqrt);
    unary(imports, "ceil", Math::ceil);
    unary(imports, "floor", Math::floor);
    binary(imports, "pow", Math::pow);
    binary(imports, "atan2", Math::atan2);
    weakReferences(imports);
    return imports.build();
  }

  /** A queue is never told: a program's maps of weak keys drop what is gone when they are used. */
  private static void weakReferences(HostImports.Builder imports) {
    imports.functionToReference(
        "teavm",
        "createWeakRef",
        "ref ref ref -> ref",
        (_, _, references) -> new WeakReference<>(references[0]));
    imports.functionToReference(
        "teavm",
        "deref",
        "ref -> ref",
        (_, _, references) -> {
          if (references[0] instanceof WeakReference<?> weak) {
            return weak.get();
          }
          throw new GuestTrap("deref takes what createWeakRef gave");
        });
  }

  // The heap follows the module's data; address 0 would be null to it.
  private static int heapOffset(WasmModule module) {
    String requirements =
        new String(module.customSection("teavm.memoryRequirements"), StandardCharsets.UTF_8);
    Matcher dataSize = DATA_SIZE.matcher(requirements);
    int size = dataSize.find() ? Integer.parseInt(dataSize.group(1)) : 0;
    return Math.max(8, (size + 7) & -8);
  }

  private static void unary(
      HostImports.Builder imports, String name, DoubleUnaryOperator function) {
    HostFunction host =
        (_, a) -> Double.doubleToRawLongBits(function.applyAsDouble(Double.longBitsToDouble(a[0])));
    imports.function("teavmMath", name, "f64 -> f64", host);
  }

  private static void binary(
      HostImports.Builder imports, String name, DoubleBinaryOperator function) {
    HostFunction host =
        (_, a) ->
            Double.doubleToRawLongBits(
                function.applyAsDouble(
                    Double.longBitsToDouble(a[0]), Double.longBitsToDouble(a[1])));
    imports.function("teavmMath", name, "f64 f64 -> f64", host);
  }
}
