package io.pie4j.application;

import io.pie4j.api.ApiException;
import io.pie4j.api.ErrorCode;
import io.pie4j.component.wasi.Directory;
import io.pie4j.component.wasi.Wasi;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program sees of the system by WASI: its arguments behind its name, clocks, random numbers,
 * the servers that it may talk to, and a directory of its own if it was granted one. What it writes
 * to standard output is printed, standard error goes to the log.
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
    Wasi.Builder builder =
        Wasi.builder()
            .arguments(arguments)
            .stdout(output)
            .stderr(errors)
            .http(new WasiHttp(host.http(), instance.settings().services()))
            .network(new WasiNetwork(host.capabilities()));
    if (host.capabilities().has(Right.DIRECTORY)) {
      builder.directory(directory(instance.settings().services().files()));
    }
    wasi = builder.build();
  }

  private static Directory directory(FileSettings bounds) {
    try {
      return Directory.writable(Files.createTempDirectory("pie-inferlet-"), "/")
          .withBytesMax(bounds.directoryBytesMax())
          .temporary();
    } catch (IOException failure) {
      throw new ApiException(
          ErrorCode.INTERNAL, "no directory could be made for the program: " + failure);
    }
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
