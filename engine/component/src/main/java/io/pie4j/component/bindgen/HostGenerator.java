package io.pie4j.component.bindgen;

import io.pie4j.component.bindgen.Layout.CoreFunction;
import io.pie4j.component.wit.TypeDefinition;
import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitFunction;
import io.pie4j.component.wit.WitInterface;
import io.pie4j.component.wit.WitType;
import io.pie4j.component.wit.World;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The host's bindings: for each import a host function with the lowered signature, that lifts its
 * arguments, calls the API's implementation that the instance was given, and lowers what comes
 * back.
 */
final class HostGenerator {
  private final Wit wit;
  private final World world;
  private final String packageName;
  private final String apiPackage;
  private final JavaTypes types;
  private final Layout layout;
  private final Map<String, String> files = new TreeMap<>();
  private final List<String> calls = new ArrayList<>();

  HostGenerator(Wit wit, World world, String packageName, String apiPackage) {
    this.wit = wit;
    this.world = world;
    this.packageName = packageName;
    this.apiPackage = apiPackage;
    this.types = new JavaTypes(wit);
    this.layout = new Layout(wit);
  }

  Map<String, String> generate() {
    if (!world.importedFunctions().isEmpty()) {
      throw new BindgenException("a world's functions are imported in interfaces only");
    }
    List<WitInterface> imported =
        world.importedInterfaces().stream().map(wit::interfaceOf).toList();
    imported.forEach(this::bindings);
    bindAll(imported);
    guestApi(imported);
    put("Cases", casesOf(imported));
    exports();
    return files;
  }

  private void bindings(WitInterface declared) {
    StringBuilder body = new StringBuilder();
    List<String> binds = new ArrayList<>();
    String call = "api.api." + JavaNames.camel(declared.name().name()) + "().";
    for (TypeDefinition type : declared.types()) {
      if (!(type instanceof TypeDefinition.Resource resource)) {
        continue;
      }
      String table = JavaNames.camel(resource.name());
      binds.add(
          "imports.function(module, \"[resource-drop]%s\", \"i32 ->\", (instance, a) -> {\nof.apply(instance).%s.drop((int) a[0]);\nreturn 0;\n});"
              .formatted(resource.name(), table));
      WitType self = new WitType.Borrow(new WitType.Named(declared.name(), resource.name()));
      for (WitFunction function : resource.functions()) {
        boolean method = function.kind() == WitFunction.Kind.METHOD;
        CoreFunction core =
            layout.core(function, method ? List.of(self) : List.of(), resource.name());
        String name = JavaNames.camel(resource.name() + "-" + function.name());
        binds.add(bind(core, name));
        body.append(
            function(
                function,
                core,
                name,
                declared.name().name() + "." + resource.name() + "." + function.name(),
                method ? "" : call + ApiGenerator.staticName(resource, function)));
      }
    }
    for (WitFunction function : declared.functions()) {
      CoreFunction core = layout.core(function, List.of(), "");
      String name = JavaNames.camel(function.name());
      binds.add(bind(core, name));
      body.append(
          function(
              function, core, name, declared.name().name() + "." + function.name(), call + name));
    }
    if (binds.isEmpty()) {
      return;
    }
    String className = className(declared);
    SourceText source = new SourceText();
    source.add("/// Offers interface `" + declared.name() + "` to guests.");
    source.add("final class " + className + " {\nprivate " + className + "() {}\n");
    source.add(
        "static void bind(HostImports.Builder imports, String module, Function<Guest, GuestApi> of) {");
    binds.forEach(source::add);
    source.add("}");
    put(className, source.toString() + body + "}\n");
  }

  private static String bind(CoreFunction core, String name) {
    return "imports.function(module, \"%s\", \"%s\", (instance, a) -> %s(of.apply(instance), instance, a));"
        .formatted(core.name(), core.signature(), name);
  }

  private static String className(WitInterface declared) {
    return JavaNames.pascal(declared.name().name()) + "Bindings";
  }

  private String function(
      WitFunction function, CoreFunction core, String name, String counted, String call) {
    SourceText source = new SourceText(2);
    Marshaller marshaller = new HostMarshaller(wit, source);
    List<String> arguments = liftArguments(marshaller, core);
    String invocation;
    if (call.isEmpty()) {
      invocation =
          "%s.%s(%s)"
              .formatted(
                  arguments.getFirst(),
                  JavaNames.camel(function.name()),
                  String.join(", ", arguments.subList(1, arguments.size())));
    } else {
      invocation = "%s(%s)".formatted(call, String.join(", ", arguments));
    }
    String area = "area";
    if (core.resultInMemory()) {
      int index = core.parametersInMemory() ? 1 : core.flatParameters().size();
      source.add("int area = (int) a[%d];".formatted(index));
    }
    switch (Outcome.of(wit, function.result())) {
      case Outcome.Plain(WitType value) when value instanceof WitType.Unit -> {
        source.add(invocation + ";\nreturn 0;");
      }
      case Outcome.Plain(WitType value) when core.resultInMemory() -> {
        source.add("%s result = %s;".formatted(types.of(value), invocation));
        marshaller.lowerMemory(value, "result", area, 0);
        source.add("return 0;");
      }
      case Outcome.Plain(WitType value) -> {
        source.add("%s result = %s;".formatted(types.of(value), invocation));
        Marshaller.Flat flat = marshaller.lowerFlat(value, "result").getFirst();
        source.add("return %s;".formatted(Core.BITS.from(flat.type(), flat.expression())));
      }
      case Outcome.Thrown(WitType value, WitType error) -> {
        List<WitType> cases = List.of(value, error);
        String resultType = types.of(value);
        boolean unit = value instanceof WitType.Unit;
        if (!unit) {
          source.add(resultType + " result;");
        }
        source.add("try {\n" + (unit ? "" : "result = ") + invocation + ";");
        source.add("} catch (%s error) {".formatted(types.of(error)));
        marshaller.store("Byte", "(byte) 1", area, 0);
        marshaller.lowerMemory(error, "error", area, layout.payloadOffset(cases));
        source.add("return 0;\n}");
        marshaller.store("Byte", "(byte) 0", area, 0);
        if (!unit) {
          marshaller.lowerMemory(value, "result", area, layout.payloadOffset(cases));
        }
        source.add("return 0;");
      }
      case Outcome.Polled(WitType value, WitType error) ->
          polled(marshaller, function, invocation, value, error);
    }
    SourceText head = new SourceText(1);
    head.add("\nprivate static long %s(GuestApi api, Guest instance, long[] a) {".formatted(name));
    head.add("api.calls[%d]++;".formatted(calls.size()));
    calls.add(counted);
    if (source.toString().contains("memory")) {
      head.add("GuestMemory memory = instance.memory();");
    }
    if (source.toString().contains("realloc")) {
      head.add("Realloc realloc = instance.realloc();");
    }
    return head.toString() + source + "  }\n";
  }

  private void polled(
      Marshaller marshaller,
      WitFunction function,
      String invocation,
      WitType value,
      WitType error) {
    SourceText source = marshaller.source;
    List<WitType> cases = List.of(value, error);
    int result = layout.payloadOffset(layout.cases(function.result()));
    int payload = result + layout.payloadOffset(cases);
    boolean unit = value instanceof WitType.Unit;
    String type = types.result(function);
    source.add("%s result;\ntry {\nresult = %s;".formatted(type, invocation));
    source.add("} catch (%s error) {".formatted(types.of(error)));
    marshaller.store("Byte", "(byte) 1", "area", 0);
    marshaller.store("Byte", "(byte) 1", "area", result);
    marshaller.lowerMemory(error, "error", "area", payload);
    source.add("return 0;\n}");
    source.add(unit ? "if (!result) {" : "if (result.isEmpty()) {");
    marshaller.store("Byte", "(byte) 0", "area", 0);
    source.add("return 0;\n}");
    marshaller.store("Byte", "(byte) 1", "area", 0);
    marshaller.store("Byte", "(byte) 0", "area", result);
    if (!unit) {
      String get =
          type.startsWith("Optional<") ? "get" : "getAs" + type.substring("Optional".length());
      marshaller.lowerMemory(value, "result." + get + "()", "area", payload);
    }
    source.add("return 0;");
  }

  private List<String> liftArguments(Marshaller marshaller, CoreFunction core) {
    List<String> arguments = new ArrayList<>();
    if (core.parametersInMemory()) {
      Iterator<Integer> offsets = layout.parts(core.parameters()).offsets().iterator();
      marshaller.source.add("int parameters = (int) a[0];");
      for (WitType type : core.parameters()) {
        arguments.add(
            keep(marshaller, type, marshaller.liftMemory(type, "parameters", offsets.next())));
      }
      return arguments;
    }
    List<Marshaller.Flat> flats = new ArrayList<>();
    for (int i = 0; i < core.flatParameters().size(); i++) {
      flats.add(new Marshaller.Flat("a[" + i + "]", Core.BITS));
    }
    Iterator<Marshaller.Flat> flat = flats.iterator();
    for (WitType type : core.parameters()) {
      arguments.add(keep(marshaller, type, marshaller.liftFlat(type, flat)));
    }
    return arguments;
  }

  // Arguments are lifted in order, whatever statements the later ones need.
  private String keep(Marshaller marshaller, WitType type, String expression) {
    String name = marshaller.variable("argument");
    marshaller.source.add("%s %s = %s;".formatted(types.of(type), name, expression));
    return name;
  }

  private void bindAll(List<WitInterface> imported) {
    SourceText source = new SourceText();
    source.add("/// Offers the imports of world `" + world.name().name() + "` to guests.");
    source.add("public final class HostBindings {\nprivate HostBindings() {}\n");
    source.add(
        "/// Adds every import, under its interface's name with and without the version. `of` finds what an");
    source.add("/// instance was given.");
    source.add(
        "public static void bind(HostImports.Builder imports, Function<Guest, GuestApi> of) {");
    for (WitInterface declared : imported) {
      if (files.containsKey(className(declared) + ".java")) {
        source.add("%s.bind(imports, \"%s\", of);".formatted(className(declared), declared.name()));
        if (!declared.name().owner().version().isEmpty()) {
          source.add(
              "%s.bind(imports, \"%s\", of);"
                  .formatted(className(declared), declared.name().withoutVersion()));
        }
      }
    }
    put("HostBindings", source.add("}\n}").toString());
  }

  private void guestApi(List<WitInterface> imported) {
    SourceText source = new SourceText();
    source.add(
        "/// What one instance sees of the API, and the handles that it holds. Closing it closes all that the");
    source.add("/// guest left open, the newest kinds of resource first.");
    source.add("public final class GuestApi implements AutoCloseable {");
    source.add("/// The functions of the API by their numbers: interface, resource if any, name.");
    source.add("public static final List<String> CALLS = List.of(");
    source.add(calls.stream().map(call -> '"' + call + '"').collect(Collectors.joining(",\n")));
    source.add(");\n\nfinal Api api;\nfinal long[] calls = new long[CALLS.size()];");
    List<String> tables = new ArrayList<>();
    SourceText constructor = new SourceText();
    for (WitInterface declared : imported) {
      for (TypeDefinition type : declared.types()) {
        if (type instanceof TypeDefinition.Resource resource) {
          String java = JavaNames.pascal(resource.name());
          String table = JavaNames.camel(resource.name());
          tables.addFirst(table);
          source.add("final HandleTable<%s> %s;".formatted(java, table));
          constructor.add(
              "this.%s = new HandleTable<>(\"%s\", handlesMax, %s::close);"
                  .formatted(table, resource.name(), java));
        }
      }
    }
    source.add("\n/// `handlesMax`: handles of each kind that the guest may hold at once.");
    source.add("public GuestApi(Api api, int handlesMax) {\nthis.api = api;");
    source.add(constructor.toString().stripTrailing());
    source.add("}\n\n@Override\npublic void close() {");
    tables.forEach(table -> source.add(table + ".close();"));
    source.add("}\n");
    source.add(
        "/// How often the guest called a function, by its number. Its own thread counts; another one");
    source.add("/// may see the count of a moment ago.");
    source.add("public long calls(int function) {\nreturn calls[function];");
    put("GuestApi", source.add("}\n}").toString());
  }

  static String casesOf(List<WitInterface> imported) {
    SourceText source = new SourceText();
    source.add("/// The cases of enums, by their numbers.\nfinal class Cases {");
    for (WitInterface declared : imported) {
      for (TypeDefinition type : declared.types()) {
        if (type instanceof TypeDefinition.Enumeration enumeration) {
          source.add(
              "static final %1$s[] %2$s = %1$s.values();"
                  .formatted(
                      JavaNames.pascal(enumeration.name()),
                      JavaNames.constant(enumeration.name())));
        }
      }
    }
    return source.add("\nprivate Cases() {}\n}").toString();
  }

  private void exports() {
    SourceText source = new SourceText();
    source.add("/// Calls what a guest of world `" + world.name().name() + "` offers.");
    source.add("public final class GuestProgram {\nprivate GuestProgram() {}");
    for (WitFunction function : world.exportedFunctions()) {
      requireProgram(wit, function);
      int offset = layout.payloadOffset(layout.cases(function.result()));
      source.add("").docs(function.docs()).docs("Empty if it ended well.");
      source.add(
          "public static Optional<String> %s(Instance instance) {"
              .formatted(JavaNames.camel(function.name())));
      source.add("int area = (int) instance.call(\"%s\")[0];".formatted(function.name()));
      source.add("GuestMemory memory = instance.memory();");
      source.add("return Lift.discriminant(memory.loadByte(area) & 0xff, 2) == 0");
      source.add(
          "    ? Optional.empty()\n    : Optional.of(Lift.string(memory, memory.loadInt(area + %d), memory.loadInt(area + %d)));\n}"
              .formatted(offset, offset + 4));
    }
    put("GuestProgram", source.add("}").toString());
  }

  /** Programs are functions without parameters that end well or with a message. */
  static void requireProgram(Wit wit, WitFunction function) {
    boolean program =
        function.parameters().isEmpty()
            && wit.unaliased(function.result())
                instanceof WitType.ResultOf(WitType.Unit _, WitType error)
            && wit.unaliased(error) == WitType.Primitive.STRING;
    if (!program) {
      throw new BindgenException(function.name() + ": an export is a func() -> result<_, string>");
    }
  }

  private void put(String name, String body) {
    StringBuilder imports = new StringBuilder();
    String abi = "io.pie4j.component.abi.";
    for (String type :
        List.of(
            apiPackage + ".*",
            "io.pie4j.component.HostImports",
            "io.pie4j.component.Guest",
            "io.pie4j.component.Instance",
            abi + "GuestMemory",
            abi + "HandleTable",
            abi + "Lift",
            abi + "Lower",
            abi + "Realloc",
            abi + "Span",
            "java.util.ArrayList",
            "java.util.List",
            "java.util.Optional",
            "java.util.OptionalDouble",
            "java.util.OptionalInt",
            "java.util.OptionalLong",
            "java.util.function.Function")) {
      String simple = type.substring(type.lastIndexOf('.') + 1);
      if (simple.equals("*") || body.matches("(?s).*\\b" + simple + "\\b.*")) {
        imports.append("import ").append(type).append(";\n");
      }
    }
    files.put(
        name + ".java",
        "// Generated from WIT; changes here are lost.\npackage %s;\n\n%s\n%s"
            .formatted(packageName, imports, body));
  }
}
