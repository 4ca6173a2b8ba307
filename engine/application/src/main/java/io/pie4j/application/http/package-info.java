/**
 * Requests of programs to servers. Read {@code Caller} first, then {@code Exchange}. Knows neither
 * programs nor manifests: {@code Reach} says what is granted.
 *
 * <p>Apache's HTTP client speaks the protocol, one connection a request ({@code Hop}); what is
 * granted, where redirects lead, all bounds and the time are ours. The JDK's client is not used
 * because it resolves names by itself, once more after any check: a name server that answers
 * differently the second time would lead it to a private address.
 */
@NullMarked
package io.pie4j.application.http;

import org.jspecify.annotations.NullMarked;
