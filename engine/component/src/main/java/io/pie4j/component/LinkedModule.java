package io.pie4j.component;

import io.pie4j.component.abi.GuestTrap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportGlobal;
import run.endive.runtime.ImportMemory;
import run.endive.runtime.ImportValues;
import run.endive.runtime.TableInstance;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.Global;
import run.endive.wasm.types.GlobalImport;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.MemoryImport;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * A module with its imports bound and its memory's first contents laid out: all that its instances
 * share. Close it when no more instances are made; those that were made live on.
 */
public final class LinkedModule implements AutoCloseable {
  private static final String REALLOC = "cabi_realloc";
  private static final Signature REALLOC_SIGNATURE = Signature.parse("i32 i32 i32 i32 -> i32");

  private static final int PAGE_BYTES = run.endive.runtime.Memory.PAGE_SIZE;

  private final CompiledModule compiled;
  private final run.endive.wasm.WasmModule runnable;
  private final List<ImportFunction> functions = new ArrayList<>();
  private final List<ImportGlobal> globals = new ArrayList<>();
  private final @Nullable MemoryImport importedMemory;
  private final @Nullable MemoryLimits memoryLimits;
  private final MemoryImage image;
  private final boolean imageIsComplete;
  private final Starts starts;
  private final Map<String, ExportedFunction> exportedFunctions = new HashMap<>();
  private final Optional<ExportedFunction> realloc;
  private final long tableElements;
  private final long fixedBytes;

  LinkedModule(CompiledModule compiled, HostImports imports) {
    this.compiled = compiled;
    if (compiled.module().memories() > 1) {
      throw new InvalidModule(
          source(),
          compiled.module().memories()
              + " memories are not supported, at most one is (except within a component)");
    }
    var module = compiled.runnable();
    bind(imports);
    this.runnable = ModuleCopy.withShortImports(module);
    this.importedMemory =
        runnable.importSection().stream()
            .filter(MemoryImport.class::isInstance)
            .map(MemoryImport.class::cast)
            .findFirst()
            .orElse(null);
    this.memoryLimits =
        importedMemory != null
            ? importedMemory.limits()
            : module
                .memorySection()
                .filter(s -> s.memoryCount() > 0)
                .map(s -> s.getMemory(0).limits())
                .orElse(null);
    long elements = 0;
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      elements += module.tableSection().getTable(i).limits().min();
    }
    this.tableElements = elements;
    this.fixedBytes = fixedBytes(module, elements);
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        Signature signature = compiled.module().functionSignature(export.index());
        exportedFunctions.put(export.name(), new ExportedFunction(export.index(), signature));
      }
    }
    this.realloc =
        exportedFunction(REALLOC).filter(found -> found.signature().equals(REALLOC_SIGNATURE));
    int pages = memoryLimits == null ? 0 : memoryLimits.initialPages();
    Optional<byte[]> contents = ActiveSegments.image(source(), module, 0, pages);
    this.imageIsComplete = contents.isPresent();
    this.image = MemoryImage.of(contents.orElse(new byte[0]));
    this.starts = new Starts(this, StartedState.isPossible(module));
  }

  // The guest's own start is seen by GuestHeap; this is what Endive makes before, and pages
  // touched.
  private static long fixedBytes(run.endive.wasm.WasmModule module, long tableElements) {
    long bytes = PAGE_BYTES / 2 + 16 * tableElements;
    for (Global global : module.globalSection().globals()) {
      bytes += 64;
      for (Instruction instruction : global.initInstructions()) {
        if (instruction.opcode() == OpCode.STRUCT_NEW_DEFAULT) {
          var type = module.typeSection().getSubType((int) instruction.operand(0)).compType();
          bytes += GuestHeap.structBytes(type.structType().fieldTypes().length);
        }
      }
    }
    return bytes;
  }

  /** About how much an instance holds before it has made anything itself. */
  long fixedBytes() {
    return fixedBytes;
  }

  private void bind(HostImports imports) {
    var module = compiled.runnable();
    Set<String> problems = new LinkedHashSet<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      Import wanted = module.importSection().getImport(i);
      String name = ModuleCopy.importName(i);
      switch (wanted) {
        case FunctionImport f -> {
          var type = module.typeSection().getType(f.typeIndex());
          String signature = Signature.of(type).toString();
          imports
              .function(f.module(), ImportNames.original(f.name()))
              .ifPresentOrElse(
                  offered -> {
                    if (!offered.signature().toString().equals(signature)) {
                      problems.add(
                          "function "
                              + f.module()
                              + " "
                              + ImportNames.original(f.name())
                              + " is ("
                              + offered.signature()
                              + ") here, the module wants ("
                              + signature
                              + ")");
                    }
                    functions.add(new ImportFunction("", name, type, offered.call()));
                  },
                  () ->
                      problems.add(
                          "unknown function "
                              + f.module()
                              + " "
                              + ImportNames.original(f.name())
                              + " ("
                              + signature
                              + ")"));
        }
        case GlobalImport g -> {
          Optional<HostImports.Constant> offered =
              imports.constant(g.module(), ImportNames.original(g.name()));
          if (offered.isPresent()
              && g.mutabilityType() == MutabilityType.Const
              && offered.get().type() == ValueType.of(g.type())) {
            globals.add(new ImportGlobal("", name, constant(g, offered.get())));
          } else {
            problems.add(
                "unknown global "
                    + g.module()
                    + " "
                    + ImportNames.original(g.name())
                    + " ("
                    + WasmModule.globalType(g)
                    + ")");
          }
        }
        case MemoryImport made -> {}
        default ->
            problems.add(
                "unknown "
                    + wanted.importType().name().toLowerCase(java.util.Locale.ROOT)
                    + " "
                    + wanted.module()
                    + " "
                    + ImportNames.original(wanted.name()));
      }
    }
    if (!problems.isEmpty()) {
      throw new UnlinkableModule(
          source(),
          problems.size()
              + (problems.size() == 1 ? " import does" : " imports do")
              + " not fit: "
              + String.join("; ", problems));
    }
  }

  private static GlobalInstance constant(GlobalImport wanted, HostImports.Constant offered) {
    return GlobalInstance.builder()
        .valueLow(offered.bits())
        .valType(wanted.type())
        .mutabilityType(MutabilityType.Const)
        .refValue(offered.reference())
        .build();
  }

  /**
   * Makes an instance and runs the module's start function in it; or copies one right after its
   * start, if that called no host function. Throws {@link InstanceEnded} if that fails or if the
   * module starts with more than {@code limits} allow.
   */
  public Instance instantiate(Limits limits) {
    return starts.instantiate(limits);
  }

  public CompiledModule compiled() {
    return compiled;
  }

  /** Gives back the memory's first contents. */
  @Override
  public void close() {
    starts.close();
    image.close();
  }

  String source() {
    return compiled.module().source();
  }

  /** Where a function is and what it takes. */
  record ExportedFunction(int index, Signature signature) {}

  Optional<ExportedFunction> exportedFunction(String name) {
    return Optional.ofNullable(exportedFunctions.get(name));
  }

  /** The guest's allocator; traps if the module exports none. */
  ExportedFunction realloc() {
    return realloc.orElseThrow(() ->
        new GuestTrap(
            "the module exports no "
                + REALLOC
                + " ("
                + REALLOC_SIGNATURE
                + "), which the host needs to hand it strings and lists"));
  }

  /** A memory as before the start, or as {@code started}; null if the module has none. */
  @Nullable LinearMemory memory(Limits limits, @Nullable StartedState started) {
    if (memoryLimits == null) {
      return null;
    }
    int pages = started == null ? memoryLimits.initialPages() : started.memoryPages();
    long wanted = (long) pages * PAGE_BYTES;
    if (wanted > limits.memoryBytes()) {
      throw new InstanceEnded(
          new End.MemoryExhausted(
              "it starts with " + wanted + " bytes of memory", limits.memoryBytes()));
    }
    try {
      return new LinearMemory(
          started == null ? image : started.image(),
          pages,
          memoryLimits.maximumPages(),
          (int) (limits.memoryBytes() / PAGE_BYTES),
          started == null && !imageIsComplete);
    } catch (OutOfMemoryError refused) {
      throw new InstanceEnded(
          new End.MemoryExhausted(String.valueOf(refused.getMessage()), limits.memoryBytes()),
          refused);
    }
  }

  /** Endive's instance around {@code instance}'s memory and machine, started. */
  run.endive.runtime.Instance build(
      Instance instance,
      @Nullable LinearMemory memory,
      GuestHeap heap,
      Limits limits,
      @Nullable StartedState started) {
    if (tableElements > limits.tableElements()) {
      throw new InstanceEnded(
          new End.MemoryExhausted(
              "it starts with " + tableElements + " table elements, of " + limits.tableElements(),
              limits.memoryBytes()));
    }
    var imports = ImportValues.builder().withFunctions(functions).withGlobals(globals);
    if (importedMemory != null && memory != null) {
      imports.addMemory(new ImportMemory(importedMemory.module(), importedMemory.name(), memory));
    }
    var builder =
        run.endive.runtime.Instance.builder(started == null ? runnable : started.resumed())
            .withStart(false)
            .withImportValues(imports.build())
            .withTableFactory((table, initial) -> table(table, initial, limits))
            .withMachineFactory(endive ->
                new GuestMachine(compiled.machines().apply(endive), compiled, instance, heap));
    if (memory != null) {
      builder.withMemoryFactory(ignored -> memory);
    }
    var built = builder.build();
    if (started != null) {
      started.restore(built, heap);
    }
    return built;
  }

  // Endive grows a table by changing its declaration, which all instances share: each gets a copy
  // of its own.
  static TableInstance table(Table declared, int initial, Limits limits) {
    long max =
        Math.max(
            declared.limits().min(), Math.min(declared.limits().max(), limits.tableElements()));
    return new TableInstance(
        new Table(
            declared.elementType(),
            new TableLimits(declared.limits().min(), max),
            declared.initialize()),
        initial);
  }
}
