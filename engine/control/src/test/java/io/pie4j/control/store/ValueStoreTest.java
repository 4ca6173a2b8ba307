package io.pie4j.control.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.control.ControlException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class ValueStoreTest {
  private static final String ANN = "user/ann/";
  private static final String BOB = "user/bob/";

  @TempDir private Path folder;

  @Test
  void keepsValuesOverARestart() {
    Path file = folder.resolve("deep/store.mv");
    try (ValueStore store = ValueStore.open(file, StoreSettings.standard())) {
      assertThat(store.get(ANN + "a").join()).isEmpty();
      store.set(ANN, ANN + "a", bytes("one")).join();
      store.set(ANN, ANN + "b", bytes("")).join();
      store.set(ANN, ANN + "gone", bytes("x")).join();
      assertThat(store.delete(ANN, ANN + "gone").join()).isTrue();
      assertThat(store.delete(ANN, ANN + "gone").join()).isFalse();
    }
    try (ValueStore store = ValueStore.open(file, StoreSettings.standard())) {
      assertThat(store.get(ANN + "a").join()).hasValue(bytes("one"));
      assertThat(store.get(ANN + "b").join()).hasValue(bytes(""));
      assertThat(store.exists(ANN + "gone").join()).isFalse();
      assertThat(store.exists(BOB + "a").join()).isFalse();
    }
  }

  @Test
  void isLikeASortedMapUnderRandomCalls() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TreeMap<String, byte[]> expected = new TreeMap<>();
    Path file = folder.resolve("random.mv");
    // A cache of almost nothing, so that the file is read as well.
    StoreSettings settings = new StoreSettings(64, 600, 12, 100, 500, 100);
    for (int restart = 0; restart < 4; restart++) {
      try (ValueStore store = ValueStore.open(file, settings)) {
        for (int i = 0; i < 150; i++) {
          step(store, random, expected, "seed " + seed + ", restart " + restart + ", step " + i);
        }
      }
    }
  }

  private static void step(
      ValueStore store, Random random, SortedMap<String, byte[]> expected, String where) {
    String key = ANN + "k" + random.nextInt(20);
    switch (random.nextInt(4)) {
      case 0, 1 -> {
        byte[] value = new byte[random.nextInt(65)];
        random.nextBytes(value);
        byte[] old = expected.get(key);
        boolean keysFit = old != null || expected.size() < 12;
        boolean bytesFit =
            bytesOf(expected) + value.length - (old == null ? -key.length() : old.length) <= 600
                || (old != null && value.length <= old.length);
        if (keysFit && bytesFit) {
          store.set(ANN, key, value).join();
          expected.put(key, value);
        } else {
          assertThat(failure(store.set(ANN, key, value)).code())
              .as(where)
              .isEqualTo(ControlException.Code.QUOTA_EXCEEDED);
        }
      }
      case 2 ->
          assertThat(store.delete(ANN, key).join())
              .as(where)
              .isEqualTo(expected.remove(key) != null);
      default ->
          assertThat(store.exists(key).join()).as(where).isEqualTo(expected.containsKey(key));
    }
    Optional<byte[]> value = store.get(key).join();
    assertThat(value.isPresent()).as(where).isEqualTo(expected.containsKey(key));
    value.ifPresent(bytes -> assertThat(bytes).as(where).isEqualTo(expected.get(key)));
    assertThat(store.keys(ANN).join()).as(where).isEqualTo(List.copyOf(expected.keySet()));
  }

  private static long bytesOf(SortedMap<String, byte[]> map) {
    return map.entrySet().stream().mapToLong(e -> e.getKey().length() + e.getValue().length).sum();
  }

  @Test
  void listsKeysByPrefixAndBoundsTheList() {
    try (ValueStore store = ValueStore.inMemory(StoreSettings.standard().withListedKeysMax(2))) {
      for (String key : List.of("b/2", "b/1", "a", "c")) {
        store.set(ANN, ANN + key, bytes(key)).join();
      }
      store.set(BOB, BOB + "b/3", bytes("other")).join();
      assertThat(store.keys(ANN + "b/").join()).containsExactly(ANN + "b/1", ANN + "b/2");
      assertThat(store.keys(ANN + "d").join()).isEmpty();
      assertThat(failure(store.keys(ANN)))
          .hasMessageContaining("list-keys: more than 2 keys")
          .hasMessageContaining("listedKeysMax");
    }
  }

  @Test
  void boundsCountForEachSpaceAlone() {
    StoreSettings settings =
        StoreSettings.standard().withBytesPerSpaceMax(30).withValueBytesMax(20);
    try (ValueStore store = ValueStore.inMemory(settings)) {
      assertThatThrownBy(() -> store.set(ANN, ANN + "a", new byte[21]))
          .hasMessage("set: value has 21 bytes; the limit is 20 (valueBytesMax)");
      store.set(ANN, ANN + "a", new byte[20]).join();
      assertThat(failure(store.set(ANN, ANN + "b", new byte[1])))
          .hasMessageContaining("bytesPerSpaceMax");
      store.set(BOB, BOB + "b", new byte[20]).join();
      assertThat(store.exists(ANN + "b").join()).isFalse();
      store.set(ANN, ANN + "a", new byte[1]).join();
      store.set(ANN, ANN + "b", new byte[1]).join();
      assertThatThrownBy(() -> store.set(ANN, BOB + "b", new byte[1]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void oneBadCallDoesNotSpoilThoseBesideIt() {
    try (ValueStore store = ValueStore.inMemory(StoreSettings.standard().withKeysPerSpaceMax(5))) {
      List<CompletableFuture<Boolean>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(store.set(ANN, ANN + i, bytes("v" + i)));
      }
      for (int i = 0; i < 5; i++) {
        assertThat(answers.get(i).join()).isTrue();
        assertThat(failure(answers.get(5 + i))).hasMessageContaining("keysPerSpaceMax");
      }
    }
  }

  @Test
  void whatTheCallerDoesWithItsArraysIsNotSeen() {
    try (ValueStore store = ValueStore.inMemory(StoreSettings.standard())) {
      byte[] mine = bytes("good");
      store.set(ANN, ANN + "a", mine).join();
      mine[0] = 'b';
      store.get(ANN + "a").join().orElseThrow()[1] = 'u';
      assertThat(store.get(ANN + "a").join()).hasValue(bytes("good"));
    }
  }

  @Test
  void refusesCallsOnceItIsClosed() {
    ValueStore store = ValueStore.inMemory(StoreSettings.standard());
    store.close();
    store.close();
    assertThatThrownBy(() -> store.get(ANN + "a")).hasMessage("the store is closed");
  }

  @Test
  void theFileDoesNotGrowWithoutEndWhenAValueIsSetAgainAndAgain() throws IOException {
    Path file = folder.resolve("again.mv");
    try (ValueStore store = ValueStore.open(file, StoreSettings.standard())) {
      for (int i = 0; i < 2_000; i++) {
        store.set(ANN, ANN + "a", new byte[16_384]).join();
      }
    }
    // 32 MiB were written.
    assertThat(Files.size(file)).isLessThan(8L << 20);
  }

  @Test
  void aSecondEngineIsTold() {
    Path file = folder.resolve("store.mv");
    try (ValueStore store = ValueStore.open(file, StoreSettings.standard())) {
      assertThat(store.exists(ANN + "a").join()).isFalse();
      assertThatThrownBy(() -> ValueStore.open(file, StoreSettings.standard()))
          .hasMessageContaining("in use by another engine")
          .matches(failure -> ((StoreException) failure).usedElsewhere());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"noise", "text", "cut", "overwritten"})
  void aBrokenFileIsAnErrorAndStaysAsItIs(String way) throws IOException {
    Path file = folder.resolve(way + ".mv");
    byte[] broken = broken(file, way);
    Files.write(file, broken);
    assertThatThrownBy(() -> ValueStore.open(file, StoreSettings.standard()).close())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("left as it is")
        .message()
        .doesNotContain("\n");
    assertThat(Files.readAllBytes(file)).isEqualTo(broken);
  }

  private static byte[] broken(Path file, String way) throws IOException {
    if (way.equals("text")) {
      return bytes("this is no store");
    }
    byte[] noise = new byte[50_000];
    new Random(7).nextBytes(noise);
    if (way.equals("noise")) {
      return noise;
    }
    try (ValueStore store = ValueStore.open(file, StoreSettings.standard())) {
      for (int i = 0; i < 20; i++) {
        store.set(ANN, ANN + i, new byte[5_000]).join();
      }
    }
    byte[] good = Files.readAllBytes(file);
    if (way.equals("cut")) {
      return Arrays.copyOf(good, 4_096 + 100);
    }
    System.arraycopy(noise, 0, good, 0, 20_000);
    return good;
  }

  @Test
  void aKilledEngineLosesNothingThatItAcknowledged() throws Exception {
    Path file = folder.resolve("killed.mv");
    int acknowledged = 0;
    for (int kill = 0; kill < 2; kill++) {
      acknowledged = writeUntilKilled(file, acknowledged, 60 + 90 * kill);
      try (ValueStore store = ValueStore.open(file, StoreSettings.standard())) {
        for (int i = 0; i < acknowledged; i++) {
          assertThat(store.get(ANN + i).join()).as("key %d", i).hasValue(StoreWriter.value(i));
        }
      }
      assertUsageIsRight(file);
    }
  }

  /** How many keys the child said were set before it was killed. */
  private static int writeUntilKilled(Path file, int from, int writes) throws Exception {
    Process child =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreWriter.class.getName(),
                file.toString(),
                Integer.toString(from))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int next = from;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        next = Integer.parseInt(line) + 1;
        if (next == from + writes) {
          child.toHandle().destroyForcibly(); // the process's own method would close its output
        }
      }
    }
    child.waitFor();
    assertThat(next).isGreaterThanOrEqualTo(from + writes);
    return next;
  }

  private static void assertUsageIsRight(Path file) {
    try (StoreFile open = StoreFile.open(file)) {
      List<String> keys = open.keys(ANN, Integer.MAX_VALUE);
      assertThat(open.keysUsed(ANN)).isEqualTo(keys.size());
      assertThat(open.bytesUsed(ANN))
          .isEqualTo(
              keys.stream()
                  .mapToLong(key -> key.length() + open.get(key).orElseThrow().length)
                  .sum());
    }
  }

  private static ControlException failure(CompletableFuture<?> answer) {
    try {
      answer.join();
    } catch (CompletionException e) {
      return (ControlException) Objects.requireNonNull(e.getCause());
    }
    throw new AssertionError("did not fail");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
