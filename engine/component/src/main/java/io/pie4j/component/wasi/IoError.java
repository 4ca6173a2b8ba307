package io.pie4j.component.wasi;

import java.io.IOException;

/** The resource {@code wasi:io/error}: why a stream failed. */
record IoError(IOException cause) {
  String text() {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
