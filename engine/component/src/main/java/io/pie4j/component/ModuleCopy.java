package io.pie4j.component;

import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.GlobalImport;
import run.endive.wasm.types.GlobalSection;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.ImportSection;
import run.endive.wasm.types.MemoryImport;
import run.endive.wasm.types.TableImport;
import run.endive.wasm.types.TagImport;

/** A module as Endive makes instances of it: changed where that makes them cheaper. */
final class ModuleCopy {
  private ModuleCopy() {}

  /** What the import at an index is called; the module's part of its name is empty. */
  static String importName(int index) {
    return Integer.toString(index, Character.MAX_RADIX);
  }

  /**
   * The module with its imports called by their numbers. Endive compares every import's name with
   * all others' for each instance, which with the names of an interface was half of making one;
   * ours are bound once, by position (see {@link LinkedModule}).
   */
  static WasmModule withShortImports(WasmModule module) {
    var imports = ImportSection.builder();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      imports.addImport(shortened(module.importSection().getImport(i), importName(i)));
    }
    return copy(module, true)
        .setImportSection(imports.build())
        .setGlobalSection(module.globalSection())
        .build();
  }

  private static Import shortened(Import wanted, String name) {
    return switch (wanted) {
      case FunctionImport f -> new FunctionImport("", name, f.typeIndex());
      case GlobalImport g -> new GlobalImport("", name, g.mutabilityType(), g.type());
      case MemoryImport m -> new MemoryImport("", name, m.limits());
      case TableImport t -> new TableImport("", name, t.entryType(), t.limits());
      case TagImport t -> new TagImport("", name, t.tagType().attribute(), t.tagType().typeIdx());
      default -> wanted;
    };
  }

  /** The module with other globals, of the same types, and without its start function. */
  static WasmModule withoutStart(WasmModule module, GlobalSection globals) {
    return copy(module, false)
        .setImportSection(module.importSection())
        .setGlobalSection(globals)
        .build();
  }

  // All but imports and globals. It was validated when it was read.
  private static WasmModule.Builder copy(WasmModule module, boolean start) {
    var builder =
        WasmModule.builder()
            .withValidation(false)
            .setTypeSection(module.typeSection())
            .setFunctionSection(module.functionSection())
            .setTableSection(module.tableSection())
            .setExportSection(module.exportSection())
            .setElementSection(module.elementSection())
            .setCodeSection(module.codeSection())
            .setDataSection(module.dataSection());
    if (start) {
      module.startSection().ifPresent(builder::setStartSection);
    }
    module.memorySection().ifPresent(builder::setMemorySection);
    module.dataCountSection().ifPresent(builder::setDataCountSection);
    module.tagSection().ifPresent(builder::setTagSection);
    return builder;
  }
}
