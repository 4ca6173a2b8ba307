/**
 * Messages between programs: topics, which everybody hears who listens, and mailboxes, of which
 * each message goes to one. Read {@code Switchboard} first, then {@code Line}. Knows neither
 * programs nor rights: which names a program may use is decided above.
 */
@NullMarked
package io.pie4j.control.messaging;

import org.jspecify.annotations.NullMarked;
