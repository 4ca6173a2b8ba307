/**
 * The CPU driver. Read {@code CpuDriver} first, then {@code Transformer}. Executes passes and
 * decides nothing about memory; the arithmetic is behind {@code Kernels}.
 */
@NullMarked
package io.pie4j.inference.cpu;

import org.jspecify.annotations.NullMarked;
