package io.pie4j.component.bindgen;

import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitType;

/**
 * The host's side: checks all that comes from the guest, allocates by the guest's own allocator.
 */
final class HostMarshaller extends Marshaller {
  HostMarshaller(Wit wit, SourceText source) {
    super(wit, source);
  }

  @Override
  String memory() {
    return "memory";
  }

  @Override
  String liftBlock(String of, String address, String length) {
    return "Lift.%s(memory, %s, %s)".formatted(method(of), address, length);
  }

  @Override
  Block lowerBlock(String of, String value) {
    String span = variable("span");
    source.add("Span %s = Lower.%s(memory, realloc, %s);".formatted(span, method(of), value));
    return new Block(span + ".address()", span + ".length()");
  }

  private static String method(String of) {
    return switch (of) {
      case "String" -> "string";
      case "boolean[]" -> "booleans";
      default -> of.replace("[]", "s");
    };
  }

  @Override
  String checkedLength(String address, String length, int size, int alignment) {
    return "Lift.list(memory, %s, %s, %d, %d)".formatted(address, length, size, alignment);
  }

  @Override
  String allocate(String count, int size, int alignment) {
    return "realloc.allocate(memory, %d, %dL * %s)".formatted(alignment, size, count);
  }

  @Override
  String liftHandle(WitType.Named resource, boolean borrowed, String handle) {
    return "api.%s.%s(%s)"
        .formatted(JavaNames.camel(resource.name()), borrowed ? "get" : "take", handle);
  }

  @Override
  String lowerHandle(WitType.Named resource, boolean borrowed, String value) {
    if (borrowed) {
      throw new BindgenException(
          "borrow<" + resource.name() + ">: what is given to a guest is the guest's own");
    }
    return "api.%s.add(%s)".formatted(JavaNames.camel(resource.name()), value);
  }

  @Override
  String checkedCase(String number, int cases) {
    return "Lift.discriminant(%s, %d)".formatted(number, cases);
  }

  @Override
  String checkedCharacter(String number) {
    return "Lift.character(" + number + ")";
  }
}
