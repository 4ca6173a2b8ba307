package io.pie4j.bench;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Outcome;
import io.pie4j.application.WasmProgram;
import io.pie4j.server.ProgramServer;
import io.pie4j.server.ServerSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program as HTTP server: requests a second over kept connections, each answered by a fresh
 * instance. Clients and server share the machine, and one JVM. The dummy driver computes nothing:
 * what a completion costs here is what is around the model.
 */
final class ServeBench {
  private static final int CLIENTS = 8;
  private static final int ROUNDS = 5;
  private static final int REQUESTS = 4_000;

  private ServeBench() {}

  private record Load(String name, String path) {}

  static void run(Path root) throws Exception {
    Report report = new Report("serve");
    System.out.println(
        "request                 a second   median ms   p99 ms   (medians of rounds)");
    try (Bench bench = Bench.dummy(root);
        WasmProgram program =
            bench.loadProgram(
                "completion-server",
                root.resolve("inferlets/rust/prebuilt/completion-server.wasm"));
        ProgramServer server =
            ProgramServer.start(
                bench.lifecycle(),
                program,
                () ->
                    new LaunchRequest(
                        program, List.of(), "bench", bench.settings().limits(), new Nobody()),
                ServerSettings.standard().at("127.0.0.1", 0));
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      for (Load load :
          List.of(
              new Load("a fixed text", "/"),
              new Load("8 tokens, streamed", "/complete?prompt=hello&max-tokens=8"))) {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + load.path);
        round(client, clients, uri); // warms up
        double[] rates = new double[ROUNDS];
        double[] medians = new double[ROUNDS];
        double[] tails = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
          long started = System.nanoTime();
          Figures latency = Figures.of(round(client, clients, uri));
          rates[i] = REQUESTS / ((System.nanoTime() - started) / 1e9);
          medians[i] = latency.median();
          tails[i] = latency.p99();
        }
        double rate = Figures.of(rates).median();
        double median = Figures.of(medians).median();
        double p99 = Figures.of(tails).median();
        System.out.printf("%-22s %,9.0f   %9.2f   %6.2f%n", load.name, rate, median, p99);
        report.put(load.name + ", requests a second", rate);
        report.put(load.name + ", median ms", median);
        report.put(load.name + ", p99 ms", p99);
      }
    }
    report.write(root);
  }

  /** Milliseconds of each request. */
  private static double[] round(HttpClient client, ExecutorService clients, URI uri)
      throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    List<Callable<double[]>> work = new ArrayList<>();
    for (int c = 0; c < CLIENTS; c++) {
      work.add(() -> ask(client, request));
    }
    double[] all = new double[REQUESTS];
    int at = 0;
    for (Future<double[]> done : clients.invokeAll(work)) {
      double[] some = done.get();
      System.arraycopy(some, 0, all, at, some.length);
      at += some.length;
    }
    return all;
  }

  private static double[] ask(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    double[] milliseconds = new double[REQUESTS / CLIENTS];
    for (int i = 0; i < milliseconds.length; i++) {
      long started = System.nanoTime();
      var response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException("status " + response.statusCode());
      }
      milliseconds[i] = (System.nanoTime() - started) / 1e6;
    }
    return milliseconds;
  }

  /** Nobody listens to what instances print. */
  private record Nobody() implements Audience {
    @Override
    public void printed(Instance instance, String text) {}

    @Override
    public void message(Instance instance, String message) {}

    @Override
    public void file(Instance instance, String name, byte[] content) {}

    @Override
    public void ended(Instance instance, Outcome outcome) {}
  }
}
