package io.pie4j.application;

import io.pie4j.component.wasi.Wasi;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program sees of the system by WASI: its arguments behind its name, clocks, random numbers,
 * and the servers that it may talk to. What it writes to standard output is printed, standard error
 * goes to the log.
 */
final class ProgramWasi implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger("io.pie4j.inferlet");
  private static final int TEXT_BYTES_MAX = 1 << 14;

  private final PrintedText output;
  private final PrintedText errors;
  private final Wasi wasi;

  ProgramWasi(Instance instance, HostSide host) {
    int most = Math.min(TEXT_BYTES_MAX, instance.settings().messageBytesMax());
    output = new PrintedText(most, text -> host.tell(audience -> audience.printed(instance, text)));
    errors = new PrintedText(most, text -> log(instance, text));
    List<String> arguments = new ArrayList<>(List.of(instance.program().name()));
    arguments.addAll(instance.arguments());
    wasi =
        Wasi.builder()
            .arguments(arguments)
            .stdout(output)
            .stderr(errors)
            .http(new WasiHttp(host.http(), instance.settings().services()))
            .build();
  }

  Wasi state() {
    return wasi;
  }

  /** Passes on what was not flushed, and closes what the program left open. */
  @Override
  public void close() {
    try (wasi) {
      output.close();
      errors.close();
    }
  }

  private static void log(Instance instance, String text) {
    LOGGER.log(
        System.Logger.Level.INFO,
        () -> "[" + instance.shortId() + "] " + text.strip().replaceAll("\\p{Cntrl}+", " "));
  }
}
