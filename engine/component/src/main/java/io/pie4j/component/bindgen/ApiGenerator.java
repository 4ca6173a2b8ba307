package io.pie4j.component.bindgen;

import io.pie4j.component.wit.TypeDefinition;
import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitFunction;
import io.pie4j.component.wit.WitInterface;
import io.pie4j.component.wit.WitType;
import io.pie4j.component.wit.World;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The API in Java: an interface for each WIT interface and resource, records, enums, one record of
 * all that a world imports ({@code Api}) and one interface of what it exports ({@code Program}).
 */
final class ApiGenerator {
  private final Wit wit;
  private final World world;
  private final String packageName;
  private final JavaTypes types;
  private final Map<String, String> files = new TreeMap<>();

  ApiGenerator(Wit wit, World world, String packageName) {
    this.wit = wit;
    this.world = world;
    this.packageName = packageName;
    this.types = new JavaTypes(wit);
  }

  /** Sources by file name. */
  Map<String, String> generate() {
    for (WitInterface declared : wit.interfaces()) {
      if (hasFunctions(declared)) {
        functions(declared);
      }
      for (TypeDefinition type : declared.types()) {
        switch (type) {
          case TypeDefinition.RecordType record -> {
            if (types.isException(new WitType.Named(declared.name(), record.name()))) {
              exception(record);
            } else {
              record(record);
            }
          }
          case TypeDefinition.Enumeration enumeration -> enumeration(enumeration);
          case TypeDefinition.Variant variant -> variant(variant);
          case TypeDefinition.Resource resource -> resource(resource);
          case TypeDefinition.Alias _, TypeDefinition.Flags _ -> {}
        }
      }
    }
    api();
    program();
    return files;
  }

  /** Free functions, and the resources' functions that are called without an instance. */
  static boolean hasFunctions(WitInterface declared) {
    return !declared.functions().isEmpty()
        || declared.types().stream()
            .anyMatch(t ->
                t instanceof TypeDefinition.Resource resource
                    && resource.functions().stream()
                        .anyMatch(f -> f.kind() != WitFunction.Kind.METHOD));
  }

  private void functions(WitInterface declared) {
    String name = JavaNames.pascal(declared.name().name());
    SourceText source =
        new SourceText().docs(declared.docs()).add("public interface " + name + " {");
    for (TypeDefinition type : declared.types()) {
      if (type instanceof TypeDefinition.Resource resource) {
        for (WitFunction function : resource.functions()) {
          if (function.kind() != WitFunction.Kind.METHOD) {
            function(source, staticName(resource, function), function);
          }
        }
      }
    }
    for (WitFunction function : declared.functions()) {
      function(source, JavaNames.camel(function.name()), function);
    }
    put(name, source.add("}"));
  }

  static String staticName(TypeDefinition.Resource resource, WitFunction function) {
    return function.kind() == WitFunction.Kind.CONSTRUCTOR
        ? "new" + JavaNames.pascal(resource.name())
        : JavaNames.camel(resource.name() + "-" + function.name());
  }

  private void function(SourceText source, String name, WitFunction function) {
    source.add("").docs(function.docs());
    if (Outcome.of(wit, function.result()) instanceof Outcome.Polled polled) {
      source.docs(
          polled.value() instanceof WitType.Unit
              ? "False until complete."
              : "Empty until complete.");
    }
    source.add(types.result(function) + " " + name + "(" + parameters(function) + ");");
  }

  private String parameters(WitFunction function) {
    return String.join(
        ", ",
        function.parameters().stream()
            .map(p -> types.of(p.type()) + " " + JavaNames.camel(p.name()))
            .toList());
  }

  private void resource(TypeDefinition.Resource resource) {
    String name = JavaNames.pascal(resource.name());
    SourceText source =
        new SourceText()
            .docs(resource.docs())
            .add("public interface " + name + " extends AutoCloseable {");
    for (WitFunction function : resource.functions()) {
      if (function.kind() == WitFunction.Kind.METHOD) {
        function(source, JavaNames.camel(function.name()), function);
      }
    }
    source.add(
        "\n/// Gives the handle back; closing twice does nothing.\n@Override\nvoid close();\n}");
    put(name, source);
  }

  private void record(TypeDefinition.RecordType record) {
    String name = JavaNames.pascal(record.name());
    SourceText source = new SourceText().docs(record.docs());
    for (TypeDefinition.Field field : record.fields()) {
      if (!field.docs().isEmpty()) {
        source.docs(
            "@param " + JavaNames.camel(field.name()) + " " + field.docs().replace("\n", "\n    "));
      }
    }
    put(name, recordBody(source, "public record " + name, record.fields()).add(") {}"));
  }

  private SourceText recordBody(
      SourceText source, String start, List<TypeDefinition.Field> fields) {
    source.add(start + "(");
    for (int i = 0; i < fields.size(); i++) {
      TypeDefinition.Field field = fields.get(i);
      source.add(
          types.of(field.type())
              + " "
              + JavaNames.camel(field.name())
              + (i + 1 < fields.size() ? "," : ""));
    }
    return source;
  }

  private void enumeration(TypeDefinition.Enumeration enumeration) {
    String name = JavaNames.pascal(enumeration.name());
    SourceText source = new SourceText().docs(enumeration.docs()).add("public enum " + name + " {");
    for (TypeDefinition.Label label : enumeration.cases()) {
      source.docs(label.docs()).add(JavaNames.constant(label.name()) + ",");
    }
    put(name, source.add("}"));
  }

  private void variant(TypeDefinition.Variant variant) {
    String name = JavaNames.pascal(variant.name());
    SourceText source =
        new SourceText().docs(variant.docs()).add("public sealed interface " + name + " {");
    for (TypeDefinition.Field label : variant.cases()) {
      boolean bare = label.type() instanceof WitType.Unit;
      source.docs(label.docs());
      source.add(
          "record %s(%s) implements %s {}\n"
              .formatted(
                  JavaNames.pascal(label.name()),
                  bare ? "" : types.of(label.type()) + " value",
                  name));
    }
    put(name, source.add("}"));
  }

  private void exception(TypeDefinition.RecordType record) {
    String name = JavaNames.exception(record.name());
    SourceText source =
        new SourceText()
            .docs(record.docs())
            .add("public final class " + name + " extends RuntimeException {");
    source.add("private static final long serialVersionUID = 1;\n");
    for (TypeDefinition.Field field : record.fields()) {
      if (!isMessage(field)) {
        source.add(
            "private final transient %s %s;"
                .formatted(types.of(field.type()), JavaNames.camel(field.name())));
      }
    }
    String parameters =
        String.join(
            ", ",
            record.fields().stream()
                .map(f -> types.of(f.type()) + " " + JavaNames.camel(f.name()))
                .toList());
    source.add("\npublic " + name + "(" + parameters + ") {");
    source.add(record.fields().stream().anyMatch(this::isMessage) ? "super(message);" : "super();");
    for (TypeDefinition.Field field : record.fields()) {
      if (!isMessage(field)) {
        source.add("this.%1$s = %1$s;".formatted(JavaNames.camel(field.name())));
      }
    }
    source.add("}");
    for (TypeDefinition.Field field : record.fields()) {
      if (!isMessage(field)) {
        String fieldName = JavaNames.camel(field.name());
        source.add("").docs(field.docs());
        source.add(
            "public %s %2$s() {\nreturn %2$s;\n}".formatted(types.of(field.type()), fieldName));
      }
    }
    if (record.fields().stream().anyMatch(this::isMessage)) {
      source.add(
          "\n/// The message, which is never null.\n@Override\npublic String getMessage() {");
      source.add("return java.util.Objects.requireNonNull(super.getMessage());\n}");
    }
    put(name, source.add("}"));
  }

  private boolean isMessage(TypeDefinition.Field field) {
    return field.name().equals("message")
        && wit.unaliased(field.type()) == WitType.Primitive.STRING;
  }

  private void api() {
    SourceText source =
        new SourceText()
            .docs("All interfaces that a program of world `" + world.name().name() + "` sees.");
    source.add("public record Api(");
    List<WitInterface> imported =
        world.importedInterfaces().stream()
            .map(wit::interfaceOf)
            .filter(ApiGenerator::hasFunctions)
            .toList();
    for (int i = 0; i < imported.size(); i++) {
      String name = imported.get(i).name().name();
      source.add(
          JavaNames.pascal(name)
              + " "
              + JavaNames.camel(name)
              + (i + 1 < imported.size() ? "," : ""));
    }
    put("Api", source.add(") {}"));
  }

  private void program() {
    SourceText source =
        new SourceText().docs("What a program of world `" + world.name().name() + "` offers.");
    source.add("@FunctionalInterface\npublic interface Program {");
    for (WitFunction function : world.exportedFunctions()) {
      WitType result =
          switch (Outcome.of(wit, function.result())) {
            case Outcome.Plain plain -> plain.value();
            case Outcome.Thrown thrown -> thrown.value();
            case Outcome.Polled _ ->
                throw new BindgenException(function.name() + ": exports give a result at once");
          };
      String parameters = parameters(function);
      source.docs(function.docs());
      if (Outcome.of(wit, function.result()) instanceof Outcome.Thrown) {
        source.docs("\nAn exception ends the program with its message.");
      }
      source.add(
          "%s %s(Api api%s) throws Exception;"
              .formatted(
                  types.of(result),
                  JavaNames.camel(function.name()),
                  parameters.isEmpty() ? "" : ", " + parameters));
    }
    put("Program", source.add("}"));
  }

  private void put(String name, SourceText body) {
    StringBuilder imports = new StringBuilder();
    for (String type :
        List.of("List", "Optional", "OptionalDouble", "OptionalInt", "OptionalLong")) {
      if (body.toString().matches("(?s).*\\b" + type + "\\b[ <].*")) {
        imports.append("import java.util.").append(type).append(";\n");
      }
    }
    String text =
        "// Generated from WIT; changes here are lost.\npackage %s;\n\n%s%s%s"
            .formatted(packageName, imports, imports.isEmpty() ? "" : "\n", body);
    if (files.putIfAbsent(name + ".java", text) != null) {
      throw new BindgenException("two things are called " + name + " in Java: rename one");
    }
  }
}
