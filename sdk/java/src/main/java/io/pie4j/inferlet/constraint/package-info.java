/**
 * Constraints on what a model says: JSON Schema, regular expressions, EBNF and Lark grammars as
 * masks over the vocabulary. Read {@code Constraint} first, then {@code Machine}, which is how they
 * work.
 */
@NullMarked
package io.pie4j.inferlet.constraint;

import org.jspecify.annotations.NullMarked;
