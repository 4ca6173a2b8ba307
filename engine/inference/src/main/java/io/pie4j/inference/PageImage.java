package io.pie4j.inference;

import java.lang.foreign.MemorySegment;

/**
 * A physical page's whole content (keys, values, positions) and where it lies, or shall lie,
 * outside the driver's pages. Its form is the driver's own.
 *
 * @param page the physical page
 * @param memory {@link DriverInfo#pageBytes} bytes, of any alignment, open to every thread, which
 *     stay valid until the pass is over
 */
public record PageImage(int page, MemorySegment memory) {}
