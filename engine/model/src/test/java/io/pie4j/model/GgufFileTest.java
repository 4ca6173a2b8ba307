package io.pie4j.model;

import static io.pie4j.model.GgufBuilder.array;
import static io.pie4j.model.GgufBuilder.f32;
import static io.pie4j.model.GgufBuilder.string;
import static io.pie4j.model.GgufBuilder.u32;
import static io.pie4j.model.GgufBuilder.u64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  private static final int F32 = 0;
  private static final int Q8_0 = 8;
  private static final int Q3_K = 11;
  private static final long HUGE = 1L << 60;

  private final Arena arena = Arena.ofShared();
  @TempDir private Path directory;

  @AfterEach
  void unmap() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void readsEveryTypeOfMetadata(int version) {
    GgufMetadata metadata =
        open(new GgufBuilder()
                .version(version)
                .entry("u8", GgufBuilder.U8, new byte[] {-1})
                .entry("i8", GgufBuilder.I8, new byte[] {-1})
                .entry("u16", GgufBuilder.U16, new byte[] {-1, -1})
                .entry("i16", GgufBuilder.I16, new byte[] {-2, -1})
                .entry("u32", GgufBuilder.U32, u32(0xFFFF_FFFFL))
                .entry("i32", GgufBuilder.I32, u32(-3))
                .entry("f32", GgufBuilder.F32, f32(0.5f))
                .entry("bool", GgufBuilder.BOOL, new byte[] {1})
                .entry("text", GgufBuilder.STRING, string("größer"))
                .entry("u64", GgufBuilder.U64, u64(HUGE))
                .entry("i64", GgufBuilder.I64, u64(-HUGE))
                .entry("f64", GgufBuilder.F64, u64(Double.doubleToLongBits(0.1)))
                .entry(
                    "texts", GgufBuilder.ARRAY, array(8, 3, string("a"), string(""), string("ç")))
                .entry("ints", GgufBuilder.ARRAY, array(5, 2, u32(-7), u32(7)))
                .entry("bytes", GgufBuilder.ARRAY, array(0, 2, new byte[] {-1, 1}))
                .entry("reals", GgufBuilder.ARRAY, array(6, 2, f32(-1.5f), f32(2)))
                .entry("none", GgufBuilder.ARRAY, array(8, 0))
                .entry(
                    "nested",
                    GgufBuilder.ARRAY,
                    array(9, 2, array(0, 1, new byte[] {1}), array(8, 1, string("x"))))
                .entry("last", GgufBuilder.U32, u32(42)))
            .metadata();

    assertThat(metadata.keys()).hasSize(19);
    assertThat(metadata.number("u8")).contains(255L);
    assertThat(metadata.number("i8")).contains(-1L);
    assertThat(metadata.number("u16")).contains(65535L);
    assertThat(metadata.number("i16")).contains(-2L);
    assertThat(metadata.number("u32")).contains(0xFFFF_FFFFL);
    assertThat(metadata.number("i32")).contains(-3L);
    assertThat(metadata.number("f32")).contains(0.5);
    assertThat(metadata.flag("bool")).contains(true);
    assertThat(metadata.text("text")).contains("größer");
    assertThat(metadata.number("u64")).contains(HUGE);
    assertThat(metadata.number("i64")).contains(-HUGE);
    assertThat(metadata.number("f64")).contains(0.1);
    assertThat(metadata.texts("texts").orElseThrow()).containsExactly("a", "", "ç");
    assertThat(metadata.integers("ints").orElseThrow()).containsExactly(-7, 7);
    assertThat(metadata.integers("bytes").orElseThrow()).containsExactly(255, 1);
    assertThat(metadata.reals("reals").orElseThrow()).containsExactly(-1.5f, 2f);
    assertThat(metadata.texts("none").orElseThrow()).isEmpty();
    assertThat(metadata.number("last")).contains(42L);
    assertThat(metadata.text("absent")).isEmpty();

    assertThatThrownBy(() -> metadata.number("text"))
        .hasMessageEndingWith("text: expected a number, found STRING");
    assertThatThrownBy(() -> metadata.text("ints"))
        .hasMessageEndingWith("ints: expected STRING, found ARRAY of I32");
    assertThatThrownBy(() -> metadata.texts("reals"))
        .hasMessageEndingWith("reals: expected an array of STRING, found ARRAY of F32");
    assertThatThrownBy(() -> metadata.integers("texts"))
        .hasMessageEndingWith("texts: expected an array of numbers, found ARRAY of STRING");
    assertThatThrownBy(() -> metadata.integers("reals"))
        .hasMessageEndingWith("reals: expected 32-bit integers, found -1.5");
    assertThatThrownBy(() -> metadata.optionalInteger("u64", 0, 9))
        .hasMessageEndingWith("u64: expected an integer in 0..9, found 1152921504606846976");
  }

  @Test
  void readsTensorsInPlaceAtTheFilesAlignment() {
    GgufFile file =
        open(
            new GgufBuilder()
                .alignment(64)
                .number("general.alignment", 64)
                .tensor("a", F32, 0, 3)
                .tensor("b", Q8_0, 64, 32, 2)
                .data(64 + 68));
    assertThat(file.tensor("a", 1, 3).toFloats()).containsExactly(0, 0, 0);
    Tensor b = file.tensor("b", 2, 32);
    assertThat(b.type()).isEqualTo(TensorType.Q8_0);
    assertThat(b.data().byteSize()).isEqualTo(68);
    assertThat(file.shape("b").orElseThrow()).hasToString("[2, 32]");
    assertThat(file.shape("c")).isEmpty();

    assertThatThrownBy(() -> file.tensor("b", 32, 2))
        .hasMessageEndingWith("tensor b: expected shape [32, 2], found [2, 32]");
    assertThatThrownBy(() -> file.tensor("c", 1, 1)).hasMessageEndingWith("tensor c is missing");
  }

  @Test
  void mindsAnUnsupportedTypeOnlyWhereTheTensorIsNeeded() {
    GgufFile file = open(new GgufBuilder().tensor("blk.0.attn_q.weight", Q3_K, 0, 256).data(110));
    assertThatThrownBy(() -> file.tensor("blk.0.attn_q.weight", 1, 256))
        .isInstanceOf(ModelFileException.Unsupported.class)
        .hasMessageEndingWith(
            "unsupported tensor type Q3_K of blk.0.attn_q.weight; supported: F32, F16, BF16, Q8_0,"
                + " Q4_0, Q4_K, Q6_K");
  }

  @Test
  void refusesWhatIsNotThisFormat() {
    refuses(new byte[0], "not a GGUF file: it does not begin with the letters GGUF");
    refuses(
        "PK\3\4 something else".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        "not a GGUF file");
    refuses(new GgufBuilder().version(1), "unsupported GGUF version 1; supported: 2, 3");
    refuses(new GgufBuilder().version(4), "unsupported GGUF version 4; supported: 2, 3");
    refuses(new GgufBuilder().version(0x0300_0000), "big-endian GGUF; supported: little-endian");
    refuses(
        new GgufBuilder().entry("split.count", GgufBuilder.U16, new byte[] {3, 0}),
        "one of 3 parts of a split model");
    assertThatThrownBy(() -> GgufFile.open(directory.resolve("none.gguf"), arena))
        .isInstanceOf(ModelFileException.Unreadable.class)
        .hasMessageEndingWith("none.gguf: no such file");
    assertThatThrownBy(() -> GgufFile.open(directory, arena))
        .hasMessageEndingWith("not a regular file");
  }

  @Test
  void refusesCountsThatTheFileCannotHold() {
    refuses(new GgufBuilder().tensorCount(HUGE), "tensor count: expected at most 0, found " + HUGE);
    refuses(
        new GgufBuilder().tensorCount(-1),
        "tensor count: expected at most 0, found 18446744073709551615");
    refuses(new GgufBuilder().metadataCount(HUGE), "metadata entry count: expected at most");
    refuses(new GgufBuilder().metadataCount(1), "metadata entry count: expected at most");
    refuses(
        new GgufBuilder().entry("k", GgufBuilder.STRING, u64(HUGE)), "k length: expected at most");
    refuses(
        new GgufBuilder().entry("k", GgufBuilder.ARRAY, array(4, HUGE)),
        "k element count: expected at most");
    refuses(
        new GgufBuilder().entry("k", GgufBuilder.ARRAY, array(8, 9, string("a"))),
        "k element count: expected at most");
    refuses(
        new GgufBuilder().entry("k", GgufBuilder.ARRAY, array(8, 2, u64(HUGE), u64(0))),
        "k length: expected at most");
    refuses(
        new GgufBuilder().entry("k", GgufBuilder.U64, new byte[2]), "truncated: k needs 8 bytes");
    refuses(new GgufBuilder().entry("k", 13, u32(0)), "k has the unknown value type 13");
    refuses(
        new GgufBuilder().entry("k", GgufBuilder.ARRAY, array(77, 0)),
        "k has the unknown value type 77");
    byte[] deep = array(0, 0);
    for (int i = 0; i < 5; i++) {
      deep = array(9, 1, deep);
    }
    refuses(
        new GgufBuilder().entry("k", GgufBuilder.ARRAY, deep), "k: arrays nested deeper than 4");
  }

  @Test
  void refusesTensorsThatDoNotFit() {
    refuses(
        new GgufBuilder().tensor("w", F32, 0, 8).data(31),
        "tensor w needs 32 bytes at offset 0 of the tensor data, the file has 31: truncated?");
    refuses(
        new GgufBuilder().tensor("w", F32, HUGE, 8).data(32),
        "tensor w needs 32 bytes at offset 1152921504606846976 of the tensor data");
    refuses(
        new GgufBuilder().tensor("w", F32, -32, 8).data(32),
        "tensor w: expected an offset that is a multiple of 32, found 18446744073709551584");
    refuses(
        new GgufBuilder().tensor("w", F32, 4, 1).data(32),
        "tensor w: expected an offset that is a multiple of 32, found 4");
    refuses(
        new GgufBuilder().tensor("a", F32, 0, 16).tensor("b", F32, 32, 8).data(64),
        "tensors a (bytes 0 to 64) and b (bytes 32 to 64) overlap");
    refuses(new GgufBuilder().tensor("w", F32, 0, HUGE).data(32), "tensor w");
    refuses(
        new GgufBuilder().tensor("w", F32, 0, HUGE, HUGE).data(32),
        "tensor w: shape [1152921504606846976, 1152921504606846976] is impossible for F32");
    refuses(
        new GgufBuilder().tensor("w", F32, 0, -1).data(32),
        "tensor w: dimension 18446744073709551615 is too large");
    refuses(
        new GgufBuilder().tensor("w", Q8_0, 0, 16, 2).data(64),
        "tensor w: shape [2, 16] is impossible for Q8_0");
    refuses(
        new GgufBuilder().tensor("w", F32, 0, 1, 1, 1, 1, 1).data(32),
        "tensor w: expected at most 4 dimensions, found 5");
  }

  @Test
  void refusesTheSameNameTwiceAndOddAlignments() {
    refuses(new GgufBuilder().number("k", 1).number("k", 1), "metadata key k occurs twice");
    refuses(
        new GgufBuilder().tensor("w", F32, 0, 8).tensor("w", F32, 32, 8).data(64),
        "tensor w occurs twice");
    refuses(
        new GgufBuilder().number("general.alignment", 0),
        "general.alignment: expected an integer in 1..1048576, found 0");
    refuses(
        new GgufBuilder().number("general.alignment", 48),
        "general.alignment: expected a power of two, found 48");
  }

  @Test
  void namesFromTheFileCannotBreakTheLine() {
    refuses(
        new GgufBuilder().tensor("w\nERROR forged", F32, 0, 8),
        "tensor w ERROR forged needs 32 bytes");
    refuses(new GgufBuilder().tensor("w".repeat(1000), F32, 0, 8), "w".repeat(400));
    refuses(
        new GgufBuilder().tensor("w".repeat(2000), F32, 0, 8),
        "name of tensor 0 length: expected at most 1024");
  }

  private GgufFile open(GgufBuilder builder) {
    return GgufFile.open(builder.write(directory), arena);
  }

  private void refuses(GgufBuilder builder, String message) {
    refuses(builder.build(), message);
  }

  private void refuses(byte[] file, String message) {
    Path path = directory.resolve("broken.gguf");
    try {
      Files.write(path, file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThatThrownBy(() -> GgufFile.open(path, arena))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("broken.gguf: ")
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(700).doesNotContain("\n"));
  }
}
