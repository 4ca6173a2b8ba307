/**
 * The pie command. Read {@code Main} for the commands and {@code Engine} for how the layers are put
 * together.
 */
@NullMarked
package io.pie4j.cli;

import org.jspecify.annotations.NullMarked;
