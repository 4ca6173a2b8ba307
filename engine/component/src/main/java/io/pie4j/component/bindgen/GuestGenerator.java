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

/**
 * The guest's bindings, for Java that TeaVM compiles to WebAssembly: the API's interfaces
 * implemented by imported functions, over the SDK's {@code Ram} (the guest's linear memory) and
 * {@code Entry}.
 */
final class GuestGenerator {
  private static final String RUNTIME = "io.pie4j.inferlet.guest";

  private final Wit wit;
  private final World world;
  private final String packageName;
  private final String apiPackage;
  private final JavaTypes types;
  private final Layout layout;
  private final Map<String, String> files = new TreeMap<>();

  GuestGenerator(Wit wit, World world, String packageName, String apiPackage) {
    this.wit = wit;
    this.world = world;
    this.packageName = packageName;
    this.apiPackage = apiPackage;
    this.types = new JavaTypes(wit);
    this.layout = new Layout(wit);
  }

  Map<String, String> generate() {
    List<WitInterface> imported =
        world.importedInterfaces().stream().map(wit::interfaceOf).toList();
    for (WitInterface declared : imported) {
      if (ApiGenerator.hasFunctions(declared)) {
        functions(declared);
      }
      for (TypeDefinition type : declared.types()) {
        if (type instanceof TypeDefinition.Resource resource) {
          resource(declared, resource);
        }
      }
    }
    put("Cases", HostGenerator.casesOf(imported));
    api(imported);
    exports();
    return files;
  }

  private void functions(WitInterface declared) {
    String java = JavaNames.pascal(declared.name().name());
    SourceText head = new SourceText();
    head.add("/// Interface `" + declared.name() + "`, as the host implements it.");
    head.add("final class Guest" + java + " implements " + java + " {");
    StringBuilder body = new StringBuilder();
    for (TypeDefinition type : declared.types()) {
      if (type instanceof TypeDefinition.Resource resource) {
        for (WitFunction function : resource.functions()) {
          if (function.kind() != WitFunction.Kind.METHOD) {
            CoreFunction core = layout.core(function, List.of(), resource.name());
            body.append(
                function(
                    declared, function, core, ApiGenerator.staticName(resource, function), ""));
          }
        }
      }
    }
    for (WitFunction function : declared.functions()) {
      CoreFunction core = layout.core(function, List.of(), "");
      body.append(function(declared, function, core, JavaNames.camel(function.name()), ""));
    }
    put("Guest" + java, head.toString() + body + "}\n");
  }

  private void resource(WitInterface declared, TypeDefinition.Resource resource) {
    String java = JavaNames.pascal(resource.name());
    SourceText source = new SourceText();
    source.add("/// A handle to a `" + resource.name() + "` of the host's.");
    source.add("final class Guest%1$s implements %1$s {\nprivate int handle;\n".formatted(java));
    source.add("Guest%s(int handle) {\nthis.handle = handle;\n}\n".formatted(java));
    source.add("int handle() {\nif (handle == 0) {");
    source.add(
        "throw new IllegalStateException(\"this %s is closed\");\n}\nreturn handle;\n}\n"
            .formatted(resource.name()));
    source.add("int give() {\nint given = handle();\nhandle = 0;\nreturn given;\n}\n");
    source.add("@Override\npublic void close() {\nif (handle != 0) {\ndrop(give());\n}\n}\n");
    source.add(
        "@Import(module = \"%s\", name = \"[resource-drop]%s\")"
            .formatted(declared.name(), resource.name()));
    source.add("private static native void drop(int handle);");
    StringBuilder body = new StringBuilder();
    WitType self = new WitType.Borrow(new WitType.Named(declared.name(), resource.name()));
    for (WitFunction function : resource.functions()) {
      if (function.kind() == WitFunction.Kind.METHOD) {
        CoreFunction core = layout.core(function, List.of(self), resource.name());
        body.append(function(declared, function, core, JavaNames.camel(function.name()), "this"));
      }
    }
    put("Guest" + java, source.toString() + body + "}\n");
  }

  private String function(
      WitInterface declared, WitFunction function, CoreFunction core, String name, String self) {
    SourceText source = new SourceText(2);
    Marshaller marshaller = new GuestMarshaller(wit, source);
    List<String> values = new ArrayList<>();
    if (!self.isEmpty()) {
      values.add(self);
    }
    function.parameters().forEach(parameter -> values.add(JavaNames.camel(parameter.name())));
    List<String> arguments = lowerArguments(marshaller, core, values);
    if (core.resultInMemory()) {
      source.add(
          "int area = Ram.allocate(%d, %d);"
              .formatted(layout.size(function.result()), layout.alignment(function.result())));
      arguments.add("area");
    }
    String nativeName = name + "Import";
    String invocation = "%s(%s)".formatted(nativeName, String.join(", ", arguments));
    boolean memory = source.toString().contains("Ram.");
    String end = memory ? "Ram.end();\n" : "";
    if (core.resultInMemory()) {
      source.add(invocation + ";");
      liftResult(marshaller, function, end);
    } else if (core.flatResults().isEmpty()) {
      source.add(invocation + ";\n" + end.strip());
    } else {
      Core result = core.flatResults().getFirst();
      source.add("%s number = %s;".formatted(result.java, invocation));
      Iterator<Marshaller.Flat> flat = List.of(new Marshaller.Flat("number", result)).iterator();
      source.add("%sreturn %s;".formatted(end, marshaller.liftFlat(function.result(), flat)));
    }
    SourceText head = new SourceText(1);
    String parameters =
        String.join(
            ", ",
            function.parameters().stream()
                .map(p -> types.of(p.type()) + " " + JavaNames.camel(p.name()))
                .toList());
    head.add("\n@Override\npublic %s %s(%s) {".formatted(types.result(function), name, parameters));
    if (memory) {
      head.add("Ram.begin();");
    }
    SourceText tail = new SourceText(1);
    tail.add("\n@Import(module = \"%s\", name = \"%s\")".formatted(declared.name(), core.name()));
    tail.add(
        "private static native %s %s(%s);"
            .formatted(nativeResult(core), nativeName, nativeParameters(core)));
    return head.toString() + source + "  }\n" + tail;
  }

  private static String nativeResult(CoreFunction core) {
    return core.resultInMemory() || core.flatResults().isEmpty()
        ? "void"
        : core.flatResults().getFirst().java;
  }

  private static String nativeParameters(CoreFunction core) {
    List<String> parameters = new ArrayList<>();
    if (core.parametersInMemory()) {
      parameters.add("int parameters");
    } else {
      for (Core type : core.flatParameters()) {
        parameters.add(type.java + " p" + parameters.size());
      }
    }
    if (core.resultInMemory()) {
      parameters.add("int area");
    }
    return String.join(", ", parameters);
  }

  private List<String> lowerArguments(
      Marshaller marshaller, CoreFunction core, List<String> values) {
    List<String> arguments = new ArrayList<>();
    if (core.parametersInMemory()) {
      Layout.Parts parts = layout.parts(core.parameters());
      marshaller.source.add(
          "int parameters = Ram.allocate(%d, %d);".formatted(parts.size(), parts.alignment()));
      for (int i = 0; i < values.size(); i++) {
        marshaller.lowerMemory(
            core.parameters().get(i), values.get(i), "parameters", parts.offsets().get(i));
      }
      arguments.add("parameters");
      return arguments;
    }
    for (int i = 0; i < values.size(); i++) {
      marshaller
          .lowerFlat(core.parameters().get(i), values.get(i))
          .forEach(flat -> arguments.add(flat.expression()));
    }
    return arguments;
  }

  private void liftResult(Marshaller marshaller, WitFunction function, String end) {
    SourceText source = marshaller.source;
    switch (Outcome.of(wit, function.result())) {
      case Outcome.Plain(WitType value) -> {
        source.add(
            "%s value = %s;".formatted(types.of(value), marshaller.liftMemory(value, "area", 0)));
        source.add(end + "return value;");
      }
      case Outcome.Thrown(WitType value, WitType error) -> {
        liftThrown(marshaller, value, error, 0, end);
        if (!(value instanceof WitType.Unit)) {
          source.add("return value;");
        }
      }
      case Outcome.Polled(WitType value, WitType error) -> {
        boolean unit = value instanceof WitType.Unit;
        String type = types.result(function);
        String plain = type.replaceFirst("<.*", "");
        source.add("if (%s == 0) {".formatted(marshaller.load("Byte", "area", 0)));
        source.add("%sreturn %s;\n}".formatted(end, unit ? "false" : plain + ".empty()"));
        liftThrown(
            marshaller, value, error, layout.payloadOffset(layout.cases(function.result())), end);
        source.add(unit ? "return true;" : "return %s.of(value);".formatted(plain));
      }
    }
  }

  private void liftThrown(
      Marshaller marshaller, WitType value, WitType error, int offset, String end) {
    SourceText source = marshaller.source;
    int payload = offset + layout.payloadOffset(List.of(value, error));
    source.add("if (%s != 0) {".formatted(marshaller.load("Byte", "area", offset)));
    source.add(
        "%s error = %s;".formatted(types.of(error), marshaller.liftMemory(error, "area", payload)));
    source.add(end + "throw error;\n}");
    if (!(value instanceof WitType.Unit)) {
      source.add(
          "%s value = %s;"
              .formatted(types.of(value), marshaller.liftMemory(value, "area", payload)));
    }
    source.add(end.strip());
  }

  private void api(List<WitInterface> imported) {
    SourceText source = new SourceText();
    source.add("/// The API as a guest sees it.\nfinal class GuestApi {\nprivate GuestApi() {}\n");
    source.add("static Api create() {\nreturn new Api(");
    List<String> parts =
        imported.stream()
            .filter(ApiGenerator::hasFunctions)
            .map(declared -> "new Guest" + JavaNames.pascal(declared.name().name()) + "()")
            .toList();
    source.add(String.join(",\n", parts) + "\n);\n}\n}");
    put("GuestApi", source.toString());
  }

  private void exports() {
    SourceText source = new SourceText();
    source.add(
        "/// What the guest offers its host. Start the program with [#start].\npublic final class GuestExports {");
    source.add("private static @Nullable Program program;\n\nprivate GuestExports() {}\n");
    source.add("/// Says which program this guest is; called before the host calls an export.");
    source.add("public static void start(Program started) {\nprogram = started;\n}");
    source.add("\n@Export(name = \"cabi_realloc\")");
    source.add("static int reallocate(int address, int oldSize, int alignment, int newSize) {");
    source.add("return Ram.reallocate(address, oldSize, alignment, newSize);\n}");
    for (WitFunction function : world.exportedFunctions()) {
      HostGenerator.requireProgram(wit, function);
      String name = JavaNames.camel(function.name());
      int offset = layout.payloadOffset(layout.cases(function.result()));
      source.add("").docs(function.docs());
      source.add("@Export(name = \"%s\")\nstatic int %s() {".formatted(function.name(), name));
      source.add(
          "String message = Entry.call(() -> Objects.requireNonNull(program).%s(GuestApi.create()));"
              .formatted(name));
      source.add("Ram.begin();");
      source.add(
          "int area = Ram.allocate(%d, %d);"
              .formatted(layout.size(function.result()), layout.alignment(function.result())));
      source.add("Ram.storeByte(area, (byte) (message == null ? 0 : 1));\nif (message != null) {");
      source.add("Ram.storeInt(area + %d, Ram.put(message));".formatted(offset));
      source.add(
          "Ram.storeInt(area + %d, Ram.lengthOfLastString());\n}\nreturn area;\n}"
              .formatted(offset + 4));
    }
    put("GuestExports", source.add("}").toString());
  }

  private void put(String name, String body) {
    StringBuilder imports = new StringBuilder();
    for (String type :
        List.of(
            apiPackage + ".*",
            RUNTIME + ".Entry",
            RUNTIME + ".Ram",
            "java.util.ArrayList",
            "java.util.List",
            "java.util.Objects",
            "java.util.Optional",
            "java.util.OptionalDouble",
            "java.util.OptionalInt",
            "java.util.OptionalLong",
            "org.jspecify.annotations.Nullable",
            "org.teavm.interop.Export",
            "org.teavm.interop.Import")) {
      String simple = type.substring(type.lastIndexOf('.') + 1);
      if (type.startsWith(packageName + ".")) {
        continue;
      }
      if (simple.equals("*") || body.matches("(?s).*\\b" + simple + "\\b.*")) {
        imports.append("import ").append(type).append(";\n");
      }
    }
    // A type of the API wins over its namesake in java.lang only if it is imported by name.
    if (body.matches("(?s).*\\bimplements Runtime\\b.*")) {
      imports.append("import ").append(apiPackage).append(".Runtime;\n");
    }
    files.put(
        name + ".java",
        "// Generated from WIT; changes here are lost.\npackage %s;\n\n%s\n%s"
            .formatted(packageName, imports, body));
  }
}
