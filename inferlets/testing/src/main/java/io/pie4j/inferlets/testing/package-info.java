/**
 * Programs that the project's tests run: they fail in every way that a program can, or do nothing.
 */
@NullMarked
package io.pie4j.inferlets.testing;

import org.jspecify.annotations.NullMarked;
