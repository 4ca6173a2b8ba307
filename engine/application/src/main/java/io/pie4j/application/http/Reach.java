package io.pie4j.application.http;

/** Where a program's requests may go. */
public interface Reach {

  /**
   * Whether a host may be talked to, as far as its name goes.
   *
   * @param host as it stands in a URL
   */
  boolean allows(String host);

  /** Whether a host may be at an address that is not public. */
  boolean allowsPrivate();
}
