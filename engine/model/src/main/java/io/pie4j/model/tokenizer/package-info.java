/**
 * Text to token ids and back, exactly as Hugging Face's tokenizers do it: byte-level BPE (GPT-2,
 * Llama 3, Qwen2) and SentencePiece-style BPE with byte fallback (Llama 2, Mistral), read from
 * tokenizer.json or from GGUF metadata. Knows nothing of model weights. Start with {@link
 * io.pie4j.model.tokenizer.Tokenizer}; {@code BpeTokenizer} shows the steps in order.
 */
@NullMarked
package io.pie4j.model.tokenizer;

import org.jspecify.annotations.NullMarked;
