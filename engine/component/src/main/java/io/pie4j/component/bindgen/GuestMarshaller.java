package io.pie4j.component.bindgen;

import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitType;

/**
 * The guest's side: trusts the host, and keeps what a call needs in memory until the call is over.
 */
final class GuestMarshaller extends Marshaller {
  GuestMarshaller(Wit wit, SourceText source) {
    super(wit, source);
  }

  @Override
  String memory() {
    return "Ram";
  }

  @Override
  String liftBlock(String of, String address, String length) {
    return "Ram.%s(%s, %s)"
        .formatted(of.replace("[]", "s").replace("String", "string"), address, length);
  }

  @Override
  Block lowerBlock(String of, String value) {
    String start = variable("start");
    if (of.equals("String")) {
      String length = variable("length");
      source.add("int %s = Ram.put(%s);".formatted(start, value));
      source.add("int %s = Ram.lengthOfLastString();".formatted(length));
      return new Block(start, length);
    }
    String array = variable("array");
    source.add("%s %s = %s;".formatted(of, array, value));
    source.add("int %s = Ram.put(%s);".formatted(start, array));
    return new Block(start, array + ".length");
  }

  @Override
  String checkedLength(String address, String length, int size, int alignment) {
    return length;
  }

  @Override
  String allocate(String count, int size, int alignment) {
    return "Ram.allocate(%s * %d, %d)".formatted(count, size, alignment);
  }

  @Override
  String liftHandle(WitType.Named resource, boolean borrowed, String handle) {
    return "new Guest%s(%s)".formatted(JavaNames.pascal(resource.name()), handle);
  }

  @Override
  String lowerHandle(WitType.Named resource, boolean borrowed, String value) {
    if (value.equals("this")) {
      return "handle()";
    }
    return "((Guest%s) %s).%s()"
        .formatted(JavaNames.pascal(resource.name()), value, borrowed ? "handle" : "give");
  }

  @Override
  String checkedCase(String number, int cases) {
    return "(" + number + ")";
  }

  @Override
  String checkedCharacter(String number) {
    return number;
  }
}
