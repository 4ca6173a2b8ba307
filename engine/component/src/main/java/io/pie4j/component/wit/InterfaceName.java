package io.pie4j.component.wit;

/** An interface's (or world's) full name. */
public record InterfaceName(PackageName owner, String name) {
  /** As core modules import it: {@code namespace:package/interface@version}. */
  @Override
  public String toString() {
    return withoutVersion() + (owner.version().isEmpty() ? "" : "@" + owner.version());
  }

  public String withoutVersion() {
    return owner.path() + "/" + name;
  }
}
