/**
 * Model files as memory-mapped tensors, with their configuration, tokenizer and chat template.
 * Knows nothing of serving. Read {@link io.pie4j.model.LanguageModel} first, then {@code GgufModel}
 * and {@code HuggingFaceModel}, which put the two formats under the names of {@link
 * io.pie4j.model.Weights}.
 */
@NullMarked
package io.pie4j.model;

import org.jspecify.annotations.NullMarked;
