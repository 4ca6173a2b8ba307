package io.pie4j.component;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportGlobal;
import run.endive.runtime.ImportMemory;
import run.endive.runtime.ImportTable;
import run.endive.runtime.ImportTag;
import run.endive.runtime.ImportValues;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemoryLimits;

/**
 * A compiled module of which instances are made in {@link Store}s, with its memory's first contents
 * laid out. Close it when no more instances are made; those that were made live on.
 */
public final class CoreModule implements AutoCloseable {
  private static final int PAGE_BYTES = run.endive.runtime.Memory.PAGE_SIZE;

  private final CompiledModule compiled;
  private final run.endive.wasm.WasmModule runnable;
  private final ModuleType type;
  private final List<OwnMemory> ownMemories = new ArrayList<>();
  private final long tableElements;

  /**
   * A memory that every instance has of its own.
   *
   * @param imageIsComplete whether no data segment is left to be written later
   */
  private record OwnMemory(MemoryLimits limits, MemoryImage image, boolean imageIsComplete) {}

  CoreModule(CompiledModule compiled) {
    this.compiled = compiled;
    this.runnable = ModuleCopy.withShortImports(compiled.runnable());
    this.type = compiled.module().type();
    int imported = runnable.importSection().count(ExternalType.MEMORY);
    runnable
        .memorySection()
        .ifPresent(section -> {
          for (int i = 0; i < section.memoryCount(); i++) {
            MemoryLimits limits = section.getMemory(i).limits();
            Optional<byte[]> contents =
                ActiveSegments.image(
                    compiled.module().source(), runnable, imported + i, limits.initialPages());
            ownMemories.add(
                new OwnMemory(
                    limits, MemoryImage.of(contents.orElse(new byte[0])), contents.isPresent()));
          }
        });
    long elements = 0;
    for (int i = 0; i < runnable.tableSection().tableCount(); i++) {
      elements += runnable.tableSection().getTable(i).limits().min();
    }
    this.tableElements = elements;
  }

  public CompiledModule compiled() {
    return compiled;
  }

  public ModuleType type() {
    return type;
  }

  /**
   * Makes an instance, to be called within the store's run: {@code imports} are in the module's
   * order and of its types. Runs its start function. What it exports, by name.
   */
  public Map<String, CoreExtern> instantiate(Store store, List<CoreExtern> imports) {
    store.takeTableElements(tableElements);
    ImportValues.Builder values = ImportValues.builder();
    List<LinearMemory> memories = new ArrayList<>();
    for (int i = 0; i < imports.size(); i++) {
      Import wanted = runnable.importSection().getImport(i);
      String name = wanted.name();
      switch (imports.get(i)) {
        case CoreExtern.Function(CoreFunction function) -> {
          var declared = runnable.typeSection().getType(((FunctionImport) wanted).typeIndex());
          values.addFunction(new ImportFunction("", name, declared, function.handle()));
        }
        case CoreExtern.Memory shared -> {
          memories.add(shared.linear().view());
          values.addMemory(new ImportMemory("", name, memories.getLast()));
        }
        case CoreExtern.Table table -> values.addTable(new ImportTable("", name, table.instance()));
        case CoreExtern.Global global ->
            values.addGlobal(new ImportGlobal("", name, global.instance()));
        case CoreExtern.Tag tag -> values.addTag(new ImportTag("", name, tag.instance()));
      }
    }
    List<LinearMemory> own = new ArrayList<>();
    for (OwnMemory memory : ownMemories) {
      own.add(memory(store, memory));
    }
    memories.addAll(own);
    return exports(build(store, values.build(), own), memories);
  }

  private static LinearMemory memory(Store store, OwnMemory own) {
    MemoryLimits limits = own.limits;
    long bytes = (long) limits.initialPages() * PAGE_BYTES;
    if (!store.takeMemory(bytes)) {
      throw new InstanceEnded(
          new End.MemoryExhausted(
              "it starts with " + (store.memoryBytes() + bytes) + " bytes of memory",
              store.limits().memoryBytes()));
    }
    try {
      LinearMemory memory =
          new LinearMemory(
              own.image,
              limits.initialPages(),
              limits.maximumPages(),
              (int) (store.limits().memoryBytes() / PAGE_BYTES),
              !own.imageIsComplete,
              store::takeMemory);
      store.add(memory);
      return memory;
    } catch (OutOfMemoryError refused) {
      throw new InstanceEnded(
          new End.MemoryExhausted(
              String.valueOf(refused.getMessage()), store.limits().memoryBytes()),
          refused);
    }
  }

  private run.endive.runtime.Instance build(
      Store store, ImportValues imports, List<LinearMemory> own) {
    Iterator<LinearMemory> memories = own.iterator();
    var builder =
        run.endive.runtime.Instance.builder(runnable)
            .withStart(false)
            .withImportValues(imports)
            .withTableFactory(
                (table, initial) -> LinkedModule.table(table, initial, store.limits()))
            .withMachineFactory(endive ->
                new GuestMachine(compiled.machines().apply(endive), compiled, null, store.heap()));
    if (!own.isEmpty()) {
      builder.withMemoryFactory(_ -> memories.next());
    }
    return builder.build();
  }

  private Map<String, CoreExtern> exports(
      run.endive.runtime.Instance instance, List<LinearMemory> memories) {
    Map<String, CoreExtern> all = new HashMap<>();
    for (int i = 0; i < runnable.exportSection().exportCount(); i++) {
      Export export = runnable.exportSection().getExport(i);
      int index = export.index();
      all.put(
          export.name(),
          switch (export.exportType()) {
            case FUNCTION -> new CoreExtern.Function(CoreFunction.of(instance, index));
            case TABLE -> new CoreExtern.Table(instance.table(index));
            case MEMORY -> new CoreExtern.Memory(memories.get(index));
            case GLOBAL -> new CoreExtern.Global(instance.global(index));
            case TAG -> new CoreExtern.Tag(instance.tag(index));
          });
    }
    return all;
  }

  /** Gives back the memory's first contents. */
  @Override
  public void close() {
    ownMemories.forEach(memory -> memory.image.close());
  }
}
