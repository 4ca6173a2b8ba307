/** What modules that TeaVM compiled from Java ask of their host, whoever the host is. */
@NullMarked
package io.pie4j.component.teavm;

import org.jspecify.annotations.NullMarked;
