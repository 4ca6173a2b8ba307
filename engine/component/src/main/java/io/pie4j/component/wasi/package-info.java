/**
 * WASI for components (version 0.2) and for core modules (preview 1): what a program may ask of the
 * system, by what it was granted. Nothing is granted by itself but clocks, random numbers and the
 * arguments, environment and streams that the host gives. Knows nothing of language models. Read
 * {@link io.pie4j.component.wasi.Wasi} first.
 *
 * @see <a href="https://github.com/WebAssembly/WASI">WASI</a>
 */
@NullMarked
package io.pie4j.component.wasi;

import org.jspecify.annotations.NullMarked;
