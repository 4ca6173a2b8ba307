/**
 * Whole-system measurements, run by {@code ./pie bench NAME}. Each prints a table and writes JSON.
 */
@NullMarked
package io.pie4j.bench;

import org.jspecify.annotations.NullMarked;
