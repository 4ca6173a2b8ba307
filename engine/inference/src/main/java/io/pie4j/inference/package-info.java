/**
 * The inference layer's contract. Read {@code Driver} first. Knows nothing of programs: physical
 * pages and embeds in, results out.
 */
@NullMarked
package io.pie4j.inference;

import org.jspecify.annotations.NullMarked;
