package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.application.Capabilities;
import io.pie4j.application.HttpHosts;
import io.pie4j.application.Policy;
import io.pie4j.application.Right;
import io.pie4j.application.User;
import io.pie4j.control.ContentionPolicy;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.DispatchForm;
import io.pie4j.control.DispatchPolicy;
import io.pie4j.control.Quotas;
import io.pie4j.inference.cpu.KernelTier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SettingsTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("pie4j.root", "../.."), "config.example.toml");

  @TempDir private Path folder;

  @Test
  void theExampleShowsEveryKeyWithItsDefault() throws IOException {
    Settings usual = withUsualKernels(Settings::defaults);
    assertThat(Settings.read(EXAMPLE)).isEqualTo(usual);
    JsonNode example = SettingsFile.MAPPER.readTree(Files.readString(EXAMPLE));
    JsonNode defaults = SettingsFile.MAPPER.valueToTree(usual);
    assertThat(keys("", example)).isEqualTo(keys("", defaults)).contains("driver.page-tokens");
  }

  /** Whichever kernels the build tests: they are what settings take by default. */
  private static Settings withUsualKernels(Supplier<Settings> settings) {
    String tested = System.clearProperty(KernelTier.PROPERTY);
    try {
      return settings.get();
    } finally {
      if (tested != null) {
        System.setProperty(KernelTier.PROPERTY, tested);
      }
    }
  }

  @Test
  void theDocumentationShowsTheExample() throws IOException {
    Path documentation = EXAMPLE.resolveSibling("docs").resolve("configuration.md");
    assertThat(Files.readString(documentation))
        .contains("```toml\n" + Files.readString(EXAMPLE) + "```");
  }

  private static Set<String> keys(String prefix, JsonNode node) {
    Set<String> keys = new TreeSet<>();
    node.properties()
        .forEach(entry -> {
          keys.add(prefix + entry.getKey());
          keys.addAll(keys(prefix + entry.getKey() + ".", entry.getValue()));
        });
    return keys;
  }

  @Test
  void whatIsLeftOutIsTheDefault() throws IOException {
    assertThat(read("")).isEqualTo(Settings.defaults());
    Settings read =
        read("model.name = \"m\"\n[driver]\nkind = \"Dummy\"\ntier = \"scalar\"\nthreads = 3");
    assertThat(read.model().name()).isEqualTo("m");
    assertThat(read.driver().kind()).isEqualTo(Settings.Kind.DUMMY);
    assertThat(read.cpu().tier()).isEqualTo(KernelTier.SCALAR);
    assertThat(read.cpu().threads()).isEqualTo(3);
    assertThat(read.driver().pageTokens()).isEqualTo(Settings.defaults().driver().pageTokens());
    assertThat(read.limits()).isEqualTo(Settings.defaults().limits());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "speed = 1 | unknown key speed; there are: model, driver, weights, limits, engine, compile, server, control, policy, services, hub",
        "driver.threds = 1 | unknown key driver.threds; there are: kind, threads, page-tokens, kv-mebibytes, kv-format, tier",
        "driver = 1 | driver: expected a table, found 1",
        "driver.threads = \"four\" | driver.threads: expected a whole number, found \"four\"",
        "driver.threads = \"4\" | driver.threads: expected a whole number, found \"4\"",
        "driver.threads = 2.5 | driver.threads: expected a whole number, found 2.5",
        "driver.threads = true | driver.threads: expected a whole number, found true",
        "driver.threads = [1] | driver.threads: expected a whole number, found [1]",
        "model.name = 7 | model.name: expected a text in quotation marks, found 7",
        "model.name = \"\" | model.name must not be empty",
        "driver.kind = \"gpu\" | driver.kind: expected one of cpu, dummy, found gpu",
        "driver.tier = \"\" | driver.tier: expected one of fastest, native, avx2, dotprod, vector, scalar, found ",
        "driver.threads = 1025 | driver.threads must be 0 to 1024, is 1025",
        "driver.threads = -1 | driver.threads must be 0 to 1024, is -1",
        "driver.threads = 9999999999 | driver.threads: 9999999999 is out of range",
        "driver.page-tokens = 64 | driver.page-tokens must be 8 to 32, is 64",
        "driver.kv-mebibytes = 99999999999999999999 | driver.kv-mebibytes: 99999999999999999999 is out of range",
        "limits.memory-mebibytes = 2048 | limits.memory-mebibytes must be 1 to 2047, is 2048",
        "limits.burst-millis = 0 | limits.burst-millis must be 1 to 86400000, is 0",
        "engine.instances-max = 0 | engine.instances-max must be 1 to 1000000, is 0",
        "control.dispatch = \"lazy\" | control.dispatch must be one of eager, k-only, t-only, adaptive, is \"lazy\"",
        "control.form = \"\" | control.form must be one of passes, one-type, is \"\"",
        "control.contention = \"\" | control.contention must be one of suspend-and-restore, terminate-newest, refuse, is \"\"",
        "control.k-queues = 0 | control.k-queues must be 1 to 1000000, is 0",
        "services.store.value-bytes-max = 0 | services.store.value-bytes-max must be positive, is 0",
        "services.http.speed = 1 | unknown key services.http.speed; there are: requests-per-instance-max, requests-max, url-bytes-max, header-bytes-max, headers-max, header-line-bytes-max, request-body-bytes-max, response-body-bytes-max, held-bytes-max, redirects-max, connect-millis-max, headers-millis-max, stall-millis-max, exchange-millis-max, resolvers-max",
        "policy.everybody.store = 1 | policy.everybody.store: expected true or false, found 1",
        "policy.everybody.http = \"*\" | policy.everybody.http: expected a list of texts, found \"*\"",
        "policy.everybody.http = [1] | policy.everybody.http: expected a list of texts, found [1]",
        "policy.everybody.sockets = [\"a\"] | policy.everybody.sockets: socket pattern 'a' must be a host and a port, as 'db.example.com:5432' or '[2001:db8::1]:*'",
        "server.port = 65536 | server.port must be 0 to 65535, is 65536",
        "compile.process-seconds = 0 | compile.process-seconds must be 1 to 86400, is 0",
        "policy.everybody.children = -1 | policy.everybody.children must be 0 to 1000000, is -1",
        "policy.users = 1 | policy.users: expected a table, found 1",
        "policy.users.a = 1 | policy.users.a: expected a table, found 1",
        "policy.users.a.pages = 1 | unknown key policy.users.a.pages; there are: http, private-hosts, sockets, store, messaging, files, directory, exports, shared, children, top-k, models, each, together",
        "policy.users.a.each.pages = 0 | policy.users.a.each.pages must be 1 to 2147483647, is 0",
        "model.adapters = [\"a/x\", \"b/x\"] | model.adapters: two adapters are called 'x'; write NAME=FOLDER",
        "model.adapters = [\"=b\"] | model.adapters: '=b' is no FOLDER or NAME=FOLDER",
        "policy.users.a.shared = 1 | policy.users.a.shared: expected true or false, found 1",
        "hub.pull-gibibytes-max = 0 | hub.pull-gibibytes-max must be 1 to 1048576, is 0",
      })
  void refusesWhatItDoesNotUnderstand(String toml, String problem) throws IOException {
    assertThatThrownBy(() -> read(toml))
        .isInstanceOf(CommandException.class)
        .hasMessage("configuration " + folder.resolve("config.toml") + ": " + problem);
    assertThat(Failures.exitCode(new CommandException(""))).isEqualTo(ExitCode.BAD_INPUT);
  }

  @Test
  void theControlLayerIsToldWhatTheFileSays() throws IOException {
    assertThat(Settings.defaults().control().settings(folder))
        .isEqualTo(ControlSettings.defaults());
    ControlSettings read =
        read("[control]\ndispatch = \"k-only\"\nk-queues = 7\nform = \"one-type\"\ntrace-passes = 0")
            .control()
            .settings(folder);
    assertThat(read.dispatch()).isEqualTo(new DispatchPolicy.KOnly(7, 50_000_000));
    assertThat(read.form()).isEqualTo(DispatchForm.ONE_TYPE);
    assertThat(read.tracePasses()).isZero();
    assertThat(
            read("control.dispatch = \"t-only\"\ncontrol.t-millis = 2").control().settings(folder))
        .isEqualTo(ControlSettings.defaults().withDispatch(new DispatchPolicy.TOnly(2_000_000)));
  }

  @Test
  void pagesGoWhereTheFileSays() throws IOException {
    assertThat(read("control.contention = \"terminate-newest\"").control().settings(folder))
        .isEqualTo(ControlSettings.defaults().withContention(ContentionPolicy.terminateNewest()));
    assertThat(
            read("control.swap-memory-mebibytes = 0\ncontrol.swap-file-mebibytes = 3")
                .control()
                .settings(folder)
                .contention())
        .isEqualTo(
            ContentionPolicy.suspendAndRestore().withMemoryBytes(0).withFile(folder, 3 << 20));
  }

  @Test
  void aUsersTableGoesOverEverybodys() throws IOException {
    Policy policy =
        read("""
        [policy.users.alice]
        shared = true
        http = ["*.example.com"]
        together.instances = 5
        each.pages = 9
        [policy.users."b@c"]
        [policy.everybody]
        children = 3
        each.queues = 4
        store = false
        """)
            .policy()
            .policy();

    assertThat(policy.everybody().capabilities())
        .isEqualTo(Capabilities.standard().withChildren(3).without(Right.STORE));
    assertThat(policy.grant(new User("b@c"))).isEqualTo(policy.everybody());
    assertThat(policy.grant(new User("alice")).capabilities())
        .isEqualTo(
            policy
                .everybody()
                .capabilities()
                .with(Right.SHARED)
                .withHttp(HttpHosts.of(List.of("*.example.com"))));
    assertThat(policy.grant(new User("alice")).instances()).isEqualTo(5);
    assertThat(policy.grant(new User("alice")).quotas())
        .isEqualTo(new Quotas(9, 16_384, 4, 4_096, 4_096));
    assertThat(Settings.defaults().policy().policy()).isEqualTo(Policy.standard());
    assertThatThrownBy(() -> read("[policy.users.'no name']\nshared = true"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("config.toml: policy.users: user name 'no name' must be");
    assertThatThrownBy(() -> read("policy.users.a.http = ['https://x']"))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("config.toml: policy.users.a.http: host pattern 'https://x' must be");
  }

  @Test
  void saysWhereAFileIsNoToml() {
    assertThatThrownBy(() -> read("[driver]\nthreads = = 4"))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(
            "configuration " + folder.resolve("config.toml") + ": line 2, column ")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> read("[driver]\nthreads = 1\nthreads = 2"))
        .hasMessageContaining("config.toml: line 3, column ");
    assertThatThrownBy(() -> read("#" + "x".repeat(1 << 20)))
        .hasMessageEndingWith("has more than 1048576 bytes");
    assertThatThrownBy(
            () -> {
              Files.write(folder.resolve("config.toml"), new byte[] {(byte) 0xff});
              Settings.read(folder.resolve("config.toml"));
            })
        .hasMessageEndingWith("config.toml: is not UTF-8");
    assertThatThrownBy(() -> Settings.read(folder.resolve("none.toml")))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("none.toml: cannot be read");
  }

  @Test
  void deepNestingIsNoCrash() {
    assertThatThrownBy(() -> read("a = " + "[".repeat(100_000)))
        .isInstanceOf(CommandException.class)
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> read("a" + ".a".repeat(100_000) + " = 1"))
        .isInstanceOf(CommandException.class)
        .hasMessageNotContaining("\n");
  }

  private Settings read(String toml) throws IOException {
    return Settings.read(Files.writeString(folder.resolve("config.toml"), toml));
  }
}
