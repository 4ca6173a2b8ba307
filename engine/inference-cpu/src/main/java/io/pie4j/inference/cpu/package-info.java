/**
 * The CPU driver. Read {@code CpuDriver} first. Executes passes and decides nothing about memory.
 */
@NullMarked
package io.pie4j.inference.cpu;

import org.jspecify.annotations.NullMarked;
