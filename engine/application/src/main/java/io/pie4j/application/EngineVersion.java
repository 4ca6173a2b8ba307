package io.pie4j.application;

/** The version that programs and people are told. */
public final class EngineVersion {
  public static final String VALUE = "0.1.0";

  private EngineVersion() {}
}
