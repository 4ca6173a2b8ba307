package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class QuantizerTest {

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16", "Q8_0", "Q4_0"})
  void agreesToTheBitWithTheReferencePackage(TensorType type) {
    float[] values = TestModels.floats(TestModels.path("quantization/singles.f32"));
    byte[] expected = TestModels.bytes(TestModels.path("quantization/singles." + type));

    assertThat(quantized(type, values)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"Q4_K", "Q6_K"})
  void valuesThatATypeHoldsStayAsTheyAre(TensorType type) {
    // Halves of -8 to 7 with the outermost among them are exact in every type.
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 % 16 - 8) * (type == TensorType.Q8_0 ? 15.875f : 0.5f);
    }
    if (type == TensorType.Q8_0) {
      values[0] = values[32] = -127;
    }

    byte[] once = quantized(type, values);
    Tensor back = new Tensor("w", type, 1, values.length, MemorySegment.ofArray(once));
    if (type != TensorType.Q8_0) {
      assertThat(back.toFloats()).isEqualTo(values);
    }
    assertThat(quantized(type, back.toFloats())).isEqualTo(once);
  }

  @Test
  void keepsNotANumberInSixteenBits() {
    byte[] bytes = quantized(TensorType.BF16, new float[] {Float.intBitsToFloat(0x7F800001)});

    float back = new Tensor("w", TensorType.BF16, 1, 1, MemorySegment.ofArray(bytes)).toFloats()[0];
    assertThat(back).isNaN();
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_K", "Q6_K"})
  void refusesTypesWhoseScalesAreSearchedFor(TensorType type) {
    assertThatThrownBy(() -> quantized(type, new float[256]))
        .hasMessage("nothing here quantizes to " + type);
  }

  private static byte[] quantized(TensorType type, float[] values) {
    byte[] bytes = new byte[(int) type.bytes(values.length)];
    Quantizer.quantize(type, values, values.length, MemorySegment.ofArray(bytes), 0);
    return bytes;
  }
}
