/**
 * The API inside a WebAssembly guest: its interfaces implemented by imported functions (generated
 * from WIT), over linear memory ({@link io.pie4j.inferlet.guest.Ram}). Compiled by TeaVM; inside
 * the JVM nothing here runs.
 */
@NullMarked
package io.pie4j.inferlet.guest;

import org.jspecify.annotations.NullMarked;
