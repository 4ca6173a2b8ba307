package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pie4j.component.WasmEngine;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files and sockets, as a program of Rust's standard library uses them by WASI. */
@Timeout(60)
final class SystemTest {
  private static final Path SOURCE = Path.of("src", "test", "rust", "system.rs");
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int DIRECTORY_BYTES_MAX = 1 << 20;
  private static final LifecycleSettings SETTINGS =
      LifecycleSettings.standard()
          .withServices(
              ServiceSettings.standard()
                  .withFiles(new FileSettings(1 << 20, 1, 1 << 20, DIRECTORY_BYTES_MAX)));

  private static WasmEngine wasm;
  private static WasmProgram program;

  @BeforeAll
  static void compile(@TempDir Path folder) throws Exception {
    Path binary = folder.resolve("system.wasm");
    assumeTrue(compiles(binary), "rustc with the target wasm32-wasip2 is not here");
    wasm = new WasmEngine();
    program =
        WasmProgram.load(
            wasm,
            ProgramName.parse("system"),
            Manifest.none(),
            ProgramBinary.parse("system", Files.readAllBytes(binary)),
            SETTINGS);
  }

  private static boolean compiles(Path binary) throws InterruptedException {
    try {
      Process compiler =
          new ProcessBuilder(
                  "rustc",
                  "--edition=2021",
                  "--target=wasm32-wasip2",
                  "-Copt-level=s",
                  "-Cstrip=symbols",
                  "-o",
                  binary.toString(),
                  SOURCE.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return compiler.waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  @AfterAll
  static void stop() {
    if (wasm != null) {
      program.close();
      wasm.close();
    }
  }

  /** What it prints, run by somebody who is granted this. */
  private static String run(Capabilities granted, Object... arguments) {
    Policy policy = new Policy(Grant.standard().withCapabilities(granted), Map.of());
    try (Lifecycle lifecycle = new Lifecycle(SETTINGS, List.of(), policy)) {
      Transcript transcript = new Transcript();
      Outcome outcome =
          lifecycle
              .launch(
                  new LaunchRequest(
                      program,
                      Stream.of(arguments).map(Object::toString).toList(),
                      "tester",
                      SETTINGS.limits(),
                      transcript))
              .outcome()
              .join();
      assertThat(outcome).isInstanceOf(Outcome.Finished.class);
      return transcript.printed().strip();
    }
  }

  private static Capabilities sockets(String... patterns) {
    return Capabilities.standard()
        .with(Right.PRIVATE_HOSTS)
        .withSockets(SocketPeers.of(List.of(patterns)));
  }

  @Test
  void hasADirectoryOfItsOwnThatGoesWithIt() throws IOException {
    Set<Path> before = directories();
    Capabilities granted = Capabilities.standard().with(Right.DIRECTORY);

    assertThat(run(granted, "files")).isEqualTo("2 in [\"old\"], outside Err(PermissionDenied)");
    assertThat(run(granted, "fill", DIRECTORY_BYTES_MAX / 2))
        .isEqualTo(DIRECTORY_BYTES_MAX / 2 + " bytes");
    // The C library under Rust's says no more of it.
    assertThat(run(granted, "fill", DIRECTORY_BYTES_MAX * 2)).contains("I/O error");
    assertThat(directories()).isEqualTo(before);
  }

  @Test
  void withoutTheGrantThereAreNoFiles() {
    assertThat(run(Capabilities.standard(), "files")).startsWith("NotFound: ");
  }

  private static Set<Path> directories() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(one -> one.getFileName().toString().startsWith("pie-inferlet-"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void connectsToServersOfItsGrant() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, HERE)) {
      Thread.ofVirtual().start(() -> answer(server));
      int port = server.getLocalPort();

      assertThat(run(sockets("localhost:" + port), "tcp", "localhost", port))
          .isEqualTo("hellohello");
      assertThat(run(sockets("127.0.0.1:*"), "tcp", "127.0.0.1", port)).isEqualTo("hellohello");
      // A name's grant is none for the address, another port's none for this one.
      assertThat(run(sockets("localhost:" + port), "tcp", "127.0.0.1", port))
          .startsWith("PermissionDenied: ");
      assertThat(run(sockets("localhost:1"), "tcp", "localhost", port))
          .startsWith("PermissionDenied: ");
      assertThat(
              run(
                  sockets("localhost:" + port).without(Right.PRIVATE_HOSTS),
                  "tcp",
                  "localhost",
                  port))
          .startsWith("PermissionDenied: ");
      assertThat(run(Capabilities.standard(), "tcp", "127.0.0.1", port))
          .startsWith("PermissionDenied: ");
    }
  }

  private static void answer(ServerSocket server) {
    try {
      while (true) {
        try (Socket client = server.accept()) {
          byte[] asked = client.getInputStream().readAllBytes();
          client.getOutputStream().write(asked);
          client.getOutputStream().write(asked);
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Test
  void exchangesDatagramsWithServersOfItsGrant() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, HERE)) {
      Thread.ofVirtual().start(() -> answer(server));
      int port = server.getLocalPort();

      assertThat(run(sockets("127.0.0.1:" + port), "udp", "127.0.0.1", port))
          .isEqualTo("hello from true");
      assertThat(run(sockets("127.0.0.1:1"), "udp", "127.0.0.1", port))
          .startsWith("PermissionDenied: ");
      assertThat(run(Capabilities.standard(), "udp", "127.0.0.1", port))
          .startsWith("PermissionDenied: ");
    }
  }

  private static void answer(DatagramSocket server) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        server.receive(packet);
        server.send(packet);
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  @Test
  void takesNoConnections() {
    assertThat(run(sockets("*:*"), "listen")).startsWith("PermissionDenied: ");
  }
}
