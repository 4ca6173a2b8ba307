package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.application.Audience;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Program;
import io.pie4j.component.Limits;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Running engines, asked from outside. */
@Timeout(60)
final class StatusTest {
  /** More than a socket buffers. */
  private static final byte[] LONG_DOCUMENT = new byte[4 << 20];

  private static final StatusReader READER = new StatusReader(20_000);

  @TempDir private Path folder;

  @Test
  void saysThatNoneRuns() {
    try (Pie pie = new Pie(folder)) {
      assertThat(pie.pie("status"))
          .isEqualTo(new Pie.Said(0, "no engine is running with home " + folder + "\n", ""));
      assertThat(pie.pie("status", "--json").out()).isEqualTo("[]\n");
    }
  }

  @Test
  void showsEveryEngineOfTheHome() {
    try (Pie pie = new Pie(folder);
        Engine first = start();
        Engine _ = start()) {
      Limits limits = first.lifecycleSettings().limits();
      Program hello = Programs.wasm(Damage.testProgram("hello").toString(), first, home());
      first
          .lifecycle()
          .launch(new LaunchRequest(hello, List.of("wait"), "local", limits, Audience.none()));

      JsonNode all = EngineStatus.MAPPER.readTree(pie.pie("status", "--json").out());
      assertThat(all).hasSize(2);
      JsonNode busy = all.get(0).get("instances_running").asInt() == 1 ? all.get(0) : all.get(1);
      assertThat(busy.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
      assertThat(busy.get("instances").get(0).get("program").asString()).isEqualTo("hello@0.1.0");
      assertThat(busy.get("models").get(0).get("control").get("queue_wait_nanos").get("p99"))
          .isNotNull();
      assertThat(busy.get("models").get(0).get("control").get("status").get("pages_free").asInt())
          .isPositive();

      String table = pie.pie("status").out();
      assertThat(table)
          .contains("1 running, 1 launched")
          .contains("0 running, 0 launched")
          .containsPattern("(?m)^  pages +0 used, 0 exported, [0-9,]+ free$")
          .containsPattern("(?m)^[0-9a-f-]{36}  hello@0.1.0 +local ");
    }
    assertThat(folder.resolve("engines")).isEmptyDirectory();
  }

  @Test
  void onlyTheOwnerMayAsk() throws IOException {
    try (Engine _ = start()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home().engines())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void removesWhatDeadEnginesLeft() throws IOException {
    Path left = Files.createDirectories(folder).resolve("999999999.sock");
    listen(left).close();
    assertThat(left).exists();

    assertThat(READER.read(left)).isEmpty();
    try (StatusSocket socket = StatusSocket.open(folder, () -> new byte[1])) {
      assertThat(StatusSocket.in(folder)).containsExactly(socket.file());
    }
    assertThat(StatusSocket.in(folder)).isEmpty();
  }

  @Test
  void readersWhoDoNotReadHoldUpNobody() throws IOException {
    List<SocketChannel> lazy = new ArrayList<>();
    try (StatusSocket socket = StatusSocket.open(folder, () -> LONG_DOCUMENT)) {
      for (int i = 0; i < StatusSocket.READERS_MAX - 1; i++) {
        lazy.add(SocketChannel.open(UnixDomainSocketAddress.of(socket.file())));
      }
      assertThat(READER.read(socket.file()).orElseThrow()).hasSize(LONG_DOCUMENT.length);

      lazy.add(SocketChannel.open(UnixDomainSocketAddress.of(socket.file())));
      assertThat(READER.read(socket.file()).orElseThrow()).isEmpty(); // one too many

      lazy.removeLast().close();
      while (READER.read(socket.file()).orElseThrow().length == 0) {
        Thread.onSpinWait(); // until it is noticed
      }
    } finally {
      for (SocketChannel channel : lazy) {
        channel.close();
      }
    }
  }

  @Test
  void aFailureCostsOneAnswer() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (StatusSocket socket =
        StatusSocket.open(
            folder,
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("not now");
              }
              return new byte[] {'7'};
            })) {
      assertThat(READER.read(socket.file()).orElseThrow()).isEmpty();
      assertThat(READER.read(socket.file()).orElseThrow()).containsExactly('7');
    }
  }

  @Test
  void doesNotWaitForEverForAnEngineThatIsStuck() throws IOException {
    Path stuck = folder.resolve("1.sock");
    try (ServerSocketChannel _ = listen(stuck)) {
      assertThatThrownBy(() -> new StatusReader(100).read(stuck))
          .isInstanceOf(CommandException.class)
          .hasMessage("it gave no answer in 100 ms");
    }
  }

  @Test
  void tellsWhatIsNoStatus() throws IOException {
    try (Pie pie = new Pie(folder);
        StatusSocket _ = StatusSocket.open(home().engines(), "[1, 2]"::getBytes)) {
      Pie.Said said = pie.pie("status");
      assertThat(said.code()).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(said.err()).startsWith("pie: it answers as another version of pie does: ");
      assertThat(said.err().lines()).hasSize(1);
    }
  }

  @Test
  void anEngineServesWhereNoSocketCanBe() throws IOException {
    PieHome deep = new PieHome(folder.resolve("d".repeat(120)), home().distribution());
    try (Pie pie = new Pie(deep.home());
        Engine engine = Engine.start(settings(), deep)) {
      assertThat(engine.lifecycle().status().instancesRunning()).isZero();
      assertThat(pie.pie("status").out()).contains("too long");
    }
  }

  private static ServerSocketChannel listen(Path file) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(file));
  }

  private Engine start() {
    return Engine.start(settings(), home());
  }

  static Settings settings() {
    Settings settings =
        Settings.defaults()
            .withModel(Settings.defaults().model().withName(Damage.gguf().toString()));
    Settings.Driver driver = settings.driver();
    return settings.withDriver(
        new Settings.Driver(
            Settings.Kind.DUMMY,
            driver.threads(),
            driver.pageTokens(),
            driver.kvMebibytes(),
            driver.kvFormat(),
            driver.tier()));
  }

  private PieHome home() {
    return new PieHome(folder, Path.of(System.getProperty("pie4j.root", "../..")));
  }
}
