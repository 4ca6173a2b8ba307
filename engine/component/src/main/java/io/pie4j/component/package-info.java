/**
 * WebAssembly for the JVM on Endive: modules, compiled code and its cache, copy-on-write memory,
 * instances and what ends them. Knows nothing of language models. Read {@link
 * io.pie4j.component.WasmEngine} first, then {@link io.pie4j.component.Instance}.
 */
@NullMarked
package io.pie4j.component;

import org.jspecify.annotations.NullMarked;
