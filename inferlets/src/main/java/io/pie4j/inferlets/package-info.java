/** The standard inferlets. */
@NullMarked
package io.pie4j.inferlets;

import org.jspecify.annotations.NullMarked;
