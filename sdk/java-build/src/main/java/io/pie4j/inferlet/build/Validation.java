package io.pie4j.inferlet.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.CodeSection;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;

/**
 * Checks modules as the engine does before it runs them, by the same validator. TeaVM makes invalid
 * ones of some programs; without this check the first launch would find it.
 */
final class Validation {
  /** A module of one function that is {@code unreachable}: a body that fits every type. */
  private static final byte[] UNREACHABLE = {
    0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 0, 0x0b
  };

  private Validation() {}

  /** Throws {@link BuildFailure} that names the program and, where it can, the function. */
  static void check(Target target, Path module) throws IOException {
    byte[] bytes = Files.readAllBytes(module);
    try {
      Parser.parse(bytes);
    } catch (WasmEngineException invalid) {
      throw new BuildFailure(
          "%s: TeaVM made an invalid module of %s%s: %s; sdk/java/README.md says what to write instead"
              .formatted(target.name(), target.mainClass(), function(bytes), invalid.getMessage()),
          invalid);
    }
  }

  /** {@code ", function NAME"}; empty if what is wrong is not in a function's body. */
  private static String function(byte[] bytes) {
    WasmModule module;
    try {
      module = Parser.builder().withValidation(false).build().parse(() -> stream(bytes));
    } catch (WasmEngineException malformed) {
      return "";
    }
    if (!isValid(module, 0)) {
      return "";
    }
    int valid = 0;
    int invalid = module.codeSection().functionBodyCount();
    while (invalid - valid > 1) {
      int middle = (valid + invalid) >>> 1;
      if (isValid(module, middle)) {
        valid = middle;
      } else {
        invalid = middle;
      }
    }
    int index = module.importSection().count(ExternalType.FUNCTION) + valid;
    String name = module.nameSection() == null ? null : module.nameSection().nameOfFunction(index);
    return ", function " + (name == null ? "number " + index : name);
  }

  /** Whether the module would be valid with the first {@code kept} of its functions' bodies. */
  private static boolean isValid(WasmModule module, int kept) {
    FunctionBody unreachable = Parser.parse(UNREACHABLE).codeSection().getFunctionBody(0);
    List<FunctionBody> bodies = List.of(module.codeSection().functionBodies());
    CodeSection.Builder code =
        CodeSection.builder().setRequiresDataCount(module.codeSection().isRequiresDataCount());
    for (int i = 0; i < bodies.size(); i++) {
      code.addFunctionBody(i < kept ? bodies.get(i) : unreachable);
    }
    WasmModule.Builder copy =
        WasmModule.builder()
            .setTypeSection(module.typeSection())
            .setImportSection(module.importSection())
            .setFunctionSection(module.functionSection())
            .setTableSection(module.tableSection())
            .setGlobalSection(module.globalSection())
            .setExportSection(module.exportSection())
            .setElementSection(module.elementSection())
            .setDataSection(module.dataSection())
            .setCodeSection(code.build());
    module.memorySection().ifPresent(copy::setMemorySection);
    module.startSection().ifPresent(copy::setStartSection);
    module.dataCountSection().ifPresent(copy::setDataCountSection);
    module.tagSection().ifPresent(copy::setTagSection);
    try {
      copy.build();
      return true;
    } catch (WasmEngineException invalid) {
      return false;
    }
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }
}
