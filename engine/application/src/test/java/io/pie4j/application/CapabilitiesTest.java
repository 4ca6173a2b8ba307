package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is granted, and which hosts a pattern covers. */
final class CapabilitiesTest {

  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, true",
    "example.com, EXAMPLE.com., true",
    "example.com, a.example.com, false",
    "*.example.com, a.example.com, true",
    "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, badexample.com, false",
    "*.example.com, example.com.evil.org, false",
    "::1, [::1], true",
    "127.0.0.1, 127.0.0.1, true",
    "*, anything.at.all, true",
    "*, '', false",
  })
  void aPatternCoversHosts(String pattern, String host, boolean allowed) {
    assertThat(HttpHosts.of(List.of(pattern)).allows(host)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://example.com",
        "example.com:80",
        "example.com/a",
        "a.*.com",
        "*example.com",
        "**",
        "*.",
        "exa mple.com",
        "exämple.com",
      })
  void aPatternIsANameATreeOfNamesOrAll(String pattern) {
    assertThatThrownBy(() -> HttpHosts.of(List.of(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host pattern '" + pattern + "'");
  }

  @Test
  void hostsThatBothAllow() {
    HttpHosts policy = HttpHosts.of(List.of("*.example.com", "example.org", "one.net"));
    HttpHosts asked =
        HttpHosts.of(List.of("api.example.com", "*.deep.example.com", "*.org", "two.net"));

    assertThat(policy.intersect(asked).patterns())
        .containsExactly("*.deep.example.com", "api.example.com", "example.org");
    assertThat(asked.intersect(policy)).isEqualTo(policy.intersect(asked));
    assertThat(policy.intersect(HttpHosts.every())).isEqualTo(policy);
    assertThat(policy.intersect(HttpHosts.none()).allows("one.net")).isFalse();
  }

  @Test
  void serversThatBothAllow() {
    SocketPeers policy =
        SocketPeers.of(List.of("*.example.com:*", "db.example.org:5432", "[2001:DB8::1]:53"));
    SocketPeers asked =
        SocketPeers.of(List.of("cache.example.com:6379", "*.example.org:*", "*:53"));

    assertThat(policy.intersect(asked).patterns())
        .containsExactly(
            "*.example.com:53",
            "[2001:db8::1]:53",
            "cache.example.com:6379",
            "db.example.org:5432");
    assertThat(asked.intersect(policy)).isEqualTo(policy.intersect(asked));
    assertThat(policy.intersect(SocketPeers.every())).isEqualTo(policy);
    assertThat(policy.intersect(SocketPeers.none()).isNone()).isTrue();
    assertThat(policy.allows("DB.example.org", 5432)).isTrue();
    assertThat(policy.allows("db.example.org", 5433)).isFalse();
    assertThat(policy.allows("", 53)).isFalse();
  }

  @Test
  void whatTakesTooManyPatternsIsNoGrant() {
    Capabilities hosts =
        Capabilities.none().withSockets(SocketPeers.of(numbered(64, "host%d.org:*")));
    Capabilities ports = Capabilities.none().withSockets(SocketPeers.of(numbered(64, "*:%d")));

    assertThatThrownBy(() -> hosts.intersect(ports))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("4096 socket patterns; the limit is 64");
    assertThatThrownBy(() -> SocketPeers.of(numbered(65, "*:%d")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("65 socket patterns; the limit is 64");
  }

  private static List<String> numbered(int count, String pattern) {
    return IntStream.rangeClosed(1, count).mapToObj(pattern::formatted).toList();
  }

  /** As the servers of one network of caches. */
  @Test
  void anAddressMayHaveSeveralNames() throws Exception {
    WasiNetwork network =
        new WasiNetwork(
            Capabilities.none().withSockets(SocketPeers.of(List.of("a.org:80", "b.org:443"))));
    InetAddress address = InetAddress.getByAddress(new byte[] {1, 1, 1, 1});
    network.found("a.org", List.of(address));
    network.found("b.org", List.of(address));

    assertThat(network.mayReach(new InetSocketAddress(address, 80))).isTrue();
    assertThat(network.mayReach(new InetSocketAddress(address, 443))).isTrue();
    assertThat(network.mayReach(new InetSocketAddress(address, 22))).isFalse();
    assertThat(network.mayLookUp("c.org")).isFalse();
    assertThat(network.mayBind(new InetSocketAddress("0.0.0.0", 0))).isTrue();
    assertThat(network.mayListen(new InetSocketAddress("0.0.0.0", 0))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        ":80",
        "example.com:",
        "example.com:0",
        "example.com:65536",
        "a:b",
        "tcp://a:80",
        "a b:80",
        "*.:80"
      })
  void aServerIsAHostAndAPort(String pattern) {
    assertThatThrownBy(() -> SocketPeers.of(List.of(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pattern '");
  }

  @Test
  void nothingIsGrantedThatOneSideDoesNotGrant() {
    Capabilities policy = Capabilities.standard().withTopK(256).without(Right.MESSAGING);
    Capabilities asked =
        new Capabilities(
            HttpHosts.of(List.of("example.com")),
            SocketPeers.of(List.of("example.com:80")),
            Set.of(Right.STORE, Right.SHARED, Right.MESSAGING),
            1000,
            Capabilities.WHOLE_VOCABULARY);

    Capabilities granted = policy.intersect(asked);

    assertThat(granted)
        .isEqualTo(
            new Capabilities(
                HttpHosts.of(List.of("example.com")),
                SocketPeers.none(),
                Set.of(Right.STORE),
                64,
                256));
    assertThat(asked.intersect(policy)).isEqualTo(granted);
    assertThat(policy.intersect(Capabilities.all())).isEqualTo(policy);
    assertThat(policy.intersect(Capabilities.none()).rights()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "../a", "a b", "-a", ".", "..", "ä", "a\u0000", "a\n"})
  void aUsersNameHasNothingThatPartsNames(String name) {
    assertThatThrownBy(() -> new User(name))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("user name");
    assertThatThrownBy(() -> new User("a".repeat(65))).isInstanceOf(LaunchException.class);
    assertThat(new User("Some.One+tag@example-1.com").name()).hasSize(26);
  }
}
