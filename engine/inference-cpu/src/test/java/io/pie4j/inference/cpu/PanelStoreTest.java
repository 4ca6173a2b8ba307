package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that were laid out once are found again, and only if they are those. */
class PanelStoreTest {
  private final Arena arena = Arena.ofShared();
  private final Workers workers = new Workers(1);
  private final List<Tensor> matrices =
      Arrays.stream(TensorType.values())
          .map(type -> RandomModel.matrix(type, 19, 256, 1, new Random(5), arena))
          .toList();
  @TempDir Path folder;

  @AfterEach
  void free() {
    workers.close();
    arena.close();
  }

  private PanelStore open(String identity, long bytesMax) {
    WeightSettings settings =
        WeightSettings.defaults().withCache(folder.resolve("weights"), 0, bytesMax);
    return new PanelStore(() -> identity, matrices, settings, workers, arena);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("weights"))) {
      return files.toList();
    }
  }

  private void assertRight(PanelStore store) {
    for (Tensor matrix : matrices) {
      MemorySegment expected = KernelsTest.laidOut(matrix, matrix.type(), workers, arena).weights();
      assertThat(store.linear(matrix).weights().mismatch(expected)).isEqualTo(-1);
    }
  }

  @Test
  void secondOpeningFindsWhatTheFirstLaidOut() throws IOException {
    PanelStore first = open("a", 1 << 30);
    assertThat(first.fromFile()).isFalse();
    assertRight(first);
    PanelStore second = open("a", 1 << 30);
    assertThat(second.fromFile()).isTrue();
    assertRight(second);
    assertThat(files()).hasSize(1);
  }

  @Test
  void whatIsTooLargeToCopyIsMapped() {
    assertRight(open("a", 1 << 30));
    WeightSettings settings =
        WeightSettings.defaults()
            .withCache(folder.resolve("weights"), 0, 1 << 30)
            .withCopyBytesMax(0);
    PanelStore store = new PanelStore(() -> "a", matrices, settings, workers, arena);
    assertThat(store.fromFile()).isTrue();
    assertThat(store.linear(matrices.getFirst()).weights().isMapped()).isTrue();
    assertRight(store);
  }

  @Test
  void otherFilesOfTheModelAreAnotherEntry() throws IOException {
    assertRight(open("a", 1 << 30));
    assertThat(open("b", 1 << 30).fromFile()).isFalse();
    assertThat(files()).hasSize(2);
  }

  @Test
  void identityFollowsLengthAndTime() throws IOException {
    Path file = Files.writeString(folder.resolve("model"), "abc");
    String before = PanelStore.identity(file);
    Files.setLastModifiedTime(file, FileTime.fromMillis(12_345));
    String after = PanelStore.identity(file);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(file, "abcd");
    Files.setLastModifiedTime(file, FileTime.fromMillis(12_345));
    assertThat(PanelStore.identity(file)).isNotEqualTo(after);
    assertThat(PanelStore.identity(folder)).contains("model");
    assertThat(PanelStore.identity(folder.resolve("none"))).isEmpty();
  }

  @Test
  void cutOffFilesAreLaidOutAnew() throws IOException {
    assertRight(open("a", 1 << 30));
    Path file = files().getFirst();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThat(open("a", 1 << 30).fromFile()).isFalse();
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    Files.write(file, new byte[whole.length]);
    assertThat(open("a", 1 << 30).fromFile()).isFalse();
    assertRight(open("a", 1 << 30));
  }

  @Test
  void leastRecentlyUsedGoWhenTheBoundIsReached() throws IOException {
    assertRight(open("a", 1 << 30));
    Path oldest = files().getFirst();
    long bytes = Files.size(oldest);
    Files.setLastModifiedTime(oldest, FileTime.fromMillis(0));
    assertRight(open("b", 2 * bytes));
    assertThat(files()).hasSize(2);
    assertRight(open("c", 2 * bytes));
    assertThat(files()).hasSize(2).doesNotContain(oldest);
    assertRight(open("d", bytes / 2));
    assertThat(files()).hasSize(2);
  }

  @Test
  void folderThatCannotBeWrittenCostsTimeOnly() throws IOException {
    Files.writeString(folder.resolve("weights"), "a file in its place");
    PanelStore store = open("a", 1 << 30);
    assertThat(store.fromFile()).isFalse();
    assertRight(store);
  }

  @Test
  void smallModelsAreNeitherNamedNorKept() {
    WeightSettings settings =
        WeightSettings.defaults().withCache(folder.resolve("weights"), 1 << 30, 1 << 30);
    Supplier<String> identity =
        () -> {
          throw new AssertionError("asked for the files' names");
        };
    assertRight(new PanelStore(identity, matrices, settings, workers, arena));
    assertRight(new PanelStore(identity, matrices, WeightSettings.defaults(), workers, arena));
    assertThat(folder.resolve("weights")).doesNotExist();
  }

  @Test
  void withoutIdentityNothingIsKept() {
    assertRight(open("", 1 << 30));
    assertThat(folder.resolve("weights")).doesNotExist();
  }
}
