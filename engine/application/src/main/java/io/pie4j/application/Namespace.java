package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import java.util.Optional;

/**
 * Where an instance's names for stored values, topics, mailboxes and exports lie in the engine: a
 * name {@code N} of user {@code U} is {@code user/U/N} and nobody else's; {@code shared/N} is the
 * same for all users, open to read and, with {@link Right#SHARED}, to change.
 *
 * <p>A user's name has no slash, so that no choice of {@code N} reaches another user's names: the
 * engine's names are compared character by character and are paths nowhere.
 *
 * @param user whose names they are
 * @param sharedGranted whether {@code shared/} names may be changed
 */
record Namespace(User user, boolean sharedGranted) {
  static final int NAME_BYTES_MAX = 256;
  private static final int SHOWN = 64;
  private static final String SHARED = "shared/";
  private static final String USER = "user/";

  /** What a call does with a name. */
  enum Use {
    READ,
    CHANGE
  }

  /**
   * The engine's name for a program's.
   *
   * @param call and argument: for messages
   * @throws ApiException INVALID_ARGUMENT for a name that is empty, too long or not text; DENIED if
   *     it is shared and may not be changed
   */
  String key(String call, String argument, String name, Use use) {
    String key = prefix(call, argument, name);
    if (name.isEmpty() || name.equals(SHARED)) {
      throw invalid(call, argument, "must have at least one character, is '" + name + "'");
    }
    if (use == Use.CHANGE && key.startsWith(SHARED) && !sharedGranted) {
      throw new ApiException(
          ErrorCode.DENIED,
          "%s: %s '%s' is shared with all users, which takes the capability '%s'; the program was not granted it"
              .formatted(call, argument, visible(name), Right.SHARED));
    }
    return key;
  }

  /** The beginning of the engine's names for all names of the program that begin so. */
  String prefix(String call, String argument, String beginning) {
    requireText(call, argument, beginning);
    return beginning.startsWith(SHARED) ? beginning : own() + beginning;
  }

  /** The program's name for one of the engine's, if it is one that the program may see. */
  Optional<String> name(String key) {
    if (key.startsWith(SHARED)) {
      return Optional.of(key);
    }
    return key.startsWith(own()) ? Optional.of(key.substring(own().length())) : Optional.empty();
  }

  /** What all names of the user begin with that are not shared. */
  String own() {
    return USER + user.name() + "/";
  }

  /** Text of strangers in a message: short, and nothing in it that moves the cursor. */
  static String visible(String text) {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return shown.replaceAll("[\\p{C}\\p{Z}&&[^ ]]", "?");
  }

  private static void requireText(String call, String argument, String name) {
    if (HostSide.byteCountExceeds(name, NAME_BYTES_MAX)) {
      throw invalid(
          call,
          argument,
          "must have at most %d bytes, has %d characters".formatted(NAME_BYTES_MAX, name.length()));
    }
    if (name.codePoints().anyMatch(Namespace::isNoText)) {
      throw invalid(call, argument, "must have no control characters, is '" + visible(name) + "'");
    }
  }

  /** Controls, and halves of characters: two of these could become one name in UTF-8. */
  private static boolean isNoText(int codePoint) {
    return Character.isISOControl(codePoint)
        || Character.getType(codePoint) == Character.SURROGATE
        || Character.getType(codePoint) == Character.LINE_SEPARATOR
        || Character.getType(codePoint) == Character.PARAGRAPH_SEPARATOR;
  }

  private static ApiException invalid(String call, String argument, String problem) {
    return new ApiException(ErrorCode.INVALID_ARGUMENT, call + ": " + argument + " " + problem);
  }
}
