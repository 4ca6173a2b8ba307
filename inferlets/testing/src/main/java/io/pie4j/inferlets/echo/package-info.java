/** Calls every function of a test interface, so that guest and host bindings meet. */
@NullMarked
package io.pie4j.inferlets.echo;

import org.jspecify.annotations.NullMarked;
