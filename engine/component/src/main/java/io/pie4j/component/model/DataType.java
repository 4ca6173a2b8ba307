package io.pie4j.component.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The type of a value: primitive, or made of others. All of one shape are equal as types ({@link
 * #equals} compares identity, {@link #sameAs} shapes); yet each has an identity, since a record
 * that was exported has a name for the outside and its twin has not.
 *
 * <p>Sizes, alignments and flat types are those of the canonical ABI with 32-bit addresses.
 */
public final class DataType implements TypeDefinition {
  /** What a type is made by. */
  public enum Kind {
    BOOL,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    CHAR,
    STRING,
    /** No value at all: of a case without one, of a function without a result. */
    NONE,
    /** Of any length, or of {@link DataType#length}. */
    LIST,
    RECORD,
    TUPLE,
    VARIANT,
    ENUM,
    FLAGS,
    OPTION,
    RESULT,
    OWN,
    BORROW,
    /** A list of pairs. */
    MAP,
    STREAM,
    FUTURE,
    ERROR_CONTEXT;

    boolean isPrimitive() {
      return compareTo(NONE) <= 0;
    }
  }

  /** A value of a core function. */
  enum Flat {
    I32,
    I64,
    F32,
    F64;

    /** What holds either. */
    static Flat join(Flat a, Flat b) {
      if (a == b) {
        return a;
      }
      return (a == I32 || a == F32) && (b == I32 || b == F32) ? I32 : I64;
    }
  }

  /** More flat values than these are passed through memory; a longer list is cut here. */
  static final int FLAT_MAX = 16;

  private static final int LONG_FLAT = FLAT_MAX + 1;

  /** Characters of a type in a message. */
  private static final int TEXT_MAX = 200;

  private final Kind kind;
  private final List<String> labels;
  private final List<DataType> parts;
  private final int length;
  private final List<ResourceName> resource;
  private final int shape;
  private final Optional<DataType> origin;

  private final Layout layout;
  private final Layout wideLayout;
  private final List<Flat> flat;
  private final int depth;
  private final boolean hasHandles;
  private final boolean hasBorrows;
  private final boolean hasPointers;
  private final boolean isAsync;

  DataType(
      Kind kind,
      List<String> labels,
      List<DataType> parts,
      int length,
      List<ResourceName> resource,
      int shape,
      Optional<DataType> origin) {
    this.kind = kind;
    this.labels = List.copyOf(labels);
    this.parts = List.copyOf(parts);
    this.length = length;
    this.resource = List.copyOf(resource);
    this.shape = shape;
    this.origin = origin;
    this.layout = Layout.of(this, 4);
    this.wideLayout = Layout.of(this, 8);
    this.flat = flatten();
    this.depth = 1 + parts.stream().mapToInt(part -> part.depth).max().orElse(0);
    this.hasHandles = !resource.isEmpty() || parts.stream().anyMatch(part -> part.hasHandles);
    this.hasBorrows = kind == Kind.BORROW || parts.stream().anyMatch(part -> part.hasBorrows);
    this.hasPointers =
        kind == Kind.STRING
            || kind == Kind.MAP
            || (kind == Kind.LIST && length == 0)
            || parts.stream().anyMatch(part -> part.hasPointers);
    this.isAsync =
        kind == Kind.STREAM
            || kind == Kind.FUTURE
            || kind == Kind.ERROR_CONTEXT
            || parts.stream().anyMatch(part -> part.isAsync);
  }

  public Kind kind() {
    return kind;
  }

  /** Names of a record's fields, a variant's or enum's cases, flags; empty for other types. */
  public List<String> labels() {
    return labels;
  }

  /**
   * A list's element; a map's pair; types of fields; of a variant's cases ({@link Kind#NONE} for
   * one without a value); of an option's value; of a result's value and error.
   */
  public List<DataType> parts() {
    return parts;
  }

  /** How many elements a list has; 0 if that is open. */
  public int length() {
    return length;
  }

  /** Which resource a handle is of. Only for {@link Kind#OWN} and {@link Kind#BORROW}. */
  ResourceName resource() {
    return resource.getFirst();
  }

  boolean hasResource() {
    return !resource.isEmpty();
  }

  /** Whether both are the same type, whatever their names are. */
  public boolean sameAs(DataType other) {
    return shape == other.shape;
  }

  /** Equal for types of one component that are the same, and only for these. */
  int shape() {
    return shape;
  }

  /** The same type as it was called before it was imported, exported or aliased under a name. */
  Optional<DataType> origin() {
    return origin;
  }

  boolean isNone() {
    return kind == Kind.NONE;
  }

  /** Bytes in memory. */
  public int size() {
    return (int) layout.size();
  }

  Layout layout(int addressBytes) {
    return addressBytes == 4 ? layout : wideLayout;
  }

  public int alignment() {
    return layout.alignment();
  }

  /** Where a field lies. */
  int offset(int part) {
    return layout.offsets()[part];
  }

  /** Where the value of a variant's case lies, behind the case's number. */
  int payloadOffset() {
    return layout.offsets()[0];
  }

  /** As core values; a list of more than {@link #FLAT_MAX} is cut. */
  List<Flat> flat() {
    return flat;
  }

  int depth() {
    return depth;
  }

  /** Whether resources are passed in it. */
  boolean hasHandles() {
    return hasHandles;
  }

  boolean hasBorrows() {
    return hasBorrows;
  }

  /** Whether a memory is needed for values of it: strings, lists. */
  boolean hasPointers() {
    return hasPointers;
  }

  /** Whether it takes an asynchronous host. */
  boolean isAsync() {
    return isAsync;
  }

  /** Whether a type of this kind must have a name for the outside. */
  boolean isNamed() {
    return switch (kind) {
      case RECORD, VARIANT, ENUM, FLAGS -> true;
      default -> false;
    };
  }

  /** Whether values are one of several cases, told apart by a number. */
  boolean isVariant() {
    return switch (kind) {
      case VARIANT, ENUM, OPTION, RESULT -> true;
      default -> false;
    };
  }

  /** How many cases a variant has. */
  int cases() {
    return switch (kind) {
      case OPTION, RESULT -> 2;
      default -> labels.size();
    };
  }

  /** What a case of a variant carries; {@link Kind#NONE} if nothing. */
  DataType caseType(int index) {
    return switch (kind) {
      case ENUM -> TypeFactory.NONE;
      case OPTION -> index == 0 ? TypeFactory.NONE : parts.getFirst();
      default -> parts.get(index);
    };
  }

  private List<Flat> flatten() {
    List<Flat> all = new ArrayList<>();
    switch (kind) {
      case NONE -> {}
      case S64, U64 -> all.add(Flat.I64);
      case F32 -> all.add(Flat.F32);
      case F64 -> all.add(Flat.F64);
      case STRING, MAP -> all.addAll(List.of(Flat.I32, Flat.I32));
      case LIST -> {
        if (length == 0) {
          all.addAll(List.of(Flat.I32, Flat.I32));
        }
        for (int i = 0; i < length && all.size() < LONG_FLAT; i++) {
          all.addAll(parts.getFirst().flat);
        }
      }
      case RECORD, TUPLE -> {
        for (DataType part : parts) {
          if (all.size() < LONG_FLAT) {
            all.addAll(part.flat);
          }
        }
      }
      case VARIANT, ENUM, OPTION, RESULT -> {
        all.add(Flat.I32);
        for (DataType part : parts) {
          for (int i = 0; i < part.flat.size(); i++) {
            if (i + 1 < all.size()) {
              all.set(i + 1, Flat.join(all.get(i + 1), part.flat.get(i)));
            } else {
              all.add(part.flat.get(i));
            }
          }
        }
      }
      default -> all.add(Flat.I32);
    }
    return List.copyOf(all.subList(0, Math.min(all.size(), LONG_FLAT)));
  }

  /**
   * As WIT writes it, names of resources as far as known; cut where it is long, since types that
   * share their parts may be far larger than what they were read from.
   */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    write(out);
    return out.length() < TEXT_MAX ? out.toString() : out.substring(0, TEXT_MAX) + "…";
  }

  private void write(StringBuilder out) {
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    out.append(name);
    switch (kind) {
      case RECORD, VARIANT, ENUM, FLAGS -> {
        out.append(" {");
        for (int i = 0; i < labels.size() && out.length() < TEXT_MAX; i++) {
          out.append(i == 0 ? "" : ", ").append(labels.get(i));
        }
        out.append('}');
      }
      case OWN, BORROW -> out.append('<').append(resource()).append('>');
      case RESULT -> {
        if (parts.stream().anyMatch(part -> !part.isNone())) {
          writeParts(parts.get(1).isNone() ? 1 : 2, out);
        }
      }
      default -> {
        if (!parts.isEmpty()) {
          writeParts(parts.size(), out);
        }
      }
    }
  }

  private void writeParts(int count, StringBuilder out) {
    out.append('<');
    for (int i = 0; i < count && out.length() < TEXT_MAX; i++) {
      out.append(i == 0 ? "" : ", ");
      if (parts.get(i).isNone()) {
        out.append('_');
      } else {
        parts.get(i).write(out);
      }
    }
    out.append(length == 0 ? ">" : ", " + length + ">");
  }
}
