package io.pie4j.component.bindgen;

import io.pie4j.component.wit.TypeDefinition;
import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitFunction;
import io.pie4j.component.wit.WitInterface;
import io.pie4j.component.wit.WitType;
import io.pie4j.component.wit.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page that lists every call of a world: one table an interface, in the world's order, one line
 * a call. What a line says of layers, errors and paper comes from the call's documentation, whose
 * last line must say it ({@link CallNotes}).
 */
final class ApiPage {
  private final Wit wit;
  private final List<WitInterface> interfaces;

  ApiPage(Wit wit, World world) {
    this.wit = wit;
    interfaces = world.importedInterfaces().stream().map(wit::interfaceOf).toList();
  }

  /** The page in Markdown. */
  String text() {
    StringBuilder page = new StringBuilder();
    page.append("# The programming interface\n\n");
    page.append("<!-- Generated from wit/ by `").append(Bindgen.RENEWAL).append("`. -->\n\n");
    page.append(counts()).append("\n\n");
    page.append(
        """
        An inferlet offers one function, `run`, and sees the interfaces below. LLM-related calls are grouped into traits (paper §4.4);
        `models.available-traits` says which of them a model offers. Calls that take a queue are commands: the **inference** layer runs them in the
        order of their queue, and what fails there is told by the next future or `synchronize` of that queue. All others are answered by the
        **control** layer at once. A failed call throws an `error` with one of these codes and a line that names the call, the argument, the limit
        and what was found; the program goes on.

        """);
    errorCodes(page);
    page.append("| interface | trait | builds on | calls |\n|---|---|---|---|\n");
    for (WitInterface each : interfaces) {
      page.append(
          "| [%s](#%s) | %s | %s | %d |\n"
              .formatted(
                  name(each),
                  name(each),
                  Trait.of(each).map(Trait::name).orElse(""),
                  Trait.of(each).map(Trait::supertraits).orElse(""),
                  calls(each).size()));
    }
    interfaces.forEach(each -> section(page, each));
    return page.toString();
  }

  private String counts() {
    List<Call> calls = interfaces.stream().flatMap(i -> calls(i).stream()).toList();
    long functions = calls.stream().filter(c -> c.resource().isEmpty()).count();
    long inference = calls.stream().filter(c -> c.notes().layer().equals("inference")).count();
    return """
    **%d calls** in %d interfaces: %d functions and %d methods of resources. The inference layer answers %d of them, the control layer
    the others. (The paper counts 42 calls, 18 of them for LLM execution.)\
    """
        .formatted(calls.size(), interfaces.size(), functions, calls.size() - functions, inference);
  }

  private void errorCodes(StringBuilder page) {
    for (WitInterface each : interfaces) {
      for (TypeDefinition type : each.types()) {
        if (type instanceof TypeDefinition.Enumeration codes && codes.name().equals("error-code")) {
          codes
              .cases()
              .forEach(c ->
                  page.append("- `%s`: %s\n".formatted(c.name(), c.docs().replace('\n', ' '))));
          page.append('\n');
        }
      }
    }
  }

  private void section(StringBuilder page, WitInterface each) {
    page.append("\n## ").append(name(each)).append("\n\n");
    page.append(each.docs()).append("\n");
    List<Call> calls = calls(each);
    if (!calls.isEmpty()) {
      page.append("\n| call | what it does | layer | errors | paper |\n|---|---|---|---|---|\n");
      for (Call call : calls) {
        page.append(
            "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                    call.signature(),
                    call.notes().sentence().replace("|", "\\|"),
                    call.notes().layer(),
                    call.notes().errors(),
                    call.notes().paper()));
      }
    }
    List<String> values =
        each.types().stream().map(this::value).filter(line -> !line.isEmpty()).toList();
    if (!values.isEmpty()) {
      page.append("\n").append(String.join("\n", values)).append("\n");
    }
  }

  /** A line for a type that is not a resource; the error codes have their own place. */
  private String value(TypeDefinition type) {
    String shape =
        switch (type) {
          case TypeDefinition.Alias(String name, _, WitType of) -> name + " = " + shortly(of);
          case TypeDefinition.RecordType record ->
              record.name() + " { " + fields(record.fields()) + " }";
          case TypeDefinition.Variant variant ->
              variant.name() + " = " + fields(variant.cases()).replace(", ", " | ");
          case TypeDefinition.Enumeration(String name, _, var cases) ->
              name.equals("error-code") ? "" : name + " = " + labels(cases);
          case TypeDefinition.Flags flags -> flags.name() + " = " + labels(flags.flags());
          case TypeDefinition.Resource _ -> "";
        };
    if (shape.isEmpty()) {
      return "";
    }
    String docs = CallNotes.firstSentence(type.docs());
    return "- `" + shape + "`" + (docs.isEmpty() ? "" : ": " + docs);
  }

  private static String labels(List<TypeDefinition.Label> labels) {
    return labels.stream().map(TypeDefinition.Label::name).collect(Collectors.joining(" | "));
  }

  private String fields(List<TypeDefinition.Field> fields) {
    return fields.stream()
        .map(f -> f.type() instanceof WitType.Unit ? f.name() : f.name() + ": " + shortly(f.type()))
        .collect(Collectors.joining(", "));
  }

  private List<Call> calls(WitInterface each) {
    List<Call> calls = new ArrayList<>();
    for (TypeDefinition type : each.types()) {
      if (type instanceof TypeDefinition.Resource resource) {
        for (WitFunction function : resource.functions()) {
          calls.add(call(each, resource.name(), function));
        }
      }
    }
    for (WitFunction function : each.functions()) {
      calls.add(call(each, "", function));
    }
    return calls;
  }

  private Call call(WitInterface owner, String resource, WitFunction function) {
    String name = (resource.isEmpty() ? "" : resource + ".") + function.name();
    String parameters =
        function.parameters().stream().map(this::parameter).collect(Collectors.joining(", "));
    String result =
        switch (Outcome.of(wit, function.result())) {
          case Outcome.Plain(WitType value) -> shortly(value);
          case Outcome.Thrown(WitType value, _) -> shortly(value);
          case Outcome.Polled(WitType value, _) ->
              value instanceof WitType.Unit ? "bool" : "option<" + shortly(value) + ">";
        };
    return new Call(
        resource,
        name + "(" + parameters + ")" + (result.isEmpty() ? "" : " → " + result),
        CallNotes.of(name(owner) + "." + name, function.docs(), codes()));
  }

  /** A parameter that is called what it is needs no type. */
  private String parameter(WitFunction.Parameter parameter) {
    String type = shortly(parameter.type());
    return type.equals(parameter.name()) ? type : parameter.name() + ": " + type;
  }

  private List<String> codes() {
    return interfaces.stream()
        .flatMap(i -> i.types().stream())
        .filter(t -> t.name().equals("error-code"))
        .flatMap(t ->
            t instanceof TypeDefinition.Enumeration codes
                ? codes.cases().stream().map(TypeDefinition.Label::name)
                : Stream.empty())
        .toList();
  }

  private String name(WitInterface each) {
    return each.name().name();
  }

  private String shortly(WitType type) {
    return switch (type) {
      case WitType.Primitive primitive -> primitive.name().toLowerCase(Locale.ROOT);
      case WitType.Unit _ -> "";
      case WitType.ListOf(WitType element) -> "list<" + shortly(element) + ">";
      case WitType.OptionOf(WitType value) -> "option<" + shortly(value) + ">";
      case WitType.ResultOf(WitType value, WitType error) ->
          "result<" + shortly(value) + ", " + shortly(error) + ">";
      case WitType.TupleOf(var elements) ->
          elements.stream().map(this::shortly).collect(Collectors.joining(", ", "(", ")"));
      case WitType.Named(_, String name) -> name;
      case WitType.Borrow(WitType.Named resource) -> resource.name();
    };
  }

  /** A function, or a resource's method. */
  private record Call(String resource, String signature, CallNotes notes) {}

  /** What an interface's documentation says of the trait that it is, as the paper names it. */
  private record Trait(String name, String supertraits) {
    private static final Pattern FORM =
        Pattern.compile("Trait (\\w+)(?: \\(needs ([\\w, ]+)\\))?[:.]");

    static Optional<Trait> of(WitInterface each) {
      var matcher = FORM.matcher(each.docs());
      if (!matcher.lookingAt()) {
        if (each.docs().startsWith("Trait ")) {
          throw new BindgenException(
              each.name().name() + ": its documentation must begin 'Trait NAME (needs NAMES):'");
        }
        return Optional.empty();
      }
      String supertraits = matcher.group(2);
      return Optional.of(new Trait(matcher.group(1), supertraits == null ? "" : supertraits));
    }
  }
}
