package io.pie4j.component.wasi;

/** A field of a request or response; each character of the value is a byte (ISO 8859-1). */
public record HttpHeader(String name, String value) {}
