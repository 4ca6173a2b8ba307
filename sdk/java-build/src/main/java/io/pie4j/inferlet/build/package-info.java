/** The build's compiler of programs to WebAssembly, on TeaVM. Used by builds, never by programs. */
@NullMarked
package io.pie4j.inferlet.build;

import org.jspecify.annotations.NullMarked;
