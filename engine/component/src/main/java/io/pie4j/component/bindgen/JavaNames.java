package io.pie4j.component.bindgen;

import java.util.Locale;
import java.util.Set;

/** Java's names for WIT's names. */
final class JavaNames {
  // Java's reserved words, and methods of Object that a method without parameters would collide
  // with.
  private static final Set<String> TAKEN =
      Set.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "false",
          "final",
          "finally",
          "float",
          "for",
          "goto",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "null",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "transient",
          "true",
          "try",
          "void",
          "volatile",
          "while",
          "clone",
          "finalize",
          "getClass",
          "hashCode",
          "notify",
          "notifyAll",
          "toString",
          "wait",
          "close");

  private JavaNames() {}

  /** A method, parameter or field. */
  static String camel(String wit) {
    String pascal = pascal(wit);
    String camel = pascal.substring(0, 1).toLowerCase(Locale.ROOT) + pascal.substring(1);
    return TAKEN.contains(camel) ? camel + "_" : camel;
  }

  /** A type. */
  static String pascal(String wit) {
    StringBuilder pascal = new StringBuilder();
    for (String word : wit.split("-", -1)) {
      pascal
          .append(word.substring(0, 1).toUpperCase(Locale.ROOT))
          .append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return pascal.toString();
  }

  /** A constant. */
  static String constant(String wit) {
    return wit.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The exception for a record that is a result's error. */
  static String exception(String wit) {
    return wit.equals("error")
        ? "ApiException"
        : pascal(wit.endsWith("-error") ? wit.substring(0, wit.length() - "-error".length()) : wit)
            + "Exception";
  }
}
