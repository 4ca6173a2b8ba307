package io.pie4j.component.wit;

import io.pie4j.component.wit.WitFunction.Parameter;
import io.pie4j.component.wit.WitType.Named;
import io.pie4j.component.wit.WitType.Primitive;
import io.pie4j.component.wit.WitType.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads one file by recursive descent. */
final class Parser {
  /** Type constructors inside one another, as in {@code list<list<u8>>}. */
  static final int NESTING_MAX = 32;

  private static final Map<String, Primitive> PRIMITIVES = new HashMap<>();

  static {
    for (Primitive primitive : Primitive.values()) {
      PRIMITIVES.put(primitive.name().toLowerCase(Locale.ROOT), primitive);
    }
  }

  private final Declarations declarations;
  private final Lexer lexer;
  private final Map<String, InterfaceName> fileUses = new HashMap<>();
  private Token token;
  private PackageName owner;

  Parser(Wit.Source source, Declarations declarations) {
    this.declarations = declarations;
    this.lexer = new Lexer(source.file(), source.text());
    this.token = lexer.next();
    this.owner = declarations.lastPackage;
  }

  void parseFile() {
    if (token.is("package")) {
      advance();
      owner = packageName();
      expect(";");
      declarations.lastPackage = owner;
    }
    while (token.kind() != Token.Kind.END) {
      String docs = token.docs();
      skipGates();
      if (token.is("interface")) {
        advance();
        parseInterface(docs);
      } else if (token.is("world")) {
        advance();
        parseWorld(docs);
      } else if (token.is("use")) {
        advance();
        parseFileUse();
      } else {
        throw unexpected("interface, world or use");
      }
    }
  }

  private void parseInterface(String docs) {
    if (owner.name().isEmpty()) {
      throw new WitException(token.position(), "no package is declared before this");
    }
    Position position = token.position();
    declarations.addInterface(interfaceBody(new InterfaceName(owner, name()), docs), position);
  }

  private WitInterface interfaceBody(InterfaceName name, String docs) {
    List<TypeDefinition> types = new ArrayList<>();
    List<WitFunction> functions = new ArrayList<>();
    Set<String> names = new HashSet<>();
    expect("{");
    while (!accept("}")) {
      String itemDocs = token.docs();
      skipGates();
      if (token.kind() == Token.Kind.NAME) {
        Position position = token.position();
        String functionName = name();
        expect(":");
        requireNew(names, functionName, position);
        functions.add(function(name, functionName, WitFunction.Kind.FREE, itemDocs));
      } else if (token.is("use")) {
        advance();
        parseUse(name);
      } else {
        types.add(typeDefinition(name, itemDocs));
      }
    }
    return new WitInterface(name, docs, types, functions);
  }

  private void parseWorld(String docs) {
    Position position = token.position();
    InterfaceName name = new InterfaceName(owner, name());
    List<InterfaceName> imported = new ArrayList<>();
    List<WitFunction> importedFunctions = new ArrayList<>();
    List<InterfaceName> exported = new ArrayList<>();
    List<WitFunction> exportedFunctions = new ArrayList<>();
    expect("{");
    while (!accept("}")) {
      String itemDocs = token.docs();
      skipGates();
      if (accept("import")) {
        parseWorldItem(name, itemDocs, imported, importedFunctions);
      } else if (accept("export")) {
        parseWorldItem(name, itemDocs, exported, exportedFunctions);
      } else if (accept("use")) {
        parseUse(name);
      } else if (token.is("include")) {
        throw new WitException(
            token.position(), "'include' is not supported: list the imports and exports");
      } else {
        typeDefinition(name, itemDocs);
      }
    }
    declarations.addWorld(
        new World(name, docs, imported, importedFunctions, exported, exportedFunctions), position);
  }

  // "name: func…;", "name: interface {…}", or an interface's path
  private void parseWorldItem(
      InterfaceName world,
      String docs,
      List<InterfaceName> interfaces,
      List<WitFunction> functions) {
    Position position = token.position();
    String first = name();
    if (accept(";")) {
      InterfaceName name = fileUses.getOrDefault(first, new InterfaceName(owner, first));
      declarations.interfaceMentions.add(new Declarations.InterfaceMention(name, position));
      interfaces.add(name);
      return;
    }
    expect(":");
    if (accept("interface")) {
      InterfaceName name = new InterfaceName(owner, world.name() + "/" + first);
      declarations.addInterface(interfaceBody(name, docs), position);
      interfaces.add(name);
    } else if (token.is("func") || token.is("async")) {
      functions.add(function(world, first, WitFunction.Kind.FREE, docs));
    } else {
      InterfaceName name = pathAfterNamespace(first);
      declarations.interfaceMentions.add(new Declarations.InterfaceMention(name, position));
      interfaces.add(name);
      expect(";");
    }
  }

  private void parseFileUse() {
    Position position = token.position();
    InterfaceName meant = path();
    String local = accept("as") ? name() : meant.name();
    if (fileUses.putIfAbsent(local, meant) != null) {
      throw new WitException(position, "'%s' is declared twice".formatted(local));
    }
    declarations.interfaceMentions.add(new Declarations.InterfaceMention(meant, position));
    expect(";");
  }

  private void parseUse(InterfaceName around) {
    Position position = token.position();
    InterfaceName from = path();
    declarations.interfaceMentions.add(new Declarations.InterfaceMention(from, position));
    expect(".");
    expect("{");
    do {
      if (token.is("}")) {
        break;
      }
      Position namePosition = token.position();
      String name = name();
      String local = accept("as") ? name() : name;
      declarations.addUse(new Named(around, local), new Named(from, name), namePosition);
    } while (accept(","));
    expect("}");
    expect(";");
  }

  // An interface's name, or namespace:package/interface@version
  private InterfaceName path() {
    String first = name();
    if (accept(":")) {
      return pathAfterNamespace(first);
    }
    return fileUses.getOrDefault(first, new InterfaceName(owner, first));
  }

  private InterfaceName pathAfterNamespace(String namespace) {
    String packageName = name();
    expect("/");
    String interfaceName = name();
    return new InterfaceName(
        new PackageName(namespace, packageName, optionalVersion()), interfaceName);
  }

  private PackageName packageName() {
    String namespace = name();
    expect(":");
    return new PackageName(namespace, name(), optionalVersion());
  }

  private String optionalVersion() {
    if (!token.is("@")) {
      return "";
    }
    String version = lexer.version().text();
    advance();
    return version;
  }

  private TypeDefinition typeDefinition(InterfaceName around, String docs) {
    Token keyword = token;
    if (keyword.kind() != Token.Kind.KEYWORD) {
      throw unexpected("a type, a function or '}'");
    }
    advance();
    Position position = token.position();
    TypeDefinition definition =
        switch (keyword.text()) {
          case "type" -> alias(around, docs);
          case "record" -> new TypeDefinition.RecordType(name(), docs, fields(around, true));
          case "variant" -> new TypeDefinition.Variant(name(), docs, fields(around, false));
          case "enum" -> new TypeDefinition.Enumeration(name(), docs, labels());
          case "flags" -> new TypeDefinition.Flags(name(), docs, labels());
          case "resource" -> resource(around, docs);
          default -> {
            token = keyword;
            throw unexpected("a type, a function or '}'");
          }
        };
    declarations.addType(new Named(around, definition.name()), definition, position);
    return definition;
  }

  private TypeDefinition alias(InterfaceName around, String docs) {
    String name = name();
    expect("=");
    WitType type = type(around, 0);
    expect(";");
    return new TypeDefinition.Alias(name, docs, type);
  }

  private List<TypeDefinition.Field> fields(InterfaceName around, boolean record) {
    List<TypeDefinition.Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    expect("{");
    do {
      if (token.is("}")) {
        break;
      }
      Position position = token.position();
      String docs = token.docs();
      String name = name();
      requireNew(names, name, position);
      WitType type = new Unit();
      if (record) {
        expect(":");
        type = type(around, 0);
      } else if (accept("(")) {
        type = type(around, 0);
        expect(")");
      }
      fields.add(new TypeDefinition.Field(name, docs, type));
    } while (accept(","));
    requireSome(fields);
    expect("}");
    return fields;
  }

  private List<TypeDefinition.Label> labels() {
    List<TypeDefinition.Label> labels = new ArrayList<>();
    Set<String> names = new HashSet<>();
    expect("{");
    do {
      if (token.is("}")) {
        break;
      }
      Position position = token.position();
      String docs = token.docs();
      String name = name();
      requireNew(names, name, position);
      labels.add(new TypeDefinition.Label(name, docs));
    } while (accept(","));
    requireSome(labels);
    expect("}");
    return labels;
  }

  private TypeDefinition resource(InterfaceName around, String docs) {
    String name = name();
    List<WitFunction> functions = new ArrayList<>();
    if (accept(";")) {
      return new TypeDefinition.Resource(name, docs, functions);
    }
    Set<String> names = new HashSet<>();
    expect("{");
    while (!accept("}")) {
      String itemDocs = token.docs();
      skipGates();
      Position position = token.position();
      if (accept("constructor")) {
        requireNew(names, "constructor", position);
        List<Parameter> parameters = parameters(around);
        WitType result = accept("->") ? type(around, 0) : new Named(around, name);
        expect(";");
        functions.add(
            new WitFunction(
                "constructor", WitFunction.Kind.CONSTRUCTOR, itemDocs, parameters, result));
        continue;
      }
      String functionName = name();
      requireNew(names, functionName, position);
      expect(":");
      WitFunction.Kind kind = accept("static") ? WitFunction.Kind.STATIC : WitFunction.Kind.METHOD;
      functions.add(function(around, functionName, kind, itemDocs));
    }
    return new TypeDefinition.Resource(name, docs, functions);
  }

  private WitFunction function(
      InterfaceName around, String name, WitFunction.Kind kind, String docs) {
    if (token.is("async")) {
      throw new WitException(token.position(), "async functions are not supported");
    }
    expect("func");
    List<Parameter> parameters = parameters(around);
    WitType result = accept("->") ? type(around, 0) : new Unit();
    expect(";");
    return new WitFunction(name, kind, docs, parameters, result);
  }

  private List<Parameter> parameters(InterfaceName around) {
    List<Parameter> parameters = new ArrayList<>();
    Set<String> names = new HashSet<>();
    expect("(");
    do {
      if (token.is(")")) {
        break;
      }
      Position position = token.position();
      String name = name();
      requireNew(names, name, position);
      expect(":");
      parameters.add(new Parameter(name, type(around, 0)));
    } while (accept(","));
    expect(")");
    return parameters;
  }

  private WitType type(InterfaceName around, int depth) {
    if (depth > NESTING_MAX) {
      throw new WitException(
          token.position(), "more than %d types inside one another".formatted(NESTING_MAX));
    }
    Token start = token;
    if (start.kind() == Token.Kind.NAME) {
      return mention(around, false);
    }
    Primitive primitive = PRIMITIVES.get(start.text());
    if (start.kind() == Token.Kind.KEYWORD && primitive != null) {
      advance();
      return primitive;
    }
    if (start.kind() != Token.Kind.KEYWORD) {
      throw unexpected("a type");
    }
    advance();
    switch (start.text()) {
      case "list" -> {
        return new WitType.ListOf(argument(around, depth));
      }
      case "option" -> {
        return new WitType.OptionOf(argument(around, depth));
      }
      case "own" -> {
        return argument(around, depth);
      }
      case "borrow" -> {
        expect("<");
        Named resource = mention(around, true);
        expect(">");
        return new WitType.Borrow(resource);
      }
      case "tuple" -> {
        List<WitType> elements = new ArrayList<>();
        expect("<");
        do {
          if (token.is(">")) {
            break;
          }
          elements.add(type(around, depth + 1));
        } while (accept(","));
        requireSome(elements);
        expect(">");
        return new WitType.TupleOf(elements);
      }
      case "result" -> {
        if (!accept("<")) {
          return new WitType.ResultOf(new Unit(), new Unit());
        }
        WitType value = accept("_") ? new Unit() : type(around, depth + 1);
        WitType error = accept(",") ? type(around, depth + 1) : new Unit();
        expect(">");
        return new WitType.ResultOf(value, error);
      }
      case "future", "stream" ->
          throw new WitException(
              start.position(), "'%s' types are not supported".formatted(start.text()));
      default -> {
        token = start;
        throw unexpected("a type (write %%%s if this is a name)".formatted(start.text()));
      }
    }
  }

  private WitType argument(InterfaceName around, int depth) {
    expect("<");
    WitType type = type(around, depth + 1);
    expect(">");
    return type;
  }

  private Named mention(InterfaceName around, boolean borrowed) {
    Position position = token.position();
    Named named = new Named(around, name());
    declarations.mentions.add(new Declarations.Mention(named, borrowed, position));
    return named;
  }

  // @since(version = 1.2.3), @unstable(feature = name), @deprecated(version = 1.2.3): read and
  // forgotten
  private void skipGates() {
    while (token.is("@")) {
      lexer.skipPast(')');
      advance();
    }
  }

  private static void requireNew(Set<String> names, String name, Position position) {
    if (!names.add(name)) {
      throw new WitException(position, "'%s' is declared twice".formatted(name));
    }
  }

  private void requireSome(List<?> items) {
    if (items.isEmpty()) {
      throw unexpected("at least one item");
    }
  }

  private String name() {
    if (token.kind() != Token.Kind.NAME) {
      throw unexpected(
          token.kind() == Token.Kind.KEYWORD
              ? "a name (write %%%s for a name that is a keyword)".formatted(token.text())
              : "a name");
    }
    String name = token.text();
    advance();
    return name;
  }

  private boolean accept(String keywordOrSymbol) {
    if (!token.is(keywordOrSymbol)) {
      return false;
    }
    advance();
    return true;
  }

  private void expect(String keywordOrSymbol) {
    if (!accept(keywordOrSymbol)) {
      throw unexpected("'" + keywordOrSymbol + "'");
    }
  }

  private void advance() {
    token = lexer.next();
  }

  private WitException unexpected(String wanted) {
    return new WitException(
        token.position(), "expected %s, found %s".formatted(wanted, token.quoted()));
  }
}
