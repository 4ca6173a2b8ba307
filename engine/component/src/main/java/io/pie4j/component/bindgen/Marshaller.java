package io.pie4j.component.bindgen;

import io.pie4j.component.wit.TypeDefinition;
import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitType;
import io.pie4j.component.wit.WitType.Primitive;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Writes the statements that carry values over the canonical ABI, the same on both sides: lifting
 * makes Java values of numbers and memory, lowering the reverse. A side says how it reaches memory,
 * allocates, and keeps handles.
 *
 * <p>Each method appends statements to the source and gives the expression (or expressions) of what
 * they made.
 */
abstract class Marshaller {
  /** A number at hand. */
  record Flat(String expression, Core type) {}

  /** Address and length of a string or list. */
  record Block(String address, String length) {}

  final Wit wit;
  final Layout layout;
  final JavaTypes types;
  final SourceText source;
  private int variables;

  Marshaller(Wit wit, SourceText source) {
    this.wit = wit;
    this.layout = new Layout(wit);
    this.types = new JavaTypes(wit);
    this.source = source;
  }

  /** What loads and stores are called on. */
  abstract String memory();

  /** An array or a string from a block; {@code of} is a Java type. */
  abstract String liftBlock(String of, String address, String length);

  /** Copies an array or a string to a new block. */
  abstract Block lowerBlock(String of, String value);

  /** Checks a list of other things before it is read. */
  abstract String checkedLength(String address, String length, int size, int alignment);

  /** A new block for {@code count} elements. */
  abstract String allocate(String count, int size, int alignment);

  abstract String liftHandle(WitType.Named resource, boolean borrowed, String handle);

  abstract String lowerHandle(WitType.Named resource, boolean borrowed, String value);

  /** Checks which of {@code cases} cases a number means. */
  abstract String checkedCase(String number, int cases);

  /** Checks that a number is a character. */
  abstract String checkedCharacter(String number);

  String variable(String hint) {
    return hint + variables++;
  }

  // Lifting

  String liftFlat(WitType type, Iterator<Flat> flats) {
    WitType plain = wit.unaliased(type);
    List<WitType> cases = layout.cases(plain);
    if (!cases.isEmpty()) {
      Flat discriminant = flats.next();
      List<Flat> payload = new ArrayList<>();
      for (int i = layout.flat(plain).size() - 1; i > 0; i--) {
        payload.add(flats.next());
      }
      String number = Core.I32.from(discriminant.type(), discriminant.expression());
      return liftCase(
          plain, number, cases, payloadType -> liftFlat(payloadType, payload.iterator()));
    }
    return switch (plain) {
      case Primitive.STRING -> liftFlatBlock("String", flats);
      case Primitive primitive -> {
        Flat flat = flats.next();
        Core core = layout.flat(primitive).getFirst();
        yield fromCore(primitive, core.from(flat.type(), flat.expression()));
      }
      case WitType.ListOf(WitType element) ->
          types.isArrayElement(element)
              ? liftFlatBlock(types.of(element) + "[]", flats)
              : liftList(element, nextInt(flats), nextInt(flats));
      case WitType.Borrow(WitType.Named resource) -> liftHandle(resource, true, nextInt(flats));
      case WitType.Named named ->
          wit.definition(named) instanceof TypeDefinition.RecordType record
              ? liftRecord(named, record, field -> liftFlat(field, flats))
              : liftHandle(named, false, nextInt(flats));
      case WitType other -> throw new BindgenException(other + " has no Java form here");
    };
  }

  private String liftFlatBlock(String of, Iterator<Flat> flats) {
    String address = nextInt(flats);
    return liftBlock(of, address, nextInt(flats));
  }

  private static String nextInt(Iterator<Flat> flats) {
    Flat flat = flats.next();
    return Core.I32.from(flat.type(), flat.expression());
  }

  String liftMemory(WitType type, String address, int offset) {
    WitType plain = wit.unaliased(type);
    List<WitType> cases = layout.cases(plain);
    if (!cases.isEmpty()) {
      String number =
          switch (Layout.discriminantSize(cases.size())) {
            case 1 -> load("Byte", address, offset) + " & 0xff";
            case 2 -> load("Short", address, offset) + " & 0xffff";
            default -> load("Int", address, offset);
          };
      int payload = offset + layout.payloadOffset(cases);
      return liftCase(
          plain, number, cases, payloadType -> liftMemory(payloadType, address, payload));
    }
    return switch (plain) {
      case Primitive.STRING ->
          liftBlock("String", load("Int", address, offset), load("Int", address, offset + 4));
      case Primitive primitive -> loaded(primitive, load(accessor(primitive), address, offset));
      case WitType.ListOf(WitType element) -> {
        String start = load("Int", address, offset);
        String length = load("Int", address, offset + 4);
        yield types.isArrayElement(element)
            ? liftBlock(types.of(element) + "[]", start, length)
            : liftList(element, start, length);
      }
      case WitType.Borrow(WitType.Named resource) ->
          liftHandle(resource, true, load("Int", address, offset));
      case WitType.Named named -> {
        if (!(wit.definition(named) instanceof TypeDefinition.RecordType record)) {
          yield liftHandle(named, false, load("Int", address, offset));
        }
        Iterator<Integer> offsets = layout.parts(Layout.fields(record)).offsets().iterator();
        yield liftRecord(
            named, record, field -> liftMemory(field, address, offset + offsets.next()));
      }
      case WitType other -> throw new BindgenException(other + " has no Java form here");
    };
  }

  /** How a part of a value is lifted. */
  interface LiftPart {
    String lift(WitType type);
  }

  private String liftCase(WitType type, String number, List<WitType> cases, LiftPart payload) {
    String which = checkedCase(number, cases.size());
    switch (type) {
      case WitType.OptionOf(WitType value) -> {
        String optional = types.of(type);
        String name = variable("option");
        String plain = optional.replaceFirst("<.*", "");
        source.add("%s %s = %s.empty();".formatted(optional, name, plain));
        source.add("if (%s != 0) {".formatted(which));
        source.add("%s = %s.of(%s);\n}".formatted(name, plain, payload.lift(value)));
        return name;
      }
      case WitType.Named named
          when wit.definition(named) instanceof TypeDefinition.Enumeration enumeration -> {
        return "Cases.%s[%s]".formatted(JavaNames.constant(enumeration.name()), which);
      }
      case WitType.Named named
          when wit.definition(named) instanceof TypeDefinition.Variant variant -> {
        String java = JavaNames.pascal(variant.name());
        String name = variable(JavaNames.camel(variant.name()));
        source.add("%s %s;".formatted(java, name));
        source.add("switch (%s) {".formatted(which));
        for (int i = 0; i < cases.size(); i++) {
          boolean last = i == cases.size() - 1;
          source.add(last ? "default -> {" : "case %d -> {".formatted(i));
          String value = cases.get(i) instanceof WitType.Unit ? "" : payload.lift(cases.get(i));
          String label = JavaNames.pascal(variant.cases().get(i).name());
          source.add("%s = new %s.%s(%s);\n}".formatted(name, java, label, value));
        }
        source.add("}");
        return name;
      }
      case WitType other ->
          throw new BindgenException(other + " has a Java form only as what a function gives");
    }
  }

  private String liftRecord(WitType.Named named, TypeDefinition.RecordType record, LiftPart part) {
    List<String> fields = new ArrayList<>();
    for (TypeDefinition.Field field : record.fields()) {
      String name = variable(JavaNames.camel(field.name()));
      String value = part.lift(field.type());
      source.add("%s %s = %s;".formatted(types.of(field.type()), name, value));
      fields.add(name);
    }
    return "new %s(%s)".formatted(javaRecord(named), String.join(", ", fields));
  }

  private String liftList(WitType element, String address, String length) {
    String start = variable("start");
    String count = variable("count");
    String list = variable("list");
    String i = variable("i");
    int size = layout.size(element);
    source.add("int %s = %s;".formatted(start, address));
    source.add(
        "int %s = %s;"
            .formatted(count, checkedLength(start, length, size, layout.alignment(element))));
    source.add("List<%s> %s = new ArrayList<>(%s);".formatted(types.boxed(element), list, count));
    source.add("for (int %1$s = 0; %1$s < %2$s; %1$s++) {".formatted(i, count));
    String at = variable("at");
    source.add("int %s = %s + %s * %d;".formatted(at, start, i, size));
    source.add("%s.add(%s);\n}".formatted(list, liftMemory(element, at, 0)));
    return list;
  }

  // Lowering

  List<Flat> lowerFlat(WitType type, String value) {
    WitType plain = wit.unaliased(type);
    List<Core> flat = layout.flat(plain);
    if (!layout.cases(plain).isEmpty()) {
      if (isEnumeration(plain)) {
        return List.of(new Flat(value + ".ordinal()", Core.I32));
      }
      List<Flat> slots = new ArrayList<>();
      for (Core core : flat) {
        String name = variable("flat");
        source.add("%s %s = 0;".formatted(core.java, name));
        slots.add(new Flat(name, core));
      }
      lowerCase(
          plain,
          value,
          (index, payloadType, payload) -> {
            source.add("%s = %d;".formatted(slots.getFirst().expression(), index));
            List<Flat> lowered = lowerFlat(payloadType, payload);
            for (int i = 0; i < lowered.size(); i++) {
              Flat slot = slots.get(i + 1);
              Flat from = lowered.get(i);
              source.add(
                  "%s = %s;"
                      .formatted(
                          slot.expression(), slot.type().from(from.type(), from.expression())));
            }
          });
      return slots;
    }
    return switch (plain) {
      case WitType.Unit _ -> List.of();
      case Primitive.STRING -> flat(lowerBlock("String", value));
      case Primitive primitive -> List.of(new Flat(toCore(primitive, value), flat.getFirst()));
      case WitType.ListOf(WitType element) ->
          flat(
              types.isArrayElement(element)
                  ? lowerBlock(types.of(element) + "[]", value)
                  : lowerList(element, value));
      case WitType.Borrow(WitType.Named resource) ->
          List.of(new Flat(lowerHandle(resource, true, value), Core.I32));
      case WitType.Named named -> {
        if (!(wit.definition(named) instanceof TypeDefinition.RecordType record)) {
          yield List.of(new Flat(lowerHandle(named, false, value), Core.I32));
        }
        List<Flat> fields = new ArrayList<>();
        String name = variable(JavaNames.camel(record.name()));
        source.add("%s %s = %s;".formatted(javaRecord(named), name, value));
        for (TypeDefinition.Field field : record.fields()) {
          fields.addAll(lowerFlat(field.type(), name + "." + getter(named, field) + "()"));
        }
        yield fields;
      }
      case WitType other -> throw new BindgenException(other + " has no Java form here");
    };
  }

  private static List<Flat> flat(Block block) {
    return List.of(new Flat(block.address(), Core.I32), new Flat(block.length(), Core.I32));
  }

  void lowerMemory(WitType type, String value, String address, int offset) {
    WitType plain = wit.unaliased(type);
    List<WitType> cases = layout.cases(plain);
    if (!cases.isEmpty()) {
      if (isEnumeration(plain)) {
        storeDiscriminant(cases.size(), value + ".ordinal()", address, offset);
        return;
      }
      int payloadOffset = offset + layout.payloadOffset(cases);
      lowerCase(
          plain,
          value,
          (index, payloadType, payload) -> {
            storeDiscriminant(cases.size(), String.valueOf(index), address, offset);
            if (!(payloadType instanceof WitType.Unit)) {
              lowerMemory(payloadType, payload, address, payloadOffset);
            }
          });
      return;
    }
    switch (plain) {
      case WitType.Unit _ -> {}
      case Primitive.STRING -> store(lowerBlock("String", value), address, offset);
      case Primitive primitive ->
          store(accessor(primitive), stored(primitive, value), address, offset);
      case WitType.ListOf(WitType element) ->
          store(
              types.isArrayElement(element)
                  ? lowerBlock(types.of(element) + "[]", value)
                  : lowerList(element, value),
              address,
              offset);
      case WitType.Borrow(WitType.Named resource) ->
          store("Int", lowerHandle(resource, true, value), address, offset);
      case WitType.Named named -> {
        if (wit.definition(named) instanceof TypeDefinition.RecordType record) {
          List<Integer> offsets = layout.parts(Layout.fields(record)).offsets();
          String name = variable(JavaNames.camel(record.name()));
          source.add("%s %s = %s;".formatted(javaRecord(named), name, value));
          for (int i = 0; i < offsets.size(); i++) {
            TypeDefinition.Field field = record.fields().get(i);
            String part = name + "." + getter(named, field) + "()";
            lowerMemory(field.type(), part, address, offset + offsets.get(i));
          }
        } else {
          store("Int", lowerHandle(named, false, value), address, offset);
        }
      }
      case WitType other -> throw new BindgenException(other + " has no Java form here");
    }
  }

  /** Emits one case's lowering. */
  private interface LowerCase {
    void lower(int index, WitType payloadType, String payload);
  }

  private void lowerCase(WitType type, String value, LowerCase each) {
    switch (type) {
      case WitType.OptionOf(WitType payload) -> {
        String optional = types.of(type);
        String get = optional.startsWith("Optional<") ? "get" : "getAs" + optional.substring(8);
        String name = variable("option");
        source.add("%s %s = %s;".formatted(optional, name, value));
        source.add("if (%s.isPresent()) {".formatted(name));
        each.lower(1, payload, name + "." + get + "()");
        source.add("} else {");
        each.lower(0, new WitType.Unit(), "");
        source.add("}");
      }
      case WitType.Named named
          when wit.definition(named) instanceof TypeDefinition.Variant variant -> {
        source.add("switch (%s) {".formatted(value));
        for (int i = 0; i < variant.cases().size(); i++) {
          TypeDefinition.Field label = variant.cases().get(i);
          String name = variable("case");
          String java = JavaNames.pascal(variant.name()) + "." + JavaNames.pascal(label.name());
          source.add("case %s %s -> {".formatted(java, name));
          each.lower(i, label.type(), name + ".value()");
          source.add("}");
        }
        source.add("}");
      }
      case WitType other ->
          throw new BindgenException(other + " has a Java form only as what a function gives");
    }
  }

  private Block lowerList(WitType element, String value) {
    String list = variable("list");
    String start = variable("start");
    String i = variable("i");
    int size = layout.size(element);
    source.add("%s %s = %s;".formatted(types.of(new WitType.ListOf(element)), list, value));
    source.add(
        "int %s = %s;"
            .formatted(start, allocate(list + ".size()", size, layout.alignment(element))));
    source.add("for (int %1$s = 0; %1$s < %2$s.size(); %1$s++) {".formatted(i, list));
    String at = variable("at");
    source.add("int %s = %s + %s * %d;".formatted(at, start, i, size));
    lowerMemory(element, "%s.get(%s)".formatted(list, i), at, 0);
    source.add("}");
    return new Block(start, list + ".size()");
  }

  // Pieces

  private boolean isEnumeration(WitType plain) {
    return plain instanceof WitType.Named named
        && wit.definition(named) instanceof TypeDefinition.Enumeration;
  }

  private String javaRecord(WitType.Named named) {
    return types.isException(named)
        ? JavaNames.exception(named.name())
        : JavaNames.pascal(named.name());
  }

  private String getter(WitType.Named owner, TypeDefinition.Field field) {
    return types.isException(owner) && field.name().equals("message")
        ? "getMessage"
        : JavaNames.camel(field.name());
  }

  String load(String accessor, String address, int offset) {
    return "%s.load%s(%s)".formatted(memory(), accessor, plus(address, offset));
  }

  private void store(Block block, String address, int offset) {
    store("Int", block.address(), address, offset);
    store("Int", block.length(), address, offset + 4);
  }

  private void storeDiscriminant(int cases, String number, String address, int offset) {
    switch (Layout.discriminantSize(cases)) {
      case 1 -> store("Byte", "(byte) " + number, address, offset);
      case 2 -> store("Short", "(short) " + number, address, offset);
      default -> store("Int", number, address, offset);
    }
  }

  void store(String accessor, String value, String address, int offset) {
    source.add("%s.store%s(%s, %s);".formatted(memory(), accessor, plus(address, offset), value));
  }

  private static String plus(String address, int offset) {
    return offset == 0 ? address : address + " + " + offset;
  }

  private static String accessor(Primitive primitive) {
    return switch (primitive) {
      case BOOL, S8, U8 -> "Byte";
      case S16, U16 -> "Short";
      case S32, U32, CHAR -> "Int";
      case S64, U64 -> "Long";
      case F32, F64 -> primitive == Primitive.F32 ? "Float" : "Double";
      case STRING -> throw new IllegalArgumentException("a string is not one number");
    };
  }

  private String loaded(Primitive primitive, String value) {
    return switch (primitive) {
      case BOOL -> value + " != 0";
      case CHAR -> checkedCharacter(value);
      default -> value;
    };
  }

  private String fromCore(Primitive primitive, String number) {
    return switch (primitive) {
      case BOOL -> number + " != 0";
      case S8, U8 -> "(byte) " + parenthesized(number);
      case S16, U16 -> "(short) " + parenthesized(number);
      case CHAR -> checkedCharacter(number);
      default -> number;
    };
  }

  private static String toCore(Primitive primitive, String value) {
    return switch (primitive) {
      case BOOL -> "(" + value + " ? 1 : 0)";
      case U8 -> value + " & 0xff";
      case U16 -> value + " & 0xffff";
      default -> value;
    };
  }

  private static String stored(Primitive primitive, String value) {
    return primitive == Primitive.BOOL ? "(byte) (" + value + " ? 1 : 0)" : value;
  }

  private static String parenthesized(String expression) {
    return "(" + expression + ")";
  }
}
