package io.pie4j.application;

/** Something that can be launched. */
public sealed interface Program permits WasmProgram, TrustedProgram {

  ProgramName name();

  /** What it says of itself and asks for. */
  Manifest manifest();
}
