package io.pie4j.component;

import io.pie4j.component.FunctionBodyCode.Unsplittable;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/**
 * Cuts functions into pieces that would be too large for a method of the JVM (64 KiB), as the main
 * loops of language engines are. Without that they are interpreted, at a hundredth of the speed.
 * Long runs of statements become functions of their own behind all others ({@link Outline}); a
 * function's index, its type and what it does stay.
 */
final class LargeFunctions {
  /**
   * When and how fine to cut.
   *
   * @param suspectBytes a shorter body needs no look: each of its bytes becomes some of the JVM's
   * @param jvmBytesMax what certainly fits a method
   * @param jvmBytesGoal what the rest of a function that is cut may have: with more, HotSpot's
   *     compilers give up
   * @param pieceBytes of a piece at most, if it is no single statement: small enough to be compiled
   *     well
   * @param pieceBytesLeast of a piece: worth its call
   */
  record Sizes(
      int suspectBytes, int jvmBytesMax, int jvmBytesGoal, int pieceBytes, int pieceBytesLeast) {
    static final Sizes STANDARD = new Sizes(4_000, 24_000, 12_000, 4_000, 60);
  }

  /** Each makes what is left of a function smaller. */
  private static final int ROUNDS_MAX = 8;

  private final Sizes sizes;
  private final byte[] bytes;
  private final WasmModule module;
  private final int functions;
  private final int types;
  private final List<byte[]> addedTypes = new ArrayList<>();
  private final List<byte[]> addedBodies = new ArrayList<>();
  private final Map<Integer, byte[]> changed = new TreeMap<>();

  private LargeFunctions(byte[] bytes, Sizes sizes) {
    this.sizes = sizes;
    this.bytes = bytes;
    module =
        Parser.builder().withValidation(false).build().parse(() -> new ByteArrayInputStream(bytes));
    functions =
        module.importSection().count(ExternalType.FUNCTION)
            + module.functionSection().functionCount();
    types = module.typeSection().typeCount();
  }

  /** The same module without functions that are too large, as far as that can be done. */
  static byte[] cut(String source, byte[] module) {
    return cut(source, module, Sizes.STANDARD);
  }

  static byte[] cut(String source, byte[] module, Sizes sizes) {
    byte[] cut = module;
    Set<Integer> tooLarge = Set.of();
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Sections sections = new Sections(source, cut);
      Set<Integer> suspects = round == 0 ? sections.bodiesOf(sizes.suspectBytes) : tooLarge;
      if (suspects.isEmpty()) {
        break;
      }
      LargeFunctions large =
          new LargeFunctions(BlockTypes.readable(sections.withoutBodies(suspects)), sizes);
      int most = round == 0 ? sizes.jvmBytesMax : sizes.jvmBytesGoal;
      suspects.forEach(function -> large.cut(function, most));
      tooLarge = Set.copyOf(large.changed.keySet());
      if (large.changed.isEmpty()) {
        break;
      }
      cut = large.inserted(sections);
    }
    return cut;
  }

  private void cut(int function, int jvmBytesMax) {
    try {
      FunctionBodyCode code = new FunctionBodyCode(module, bytes, function);
      long size = 0;
      for (int at = 0; at < code.size(); at++) {
        size += code.jvmBytes(at);
      }
      if (size > jvmBytesMax) {
        List<Outline> pieces = new ArrayList<>();
        select(code, 0, code.size() - 1, pieces);
        if (!pieces.isEmpty()) {
          changed.put(function, without(code, pieces));
        }
      }
    } catch (Unsplittable asItIs) {
      // It will be interpreted.
    }
  }

  /** Chooses pieces among the statements of one block, and of blocks in them. */
  private void select(FunctionBodyCode code, int from, int to, List<Outline> pieces) {
    int piece = from;
    int statement = from;
    int height = 0;
    int at = from;
    while (at < to) {
      int next = code.isBlock(at) ? code.end(at) + 1 : at + 1;
      height += code.change(at);
      boolean isLast = code.endsSequence(at);
      at = isLast ? to : next;
      if (height != 0 && at < to) {
        continue;
      }
      if (height != 0 && !isLast) {
        break; // the block's result: it stays
      }
      int size = code.address(at) - code.address(statement);
      boolean isLarge = size > sizes.pieceBytes && hasBlock(code, statement, at);
      if (isLarge || code.address(at) - code.address(piece) > sizes.pieceBytes) {
        take(code, piece, statement, pieces);
        piece = statement;
      }
      if (isLarge) {
        inside(code, statement, at, pieces);
        piece = at;
      }
      statement = at;
      height = 0;
    }
    take(code, piece, statement, pieces);
  }

  private static boolean hasBlock(FunctionBodyCode code, int from, int to) {
    for (int at = from; at < to; at++) {
      if (code.isBlock(at)) {
        return true;
      }
    }
    return false;
  }

  private void inside(FunctionBodyCode code, int from, int to, List<Outline> pieces) {
    int at = from;
    while (at < to) {
      if (!code.isBlock(at)) {
        at++;
        continue;
      }
      int end = code.end(at);
      if (code.takesNothing(at)) {
        int otherwise = code.opcode(at) == OpCode.IF ? code.otherwise(at) : end;
        select(code, at + 1, otherwise, pieces);
        if (otherwise != end) {
          select(code, otherwise + 1, end, pieces);
        }
      }
      at = end + 1;
    }
  }

  private void take(FunctionBodyCode code, int from, int to, List<Outline> pieces) {
    if (from < to && code.address(to) - code.address(from) >= sizes.pieceBytesLeast) {
      try {
        pieces.add(new Outline(code, from, to));
      } catch (Unsplittable staysHere) {
        // Smaller ones in it may not.
      }
    }
  }

  /** The function's body with calls for pieces; adds these. */
  private byte[] without(FunctionBodyCode code, List<Outline> pieces) {
    ModuleWriter body = new ModuleWriter();
    List<ValType> own = code.locals().subList(code.type().params().size(), code.locals().size());
    int free = code.locals().size();
    body.number(own.size() + (long) Outline.FREE_LOCALS.size());
    own.forEach(local -> body.number(1).octet(local.opcode()));
    Outline.FREE_LOCALS.forEach(local -> body.number(1).octet(local.opcode()));
    int at = 0;
    for (Outline piece : pieces) {
      byte[] type = piece.type();
      byte[] outlined = piece.body();
      body.copy(bytes, code.address(at), code.address(piece.from()));
      piece.call(body, functions + addedBodies.size(), free);
      addedTypes.add(type);
      addedBodies.add(outlined);
      at = piece.to();
    }
    body.copy(bytes, code.address(at), code.address(code.size()));
    byte[] whole = body.toBytes();
    return new ModuleWriter().number(whole.length).append(whole).toBytes();
  }

  /** The whole module with what has changed. */
  private byte[] inserted(Sections original) {
    Sections mine = new Sections("cut", bytes);
    byte[] typeSection = null;
    for (Sections.Section section : mine.all()) {
      if (section.id() == Sections.TYPE) {
        typeSection = mine.grown(section, addedTypes);
      }
    }
    List<byte[]> indices = new ArrayList<>();
    for (int i = 0; i < addedBodies.size(); i++) {
      indices.add(new ModuleWriter().number(types + i).toBytes());
    }
    Map<Integer, byte[]> sections = new TreeMap<>();
    if (typeSection != null) {
      sections.put(Sections.TYPE, typeSection);
    }
    for (Sections.Section section : original.all()) {
      if (section.id() == Sections.FUNCTION) {
        sections.put(Sections.FUNCTION, original.grown(section, indices));
      } else if (section.id() == Sections.CODE) {
        sections.put(Sections.CODE, original.withBodies(changed, addedBodies));
      }
    }
    return original.with(sections);
  }
}
