/**
 * The programming interface in Java: what an inferlet sees of the engine, one interface for each
 * trait of the paper's Table 1. Everything but this page is generated from the WIT files in this
 * module's folder. The engine implements these interfaces; so do the bindings inside a WebAssembly
 * guest, by calling the engine. Start at {@link io.pie4j.api.Api}.
 *
 * <p>Unsigned 32-bit numbers are ints to be read as unsigned. Arrays and lists that are passed
 * belong to whoever receives them. Calls fail with {@link io.pie4j.api.ApiException}.
 */
@NullMarked
package io.pie4j.api;

import org.jspecify.annotations.NullMarked;
