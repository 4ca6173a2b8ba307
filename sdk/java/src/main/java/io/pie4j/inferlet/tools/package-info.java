/**
 * Tools that a model may call: how they are declared to it, how its calls are told from its text as
 * they come, and how it gets the results. Read {@link io.pie4j.inferlet.tools.Tools} first.
 */
@NullMarked
package io.pie4j.inferlet.tools;

import org.jspecify.annotations.NullMarked;
