package io.pie4j.bench;

import io.pie4j.application.Carriers;
import java.nio.file.Path;
import java.util.List;

/** Runs a measurement by name. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Carriers.outnumberCores();
    Path root = Path.of(System.getProperty("pie4j.root", "."));
    List<String> names = List.of(arguments);
    switch (names.isEmpty() ? "" : names.getFirst()) {
      case "launch" -> LaunchBench.run(root);
      case "control" -> ControlBench.run(root);
      case "calls" -> CallsBench.run(root);
      case "batching" -> BatchingBench.run(root);
      case "ablation" -> AblationBench.run(root);
      case "compile" -> CompileBench.run(root, names.subList(1, names.size()));
      case "code-cache" -> CodeCacheBench.run(root);
      case "concurrency" -> ConcurrencyBench.run(root);
      case "abi" -> AbiBench.run(root);
      case "masks" -> MasksBench.run(root);
      case "serve" -> ServeBench.run(root);
      case "engine" -> EngineBench.run(root, names.subList(1, names.size()));
      case "kernels" -> KernelsBench.run(root, names.subList(1, names.size()));
      default -> {
        System.err.println(
            "pie: bench needs a name: launch, control, calls, batching, ablation, code-cache, compile,"
                + " concurrency, abi, masks, serve, engine, kernels");
        System.exit(2);
      }
    }
  }
}
