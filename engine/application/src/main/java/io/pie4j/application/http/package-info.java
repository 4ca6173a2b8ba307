/**
 * Requests of programs to servers: HTTP/1.1 over sockets that are opened to an address after that
 * very address was checked. Read {@code Caller} first, then {@code Exchange}. Knows neither
 * programs nor manifests: {@code Reach} says what is granted.
 *
 * <p>The JDK's client is not used because it resolves names by itself, once more after any check: a
 * name server that answers differently the second time would lead it to a private address.
 */
@NullMarked
package io.pie4j.application.http;

import org.jspecify.annotations.NullMarked;
