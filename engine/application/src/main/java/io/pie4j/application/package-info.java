/**
 * The application layer (paper §5.1): installs programs, launches instances of them, gives each its
 * side of the programming interface, and takes everything back when it ends. Read {@code Lifecycle}
 * first. Knows nothing of batches and kernels.
 */
@NullMarked
package io.pie4j.application;

import org.jspecify.annotations.NullMarked;
