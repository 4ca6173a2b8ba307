package io.pie4j.component;

import io.pie4j.component.ModuleImport.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.GlobalImport;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemoryImport;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.TableImport;
import run.endive.wasm.types.TagImport;

/**
 * A core module that was read and checked, all but its function bodies: those are checked when they
 * are compiled ({@link WasmEngine#compile}), or were when code was cached that is the same to the
 * byte.
 */
public final class WasmModule {
  /** Largest file taken, in bytes. */
  public static final int BYTES_MAX = 64 << 20;

  /** Memories of one module. */
  static final int MEMORIES_MAX = 100;

  private final String source;
  private final Sections sections;
  private final run.endive.wasm.WasmModule declarations;
  private final List<ModuleImport> imports;
  private final List<ModuleExport> exports;

  private WasmModule(String source, byte[] bytes) {
    this.source = source;
    this.sections = new Sections(source, bytes);
    this.declarations = Parser.parse(sections.withoutBodies(Set.of()));
    checkSupported();
    this.imports = declarations.importSection().stream().map(this::describe).toList();
    this.exports = describeExports();
  }

  /** Reads a module from its bytes; {@code source} names it in messages. */
  public static WasmModule parse(String source, byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new InvalidModule(
          source, bytes.length + " bytes are more than a module may have (" + BYTES_MAX + ")");
    }
    return guarded(source, () -> new WasmModule(source, bytes.clone()));
  }

  /** Reads a module from a file. */
  public static WasmModule read(Path file) {
    return parse(file.toString(), readBytes(file));
  }

  /**
   * The bytes of a module's or component's file; throws {@link InvalidModule} if there are none.
   */
  public static byte[] readBytes(Path file) {
    String source = file.toString();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new InvalidModule(
            source, "the file has more bytes than a module may have (" + BYTES_MAX + ")");
      }
      return bytes;
    } catch (NoSuchFileException missing) {
      throw new InvalidModule(source, "there is no such file", missing);
    } catch (IOException failure) {
      throw new InvalidModule(source, "cannot be read: " + failure.getMessage(), failure);
    }
  }

  /** What names the module in messages: its file, usually. */
  public String source() {
    return source;
  }

  /** SHA-256 of the module's bytes, in hexadecimal. */
  public String digest() {
    return HexFormat.of().formatHex(sha256().digest(sections.bytes()));
  }

  /** In the module's order. */
  public List<ModuleImport> imports() {
    return imports;
  }

  /** In the module's order. */
  public List<ModuleExport> exports() {
    return exports;
  }

  /**
   * The contents of the custom section of that name, the last one if there are several; empty if
   * there is none.
   */
  public byte[] customSection(String name) {
    return sections.custom(name);
  }

  /**
   * The types of its imports and exports. Throws {@link InvalidModule} if two imports have the same
   * names, which a module may have but nothing that is linked by name.
   */
  public ModuleType type() {
    return guarded(source, () -> ModuleTypes.of(source, declarations));
  }

  Sections sections() {
    return sections;
  }

  /** Of its functions' bodies. */
  long codeBytes() {
    return sections.all().stream()
        .filter(section -> section.id() == Sections.CODE)
        .mapToLong(section -> section.end() - section.start())
        .sum();
  }

  /** The module with empty function bodies. */
  run.endive.wasm.WasmModule declarations() {
    return declarations;
  }

  /**
   * The module with its function bodies, checked, the large ones cut: there are more functions
   * behind those that it declares.
   */
  run.endive.wasm.WasmModule complete() {
    return guarded(source, () -> Parser.parse(BlockTypes.readable(cut().withoutCustom())));
  }

  /**
   * What runs code that was compiled before: the module with empty bodies; or, if functions are
   * interpreted (indices among all), with theirs and with what they were cut to.
   */
  run.endive.wasm.WasmModule runnable(Set<Integer> interpreted) {
    if (interpreted.isEmpty()) {
      return declarations;
    }
    int imported = declarations.importSection().count(ExternalType.FUNCTION);
    Set<Integer> defined =
        interpreted.stream()
            .map(index -> index - imported)
            .collect(java.util.stream.Collectors.toSet());
    return guarded(source, () -> Parser.parse(BlockTypes.readable(cut().withoutBodies(defined))));
  }

  private Sections cut() {
    return new Sections(source, LargeFunctions.cut(source, sections.bytes()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  // Endive's parser trusts counts and nesting in places: whatever it throws on a hostile file means
  // a bad file.
  private static <T> T guarded(String source, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (WasmException own) {
      throw own;
    } catch (WasmEngineException bad) {
      throw new InvalidModule(source, "invalid: " + oneLine(bad), bad);
    } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError bad) {
      throw new InvalidModule(source, "malformed: " + oneLine(bad), bad);
    }
  }

  static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /** Imported and own ones. */
  int memories() {
    return declarations.importSection().count(ExternalType.MEMORY)
        + declarations.memorySection().map(s -> s.memoryCount()).orElse(0);
  }

  private void checkSupported() {
    if (memories() > MEMORIES_MAX) {
      throw new InvalidModule(
          source, memories() + " memories are not supported, at most " + MEMORIES_MAX + " are");
    }
    boolean shared =
        declarations.importSection().stream()
                .anyMatch(i -> i instanceof MemoryImport m && m.limits().shared())
            || declarations
                .memorySection()
                .map(s ->
                    IntStream.range(0, s.memoryCount())
                        .anyMatch(i -> s.getMemory(i).limits().shared()))
                .orElse(false);
    if (shared) {
      throw new InvalidModule(source, "shared memory (threads) is not supported");
    }
  }

  private ModuleImport describe(Import entry) {
    return switch (entry) {
      case FunctionImport f ->
          of(entry, Kind.FUNCTION, Signature.of(type(f.typeIndex())).toString());
      case TableImport t ->
          of(entry, Kind.TABLE, t.entryType() + " " + t.limits().min() + ".." + t.limits().max());
      case MemoryImport m ->
          of(
              entry,
              Kind.MEMORY,
              m.limits().initialPages() + ".." + m.limits().maximumPages() + " pages");
      case GlobalImport g -> of(entry, Kind.GLOBAL, globalType(g));
      case TagImport t -> of(entry, Kind.TAG, Signature.of(type(t.tagType().typeIdx())).toString());
      default -> throw new InvalidModule(source, "unsupported import " + entry);
    };
  }

  static String globalType(GlobalImport global) {
    String type = ValueType.of(global.type()).name().toLowerCase(Locale.ROOT);
    return global.mutabilityType() == MutabilityType.Var ? "mutable " + type : type;
  }

  private static ModuleImport of(Import entry, Kind kind, String type) {
    return new ModuleImport(entry.module(), ImportNames.original(entry.name()), kind, type);
  }

  private FunctionType type(int index) {
    return declarations.typeSection().getType(index);
  }

  private List<ModuleExport> describeExports() {
    var section = declarations.exportSection();
    List<ModuleExport> all = new java.util.ArrayList<>();
    for (int i = 0; i < section.exportCount(); i++) {
      Export export = section.getExport(i);
      all.add(
          switch (export.exportType()) {
            case FUNCTION ->
                new ModuleExport(
                    export.name(), Kind.FUNCTION, functionSignature(export.index()).toString());
            case TABLE -> new ModuleExport(export.name(), Kind.TABLE, "");
            case MEMORY -> new ModuleExport(export.name(), Kind.MEMORY, "");
            case GLOBAL -> new ModuleExport(export.name(), Kind.GLOBAL, "");
            case TAG -> new ModuleExport(export.name(), Kind.TAG, "");
          });
    }
    return List.copyOf(all);
  }

  /** The signature of a function by its index among all functions, imported ones first. */
  Signature functionSignature(int index) {
    int imported = 0;
    for (int i = 0; i < declarations.importSection().importCount(); i++) {
      if (declarations.importSection().getImport(i) instanceof FunctionImport f) {
        if (imported++ == index) {
          return Signature.of(type(f.typeIndex()));
        }
      }
    }
    if (index - imported >= declarations.functionSection().functionCount()) {
      throw new InvalidModule(
          source, "invalid: exports function " + index + ", which there is not");
    }
    return Signature.of(
        declarations
            .functionSection()
            .getFunctionType(index - imported, declarations.typeSection()));
  }
}
