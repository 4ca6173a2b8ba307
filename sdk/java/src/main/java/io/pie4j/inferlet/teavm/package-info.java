/**
 * What TeaVM needs to compile an inferlet for a host without JavaScript. Loaded by the build, never
 * by an inferlet.
 */
@NullMarked
package io.pie4j.inferlet.teavm;

import org.jspecify.annotations.NullMarked;
