/**
 * JSON for programs: a strict reader (RFC 8259) and a writer. Numbers stay as they were written, so
 * that nothing is lost. Read {@code JsonValue} first; to write an object field by field there is
 * {@link io.pie4j.inferlet.JsonObject}.
 */
@NullMarked
package io.pie4j.inferlet.json;

import org.jspecify.annotations.NullMarked;
