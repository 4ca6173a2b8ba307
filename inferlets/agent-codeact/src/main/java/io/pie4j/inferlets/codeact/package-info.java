/**
 * A small interpreter of a subset of JavaScript, for code that a model wrote. It walks the syntax
 * tree; nothing of it is reachable from the code but what {@link
 * io.pie4j.inferlets.codeact.JavaScript#run} hands in, and every step, byte and level of nesting is
 * counted. Read {@link io.pie4j.inferlets.codeact.JavaScript} first.
 */
@NullMarked
package io.pie4j.inferlets.codeact;

import org.jspecify.annotations.NullMarked;
