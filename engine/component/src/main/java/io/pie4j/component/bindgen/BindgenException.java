package io.pie4j.component.bindgen;

/**
 * WIT that is valid but has no Java form here. The message names the place and what to write
 * instead.
 */
public final class BindgenException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BindgenException(String message) {
    super(message);
  }
}
