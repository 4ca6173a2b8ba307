/**
 * WebAssembly for the JVM: modules, memory, compiled-code cache and the canonical ABI. Knows
 * nothing of language models.
 */
@NullMarked
package io.pie4j.component;

import org.jspecify.annotations.NullMarked;
