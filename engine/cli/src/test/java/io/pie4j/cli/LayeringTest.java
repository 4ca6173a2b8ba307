package io.pie4j.cli;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point downwards only (docs/ARCHITECTURE.md). */
@AnalyzeClasses(packages = "io.pie4j", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayeringTest {

  @ArchTest
  static final ArchRule layers =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy("io.pie4j.cli..")
          .layer("server")
          .definedBy("io.pie4j.server..")
          .layer("application")
          .definedBy("io.pie4j.application..")
          .layer("control")
          .definedBy("io.pie4j.control..")
          .layer("inference")
          .definedBy("io.pie4j.inference")
          .layer("cpu")
          .definedBy("io.pie4j.inference.cpu..")
          .layer("component")
          .definedBy("io.pie4j.component..")
          .layer("model")
          .definedBy("io.pie4j.model..")
          .layer("interface")
          .definedBy("io.pie4j.api..")
          .layer("sdk")
          .definedBy("io.pie4j.inferlet..")
          .layer("inferlets")
          .definedBy("io.pie4j.inferlets..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("server")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("application")
          .mayOnlyBeAccessedByLayers("server", "cli")
          .whereLayer("control")
          .mayOnlyBeAccessedByLayers("application", "cli")
          .whereLayer("inference")
          .mayOnlyBeAccessedByLayers("control", "cpu", "application", "cli")
          .whereLayer("cpu")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("component")
          .mayOnlyBeAccessedByLayers("application", "server", "cli")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("cpu", "application", "cli")
          .whereLayer("interface")
          .mayOnlyBeAccessedByLayers("application", "sdk", "inferlets", "cli")
          .whereLayer("sdk")
          .mayOnlyBeAccessedByLayers("inferlets")
          .whereLayer("inferlets")
          .mayOnlyBeAccessedByLayers("cli");
}
