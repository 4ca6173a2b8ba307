/**
 * The control layer of one model: programs' virtual pages and embeds, their command queues, and the
 * scheduler that forms passes for the driver. Read {@code Controller} first, then {@code
 * Scheduler}, {@code PageTable} and {@code Contention}. Knows nothing of WebAssembly, tokenizers or
 * how a driver computes.
 */
@NullMarked
package io.pie4j.control;

import org.jspecify.annotations.NullMarked;
