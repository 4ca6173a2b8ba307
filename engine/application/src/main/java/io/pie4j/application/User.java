package io.pie4j.application;

import java.util.regex.Pattern;

/**
 * For whom an instance runs. Everything that outlives programs (stored values, exports, topics) is
 * kept apart by user.
 *
 * @param name a letter, digit or {@code _}, then up to 63 letters, digits, {@code .}, {@code _},
 *     {@code @}, {@code +} or {@code -}: it is a part of names, so that nothing in it may part them
 */
public record User(String name) implements Comparable<User> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}");

  public User {
    if (!NAME.matcher(name).matches()) {
      throw new LaunchException(
          "user name '%s' must be 1 to 64 letters, digits, '.', '_', '@', '+' or '-' and begin with a letter, a digit or '_'"
              .formatted(Namespace.visible(name)));
    }
  }

  @Override
  public int compareTo(User other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
