package io.pie4j.component;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.GlobalImport;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemoryImport;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.TableImport;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.TagImport;
import run.endive.wasm.types.ValType;

/** Finds the types of what a module imports and exports: every index is one into both. */
final class ModuleTypes {
  private static final Map<ValType, String> NAMES =
      Map.of(
          ValType.I32, "i32",
          ValType.I64, "i64",
          ValType.F32, "f32",
          ValType.F64, "f64",
          ValType.V128, "v128",
          ValType.FuncRef, "funcref",
          ValType.ExternRef, "externref");

  private final run.endive.wasm.WasmModule module;
  private final List<CoreType> functions = new ArrayList<>();
  private final List<CoreType> tables = new ArrayList<>();
  private final List<CoreType> memories = new ArrayList<>();
  private final List<CoreType> globals = new ArrayList<>();
  private final List<CoreType> tags = new ArrayList<>();

  private ModuleTypes(run.endive.wasm.WasmModule module) {
    this.module = module;
  }

  /** Throws {@link InvalidModule} if two imports have the same names. */
  static ModuleType of(String source, run.endive.wasm.WasmModule module) {
    return new ModuleTypes(module).find(source);
  }

  /** Types of all functions as text. */
  static String[] functions(run.endive.wasm.WasmModule module) {
    ModuleTypes types = new ModuleTypes(module);
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport f) {
        types.functions.add(function(module.typeSection().getType(f.typeIndex())));
      }
    }
    types.defined();
    return types.functions.stream().map(CoreType::toString).toArray(String[]::new);
  }

  /** All function types of the module as text, by type index; empty for types of other kinds. */
  static String[] types(run.endive.wasm.WasmModule module) {
    var section = module.typeSection();
    String[] all = new String[section.subTypeCount()];
    for (int i = 0; i < all.length; i++) {
      FunctionType type = section.getSubType(i).compType().funcType();
      all[i] = type == null ? "" : function(type).toString();
    }
    return all;
  }

  private ModuleType find(String source) {
    Map<ModuleType.Import, CoreType> imports = new LinkedHashMap<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      Import wanted = module.importSection().getImport(i);
      var name = new ModuleType.Import(wanted.module(), ImportNames.original(wanted.name()));
      CoreType type = imported(source, wanted);
      if (imports.put(name, type) != null) {
        throw new InvalidModule(source, "duplicate import name " + name);
      }
    }
    defined();
    Map<String, CoreType> exports = new LinkedHashMap<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      List<CoreType> all =
          switch (export.exportType()) {
            case FUNCTION -> functions;
            case TABLE -> tables;
            case MEMORY -> memories;
            case GLOBAL -> globals;
            case TAG -> tags;
          };
      if (export.index() < 0 || export.index() >= all.size()) {
        throw new InvalidModule(
            source,
            "invalid: exports "
                + export.exportType().name().toLowerCase(Locale.ROOT)
                + " "
                + export.index()
                + ", which there is not");
      }
      exports.put(export.name(), all.get(export.index()));
    }
    return new ModuleType(imports, exports);
  }

  private CoreType imported(String source, Import wanted) {
    switch (wanted) {
      case FunctionImport f -> functions.add(function(module.typeSection().getType(f.typeIndex())));
      case TableImport t -> tables.add(table(t.entryType(), t.limits()));
      case MemoryImport m -> memories.add(memory(m.limits()));
      case GlobalImport g ->
          globals.add(
              new CoreType.Global(name(g.type()), g.mutabilityType() == MutabilityType.Var));
      case TagImport t ->
          tags.add(new CoreType.Tag(function(module.typeSection().getType(t.tagType().typeIdx()))));
      default -> throw new InvalidModule(source, "unsupported import " + wanted);
    }
    return switch (wanted) {
      case FunctionImport _ -> functions.getLast();
      case TableImport _ -> tables.getLast();
      case MemoryImport _ -> memories.getLast();
      case GlobalImport _ -> globals.getLast();
      default -> tags.getLast();
    };
  }

  private void defined() {
    for (int i = 0; i < module.functionSection().functionCount(); i++) {
      functions.add(function(module.functionSection().getFunctionType(i, module.typeSection())));
    }
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      var table = module.tableSection().getTable(i);
      tables.add(table(table.elementType(), table.limits()));
    }
    module
        .memorySection()
        .ifPresent(section -> {
          for (int i = 0; i < section.memoryCount(); i++) {
            memories.add(memory(section.getMemory(i).limits()));
          }
        });
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      var global = module.globalSection().getGlobal(i);
      globals.add(
          new CoreType.Global(
              name(global.valueType()), global.mutabilityType() == MutabilityType.Var));
    }
    module
        .tagSection()
        .ifPresent(section -> {
          for (int i = 0; i < section.tagCount(); i++) {
            int type = section.getTag(i).typeIdx();
            tags.add(new CoreType.Tag(function(module.typeSection().getType(type))));
          }
        });
  }

  static CoreType.Function function(FunctionType type) {
    return new CoreType.Function(
        type.params().stream().map(ModuleTypes::name).toList(),
        type.returns().stream().map(ModuleTypes::name).toList());
  }

  private static CoreType.Table table(ValType element, TableLimits limits) {
    long max = limits.max() == TableLimits.LIMIT_MAX ? Long.MAX_VALUE : limits.max();
    return new CoreType.Table(name(element), limits.min(), max);
  }

  private static CoreType.Memory memory(MemoryLimits limits) {
    return new CoreType.Memory(limits.initialPages(), limits.maximumPages(), limits.shared());
  }

  private static String name(ValType type) {
    String name = NAMES.get(type);
    return name == null ? type.toString() : name;
  }
}
