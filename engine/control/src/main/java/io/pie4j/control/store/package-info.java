/**
 * Values that programs keep beyond their own life and the engine's, in one file. Read {@code
 * ValueStore} first. Knows neither programs nor rights: who may use which space is decided above.
 */
@NullMarked
package io.pie4j.control.store;

import org.jspecify.annotations.NullMarked;
