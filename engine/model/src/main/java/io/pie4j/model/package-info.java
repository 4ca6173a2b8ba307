/**
 * Model files as memory-mapped tensors, with their configuration, tokenizer and chat template.
 * Knows nothing of serving.
 */
@NullMarked
package io.pie4j.model;

import org.jspecify.annotations.NullMarked;
