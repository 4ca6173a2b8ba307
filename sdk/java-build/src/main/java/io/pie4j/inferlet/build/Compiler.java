package io.pie4j.inferlet.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import org.teavm.tooling.EmptyTeaVMToolLog;
import org.teavm.tooling.TeaVMProblemRenderer;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.builder.BuildException;
import org.teavm.tooling.builder.BuildResult;
import org.teavm.tooling.builder.InProcessBuildStrategy;
import org.teavm.vm.TeaVMOptimizationLevel;

/** One program through TeaVM. */
final class Compiler {
  /** Part of every fingerprint: change it with the options below. */
  static final String OPTIONS =
      "WEBASSEMBLY_GC ADVANCED names minDirectBuffers=1 not-strict block-types";

  private static final int MEBIBYTE = 1 << 20;

  private Compiler() {}

  /** Writes {@code module}, whole or not at all. */
  static void compile(Target target, ClassPath classPath, Path module) throws Exception {
    Path work = Files.createTempDirectory(module.toAbsolutePath().getParent(), "wasm-");
    try {
      InProcessBuildStrategy teavm = new InProcessBuildStrategy();
      teavm.init();
      Problems problems = new Problems();
      teavm.setLog(problems);
      teavm.setClassPathEntries(classPath.entries().stream().map(Path::toString).toList());
      teavm.setMainClass(target.mainClass());
      teavm.setEntryPointName("main");
      teavm.setTargetType(TeaVMTargetType.WEBASSEMBLY_GC);
      teavm.setTargetDirectory(work.toString());
      teavm.setTargetFileName(module.getFileName().toString());
      teavm.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
      // Names of functions stay, for messages about traps.
      teavm.setObfuscated(false);
      teavm.setStrict(false);
      teavm.setMinDirectBuffersSize(MEBIBYTE);
      BuildResult result = build(target, teavm);
      TeaVMProblemRenderer.describeProblems(result.getCallGraph(), result.getProblems(), problems);
      if (!result.getProblems().getSevereProblems().isEmpty()) {
        throw new BuildFailure(target.name() + ": " + target.mainClass() + problems.text);
      }
      Path made = work.resolve(module.getFileName());
      Files.write(made, BlockTypes.readable(Files.readAllBytes(made)));
      Validation.check(target, made);
      Files.move(made, module, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      try (var left = Files.walk(work)) {
        List<Path> deepestFirst = left.sorted(Comparator.reverseOrder()).toList();
        for (Path path : deepestFirst) {
          Files.delete(path);
        }
      }
    }
  }

  private static BuildResult build(Target target, InProcessBuildStrategy teavm) {
    try {
      return teavm.build();
    } catch (BuildException broken) {
      throw new BuildFailure(
          target.name()
              + ": TeaVM could not compile "
              + target.mainClass()
              + ": "
              + broken.getCause(),
          broken);
    }
  }

  /** What TeaVM finds wrong with a program. */
  private static final class Problems extends EmptyTeaVMToolLog {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void error(String problem) {
      text.append("\n  ").append(problem.strip());
    }
  }
}
