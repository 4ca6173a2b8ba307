package io.pie4j.component;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.WasmArray;
import run.endive.runtime.WasmI31Ref;
import run.endive.runtime.WasmStruct;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FieldType;
import run.endive.wasm.types.Global;
import run.endive.wasm.types.GlobalSection;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.PassiveElement;
import run.endive.wasm.types.ValType;

/**
 * What an instance is when its module's start function is over: globals, the objects that can be
 * reached from them, linear memory. Garbage-collected guests run their static initializers then,
 * for milliseconds as long as the code is new to the JVM; every further instance begins as a copy
 * of the first one in tens of microseconds.
 *
 * <p>Only for what such modules are: no tables, no exception references, no segments dropped at the
 * start, and no objects in reach but the guest's own and immutable ones. Others run their start
 * every time.
 */
final class StartedState implements AutoCloseable {
  /** Of linear memory; a module that begins with more runs its start every time. */
  private static final long MEMORY_BYTES_MAX = 16 << 20;

  /**
   * An object of the guest's. In {@code references} a prototype stands for its copy, anything else
   * for itself.
   */
  private record Prototype(
      int index,
      boolean isArray,
      int type,
      long[] numbers,
      @Nullable Object @Nullable [] references) {
    Object copy(@Nullable Object @Nullable [] copiedReferences) {
      if (isArray) {
        var array = WasmArray.builder().typeIdx(type).elements(numbers.clone());
        return (copiedReferences == null ? array : array.elementRefs(copiedReferences)).build();
      }
      var struct = WasmStruct.builder().typeIdx(type).fields(numbers.clone());
      return (copiedReferences == null ? struct : struct.fieldRefs(copiedReferences)).build();
    }
  }

  private record GlobalState(long low, long high, @Nullable Object reference) {}

  private final run.endive.wasm.WasmModule resumed;
  private final int importedGlobals;
  private final List<GlobalState> globals;
  private final List<Prototype> objects;
  private final MemoryImage image;
  private final int memoryPages;

  private StartedState(
      run.endive.wasm.WasmModule module,
      int importedGlobals,
      List<GlobalState> globals,
      List<Prototype> objects,
      byte[] memory,
      int memoryPages) {
    this.resumed = withoutStart(module);
    this.importedGlobals = importedGlobals;
    this.globals = globals;
    this.objects = objects;
    this.image = MemoryImage.of(memory);
    this.memoryPages = memoryPages;
  }

  /** Whether instances of a module may begin as copies, as far as the module tells. */
  static boolean isPossible(run.endive.wasm.WasmModule module) {
    return module.startSection().isPresent()
        && module.tableSection().tableCount() == 0
        && module.importSection().count(ExternalType.TABLE) == 0
        && !holdsExceptions(module);
  }

  private static boolean holdsExceptions(run.endive.wasm.WasmModule module) {
    for (Global global : module.globalSection().globals()) {
      if (isException(global.valueType())) {
        return true;
      }
    }
    var types = module.typeSection();
    for (int i = 0; i < types.subTypeCount(); i++) {
      var composite = types.getSubType(i).compType();
      if (composite.structType() != null) {
        for (FieldType field : composite.structType().fieldTypes()) {
          if (isException(field.storageType().valType())) {
            return true;
          }
        }
      }
      if (composite.arrayType() != null
          && isException(composite.arrayType().fieldType().storageType().valType())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isException(@Nullable ValType type) {
    return type != null && type.isReference() && type.typeIdx() == ValType.ExnRef.typeIdx();
  }

  /** The state of an instance that has just started; empty if it cannot be copied. */
  static Optional<StartedState> of(
      run.endive.runtime.Instance started, @Nullable LinearMemory memory) {
    var module = started.module();
    if (hasDroppedSegments(started) || (memory != null && memory.byteSize() > MEMORY_BYTES_MAX)) {
      return Optional.empty();
    }
    Capture capture = new Capture();
    int imported = module.importSection().count(ExternalType.GLOBAL);
    List<GlobalState> globals = new ArrayList<>();
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      GlobalInstance global = started.global(imported + i);
      Object reference = capture.prototype(global.getRefValue());
      globals.add(new GlobalState(global.getValueLow(), global.getValueHigh(), reference));
    }
    if (!capture.complete()) {
      return Optional.empty();
    }
    byte[] contents = memory == null ? new byte[0] : memory.readBytes(0, (int) memory.byteSize());
    return Optional.of(
        new StartedState(
            module,
            imported,
            globals,
            capture.prototypes,
            contents,
            memory == null ? 0 : memory.pages()));
  }

  private static boolean hasDroppedSegments(run.endive.runtime.Instance started) {
    var module = started.module();
    var elements = module.elementSection().elements();
    for (int i = 0; i < elements.length; i++) {
      if (elements[i] instanceof PassiveElement && started.element(i) == null) {
        return true;
      }
    }
    var segments = module.dataSection().dataSegments();
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].data().length != started.dataSegmentData(i).length) {
        return true;
      }
    }
    return false;
  }

  /** Finds all objects that can be reached. */
  private static final class Capture {
    private final IdentityHashMap<Object, Prototype> known = new IdentityHashMap<>();
    private final List<Prototype> prototypes = new ArrayList<>();
    private final List<@Nullable Object @Nullable []> originals = new ArrayList<>();
    private boolean foreign;

    /** What stands for an object; its own references are followed by {@link #complete}. */
    @Nullable Object prototype(@Nullable Object object) {
      return switch (object) {
        case null -> null;
        case WasmStruct struct -> known.computeIfAbsent(struct, _ -> add(struct));
        case WasmArray array -> known.computeIfAbsent(array, _ -> add(array));
        case WasmI31Ref number -> number;
        case String text -> text;
        default -> {
          foreign = true;
          yield null;
        }
      };
    }

    private Prototype add(WasmStruct struct) {
      int count = struct.fieldCount();
      long[] numbers = new long[count];
      Object[] references = new Object[count];
      boolean any = false;
      for (int i = 0; i < count; i++) {
        numbers[i] = struct.field(i);
        references[i] = struct.fieldRef(i);
        any |= references[i] != null;
      }
      return add(false, struct.typeIdx(), numbers, any ? references : null);
    }

    private Prototype add(WasmArray array) {
      return add(true, array.typeIdx(), array.elements().clone(), array.elementRefs());
    }

    private Prototype add(
        boolean isArray, int type, long[] numbers, @Nullable Object @Nullable [] references) {
      Prototype prototype =
          new Prototype(
              prototypes.size(),
              isArray,
              type,
              numbers,
              references == null ? null : new Object[references.length]);
      prototypes.add(prototype);
      originals.add(references);
      return prototype;
    }

    /** Follows all references; false if a foreign object was met. */
    boolean complete() {
      for (int i = 0; i < prototypes.size() && !foreign; i++) {
        Object[] from = originals.get(i);
        Object[] to = prototypes.get(i).references;
        if (from != null && to != null) {
          for (int k = 0; k < from.length; k++) {
            to[k] = prototype(from[k]);
          }
        }
      }
      return !foreign;
    }
  }

  /** The module as an instance that begins as a copy needs it: it starts with nothing. */
  private static run.endive.wasm.WasmModule withoutStart(run.endive.wasm.WasmModule module) {
    List<Instruction> zero =
        List.of(
            new Instruction(0, OpCode.I32_CONST, new long[] {0}),
            new Instruction(0, OpCode.END, Instruction.EMPTY_OPERANDS));
    var globals = GlobalSection.builder();
    for (Global global : module.globalSection().globals()) {
      globals.addGlobal(new Global(global.valueType(), global.mutabilityType(), zero));
    }
    return ModuleCopy.withoutStart(module, globals.build());
  }

  /** What Endive makes the copy of. */
  run.endive.wasm.WasmModule resumed() {
    return resumed;
  }

  MemoryImage image() {
    return image;
  }

  int memoryPages() {
    return memoryPages;
  }

  /** Gives a fresh instance this state; {@code heap} is told of each object. */
  void restore(run.endive.runtime.Instance fresh, GuestHeap heap) {
    int count = objects.size();
    Object[] copies = new Object[count];
    @Nullable Object[] @Nullable [] references = new Object[count][];
    for (int i = 0; i < count; i++) {
      Prototype prototype = objects.get(i);
      references[i] = prototype.references == null ? null : new Object[prototype.references.length];
      copies[i] = prototype.copy(references[i]);
      heap.made(copies[i]);
    }
    for (int i = 0; i < count; i++) {
      Object[] from = objects.get(i).references;
      Object[] to = references[i];
      if (from != null && to != null) {
        for (int k = 0; k < from.length; k++) {
          to[k] = copy(from[k], copies);
        }
      }
    }
    for (int i = 0; i < globals.size(); i++) {
      GlobalState state = globals.get(i);
      GlobalInstance global = fresh.global(importedGlobals + i);
      global.setValueLow(state.low);
      global.setValueHigh(state.high);
      global.setRefValue(copy(state.reference, copies));
    }
  }

  private static @Nullable Object copy(@Nullable Object reference, Object[] copies) {
    return reference instanceof Prototype prototype ? copies[prototype.index] : reference;
  }

  @Override
  public void close() {
    image.close();
  }
}
