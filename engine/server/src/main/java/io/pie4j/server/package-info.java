/** Programs that answer HTTP requests, each request by an instance of its own. */
@NullMarked
package io.pie4j.server;

import org.jspecify.annotations.NullMarked;
