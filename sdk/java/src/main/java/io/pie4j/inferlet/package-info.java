/**
 * The support library of Java inferlets (paper §6.3): contexts, samplers, stop conditions, over the
 * interfaces of {@code io.pie4j.api}. The same code runs as WebAssembly and inside the JVM, so it
 * uses only what both have. Read {@code Context} first.
 */
@NullMarked
package io.pie4j.inferlet;

import org.jspecify.annotations.NullMarked;
