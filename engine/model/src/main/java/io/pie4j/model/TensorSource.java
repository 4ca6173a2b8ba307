package io.pie4j.model;

import java.util.Optional;

/** The named tensors of a model's files. */
interface TensorSource {
  /** The tensor's dimensions, outermost first, if there is such a tensor. */
  Optional<Shape> shape(String name);

  /**
   * The tensor, checked to be there, of a supported type, and of exactly this shape; a vector has
   * one row.
   */
  Tensor tensor(String name, long rows, long columns);

  default boolean has(String name) {
    return shape(name).isPresent();
  }
}
