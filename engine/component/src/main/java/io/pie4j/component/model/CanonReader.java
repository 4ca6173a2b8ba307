package io.pie4j.component.model;

import io.pie4j.component.CoreType;
import io.pie4j.component.model.CanonOptions.Encoding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Reads canonical definitions: core functions made functions, and the other way round. */
final class CanonReader {
  private static final CoreType.Function REALLOC =
      new CoreType.Function(List.of("i32", "i32", "i32", "i32"), List.of("i32"));

  /** Those that take an asynchronous host, by their codes. */
  private static final Map<Integer, String> ASYNCHRONOUS =
      Map.ofEntries(
          Map.entry(0x05, "task.cancel"),
          Map.entry(0x06, "subtask.cancel"),
          Map.entry(0x08, "backpressure.set"),
          Map.entry(0x09, "task.return"),
          Map.entry(0x0a, "context.get"),
          Map.entry(0x0b, "context.set"),
          Map.entry(0x0c, "thread.yield"),
          Map.entry(0x0d, "subtask.drop"),
          Map.entry(0x0e, "stream.new"),
          Map.entry(0x0f, "stream.read"),
          Map.entry(0x10, "stream.write"),
          Map.entry(0x11, "stream.cancel-read"),
          Map.entry(0x12, "stream.cancel-write"),
          Map.entry(0x13, "stream.drop-readable"),
          Map.entry(0x14, "stream.drop-writable"),
          Map.entry(0x15, "future.new"),
          Map.entry(0x16, "future.read"),
          Map.entry(0x17, "future.write"),
          Map.entry(0x18, "future.cancel-read"),
          Map.entry(0x19, "future.cancel-write"),
          Map.entry(0x1a, "future.drop-readable"),
          Map.entry(0x1b, "future.drop-writable"),
          Map.entry(0x1c, "error-context.new"),
          Map.entry(0x1d, "error-context.debug-message"),
          Map.entry(0x1e, "error-context.drop"),
          Map.entry(0x1f, "waitable-set.new"),
          Map.entry(0x20, "waitable-set.wait"),
          Map.entry(0x21, "waitable-set.poll"),
          Map.entry(0x22, "waitable-set.drop"),
          Map.entry(0x23, "waitable.join"),
          Map.entry(0x24, "backpressure.inc"),
          Map.entry(0x25, "backpressure.dec"),
          Map.entry(0x26, "thread.index"),
          Map.entry(0x27, "thread.new-indirect"),
          Map.entry(0x28, "thread.resume-later"),
          Map.entry(0x29, "thread.suspend"),
          Map.entry(0x2a, "thread.suspend-then-resume"),
          Map.entry(0x2b, "thread.yield-then-resume"),
          Map.entry(0x2c, "thread.suspend-then-promote"),
          Map.entry(0x2d, "thread.yield-then-promote"),
          Map.entry(0x40, "thread.spawn-ref"),
          Map.entry(0x41, "thread.spawn-indirect"),
          Map.entry(0x42, "thread.available-parallelism"));

  private CanonReader() {}

  static void definition(Input in, Scope scope) {
    int start = in.position();
    int code = in.next();
    switch (code) {
      case 0x00 -> lift(in, scope, start);
      case 0x01 -> lower(in, scope, start);
      case 0x02, 0x04 -> {
        ResourceType resource = resource(in, scope);
        if (!scope.definedResources.contains(resource)) {
          throw in.failure(start, "type is not a local resource, whose representation is known");
        }
        scope.coreFunctions.add(new CoreType.Function(List.of("i32"), List.of("i32")));
        scope.definitions.add(
            code == 0x02
                ? new Definition.ResourceNew(resource)
                : new Definition.ResourceRep(resource));
      }
      case 0x03 -> {
        scope.definitions.add(new Definition.ResourceDrop(resource(in, scope)));
        scope.coreFunctions.add(new CoreType.Function(List.of("i32"), List.of()));
      }
      default -> {
        String name = ASYNCHRONOUS.get(code);
        throw name == null
            ? in.failure(start, "0x" + Integer.toHexString(code) + " begins no canonical function")
            : CoreTypeReader.unsupported(in, start, "the canonical function " + name);
      }
    }
  }

  private static ResourceType resource(Input in, Scope scope) {
    int start = in.position();
    int index = Reading.index(in, scope.types, Sort.TYPE);
    if (scope.types.get(index) instanceof ResourceName name) {
      return name.resource();
    }
    throw in.failure(start, "type index " + index + " is not a resource type");
  }

  private static void lift(Input in, Scope scope, int start) {
    in.expect(0x00, "the sort of a lifted function");
    int function = Reading.index(in, scope.coreFunctions, Sort.CORE_FUNCTION);
    CanonOptions options = options(in, scope);
    int position = in.position();
    int index = Reading.index(in, scope.types, Sort.TYPE);
    if (!(scope.types.get(index) instanceof FunctionType type)) {
      throw in.failure(position, "type index " + index + " is not a function type");
    }
    checkSynchronous(in, start, type);
    CoreType.Function core = coreType(type, true);
    CoreType.Function found = scope.coreFunctions.get(function);
    if (!found.parameters().equals(core.parameters())) {
      throw in.failure(
          start,
          "lowered parameter types "
              + core.parameters()
              + " do not match parameter types "
              + found.parameters()
              + " of core function "
              + function);
    }
    if (!found.results().equals(core.results())) {
      throw in.failure(
          start,
          "lowered result types "
              + core.results()
              + " do not match result types "
              + found.results()
              + " of core function "
              + function);
    }
    boolean allocates =
        type.parametersInMemory() || type.parameters().stream().anyMatch(DataType::hasPointers);
    boolean reads = allocates || type.resultInMemory() || type.result().hasPointers();
    require(in, start, options, reads, allocates);
    if (options.postReturn().isPresent()) {
      CoreType.Function after = scope.coreFunctions.get(options.postReturn().getAsInt());
      if (!after.equals(new CoreType.Function(core.results(), List.of()))) {
        throw in.failure(
            start,
            "canonical option `post-return` uses a core function with an incorrect signature: "
                + after);
      }
    }
    scope.functions.add(type);
    scope.definitions.add(new Definition.Lift(function, options, type));
  }

  private static void lower(Input in, Scope scope, int start) {
    in.expect(0x00, "the sort of a lowered function");
    int function = Reading.index(in, scope.functions, Sort.FUNCTION);
    CanonOptions options = options(in, scope);
    FunctionType type = scope.functions.get(function);
    checkSynchronous(in, start, type);
    boolean allocates = type.result().hasPointers();
    boolean reads =
        allocates
            || type.parametersInMemory()
            || type.resultInMemory()
            || type.parameters().stream().anyMatch(DataType::hasPointers);
    require(in, start, options, reads, allocates);
    if (options.postReturn().isPresent()) {
      throw in.failure(start, "canonical option `post-return` cannot be specified for lowerings");
    }
    scope.coreFunctions.add(coreType(type, false));
    scope.definitions.add(new Definition.Lower(function, options, type));
  }

  private static void checkSynchronous(Input in, int start, FunctionType type) {
    if (type.isAsync()
        || type.result().isAsync()
        || type.parameters().stream().anyMatch(DataType::isAsync)) {
      throw CoreTypeReader.unsupported(in, start, "the function type " + type);
    }
  }

  private static void require(
      Input in, int start, CanonOptions options, boolean memory, boolean realloc) {
    if (memory && options.memory().isEmpty()) {
      throw in.failure(start, "canonical option `memory` is required");
    }
    if (realloc && options.realloc().isEmpty()) {
      throw in.failure(start, "canonical option `realloc` is required");
    }
  }

  /** The core function behind a lifted function, or the one that a lowered function becomes. */
  static CoreType.Function coreType(FunctionType type, boolean lifted) {
    List<String> parameters = new ArrayList<>();
    if (type.parametersInMemory()) {
      parameters.add("i32");
    } else {
      type.flatParameters().forEach(flat -> parameters.add(name(flat)));
    }
    List<String> results = new ArrayList<>();
    if (!type.resultInMemory()) {
      type.result().flat().forEach(flat -> results.add(name(flat)));
    } else if (lifted) {
      results.add("i32");
    } else {
      parameters.add("i32");
    }
    return new CoreType.Function(parameters, results);
  }

  private static String name(DataType.Flat flat) {
    return flat.name().toLowerCase(Locale.ROOT);
  }

  private static CanonOptions options(Input in, Scope scope) {
    int position = in.position();
    int count = in.count("options");
    Set<Integer> seen = new HashSet<>();
    Encoding encoding = Encoding.UTF8;
    OptionalInt memory = OptionalInt.empty();
    OptionalInt realloc = OptionalInt.empty();
    OptionalInt postReturn = OptionalInt.empty();
    for (int i = 0; i < count; i++) {
      int start = in.position();
      int code = in.next();
      // The three encodings exclude each other.
      if (!seen.add(Math.max(code, 2))) {
        throw in.failure(
            start,
            code <= 2
                ? "canonical encoding option conflicts with one before"
                : "canonical option `" + optionName(code) + "` is specified more than once");
      }
      switch (code) {
        case 0x00 -> encoding = Encoding.UTF8;
        case 0x01 -> encoding = Encoding.UTF16;
        case 0x02 -> encoding = Encoding.LATIN1_OR_UTF16;
        case 0x03 -> memory = OptionalInt.of(Reading.index(in, scope.memories, Sort.CORE_MEMORY));
        case 0x04 -> {
          int index = Reading.index(in, scope.coreFunctions, Sort.CORE_FUNCTION);
          if (!scope.coreFunctions.get(index).equals(REALLOC)) {
            throw in.failure(
                start,
                "canonical option `realloc` uses a core function with an incorrect signature: "
                    + scope.coreFunctions.get(index));
          }
          realloc = OptionalInt.of(index);
        }
        case 0x05 ->
            postReturn = OptionalInt.of(Reading.index(in, scope.coreFunctions, Sort.CORE_FUNCTION));
        case 0x06, 0x07 ->
            throw CoreTypeReader.unsupported(in, start, "the canonical option " + optionName(code));
        default ->
            throw in.failure(
                start, "0x" + Integer.toHexString(code) + " begins no canonical option");
      }
    }
    if (realloc.isPresent() && memory.isEmpty()) {
      throw in.failure(
          position, "canonical option `realloc` requires `memory` to also be specified");
    }
    return new CanonOptions(encoding, memory, realloc, postReturn);
  }

  private static String optionName(int code) {
    return switch (code) {
      case 0x03 -> "memory";
      case 0x04 -> "realloc";
      case 0x05 -> "post-return";
      case 0x06 -> "async";
      default -> "callback";
    };
  }
}
