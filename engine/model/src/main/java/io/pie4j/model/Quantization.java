package io.pie4j.model;

/** What becomes of matrices stored as F32, F16 or BF16 when a model is opened. */
public enum Quantization {
  /** They stay as they are in their file. */
  NONE,
  /** Linear layers become {@link TensorType#Q8_0}. */
  Q8_0,
  /** Linear layers become {@link TensorType#Q4_0}, the output layer {@link TensorType#Q8_0}. */
  Q4_0
}
