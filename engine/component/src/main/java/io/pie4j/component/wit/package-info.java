/**
 * Reads WIT, the language in which WebAssembly interfaces are written, into records. Knows nothing
 * of what is generated from them. Start at {@link io.pie4j.component.wit.Wit}.
 */
@NullMarked
package io.pie4j.component.wit;

import org.jspecify.annotations.NullMarked;
