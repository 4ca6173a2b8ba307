package io.pie4j.component;

/** Something a module offers its host; {@code type} as in {@link ModuleImport}. */
public record ModuleExport(String name, ModuleImport.Kind kind, String type) {}
