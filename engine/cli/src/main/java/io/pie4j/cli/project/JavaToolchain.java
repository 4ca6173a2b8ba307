package io.pie4j.cli.project;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Java: Maven compiles the classes, TeaVM makes a core module of them. */
final class JavaToolchain implements Toolchain {
  private static final String COMPILER = "io.pie4j.inferlet.build.WasmBuild";
  private static final String HEAP = "-Xmx1g";

  @Override
  public Path build(Path folder, Workshop workshop) {
    Path maven = workshop.require("mvn", "install Maven 3.8 or newer (Debian: apt install maven)");
    Path libraries = workshop.part("sdk/java-build/target/lib");
    Path target = folder.resolve("target");
    Path listed = target.resolve("class-path");
    workshop.run(
        folder,
        List.of(
            maven.toString(),
            "-q",
            "-B",
            "compile",
            "dependency:build-classpath",
            "-Dmdep.outputFile=" + listed,
            "-Dpie4j.home=" + workshop.distribution()));
    Path classes = target.resolve("classes");
    Path output = target.resolve("wasm");
    String mainClass = mainClass(classes);
    workshop.run(
        folder,
        "java … " + COMPILER + " … " + mainClass,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-cp",
            workshop.part("sdk/java-build/target/classes")
                + File.pathSeparator
                + libraries
                + File.separator
                + "*",
            COMPILER,
            output.toString(),
            classPath(classes, listed, libraries),
            "program=" + mainClass));
    return output.resolve("program.wasm");
  }

  private static String classPath(Path classes, Path listed, Path libraries) {
    List<String> entries = new ArrayList<>(List.of(classes.toString()));
    try (Stream<Path> jars = Files.list(libraries)) {
      entries.add(Files.readString(listed).strip());
      // TeaVM's own of Java's classes.
      jars.filter(jar -> jar.getFileName().toString().startsWith("teavm-"))
          .map(Path::toString)
          .forEach(entries::add);
    } catch (IOException failure) {
      throw new ProjectException("the class path cannot be read: " + failure.getMessage());
    }
    return String.join(File.pathSeparator, entries);
  }

  /** The only class with a {@code main}. */
  private static String mainClass(Path classes) {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(file);
        boolean isEntry =
            model.methods().stream()
                .anyMatch(method ->
                    method.methodName().equalsString("main")
                        && method.methodType().equalsString("([Ljava/lang/String;)V"));
        if (isEntry) {
          found.add(model.thisClass().asInternalName().replace('/', '.'));
        }
      }
    } catch (IOException failure) {
      throw new ProjectException("the classes cannot be read: " + failure.getMessage());
    }
    if (found.size() != 1) {
      throw new ProjectException(
          "one class must have a 'public static void main(String[])', which starts the program; found %d%s"
              .formatted(found.size(), found.isEmpty() ? "" : ": " + String.join(", ", found)));
    }
    return found.getFirst();
  }
}
