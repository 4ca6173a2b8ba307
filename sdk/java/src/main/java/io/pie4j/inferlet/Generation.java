package io.pie4j.inferlet;

/**
 * What was generated.
 *
 * @param text as the model says it, without special tokens
 * @param tokens all tokens, a stop token included
 * @param logProbabilities natural logarithms, one a token, before temperature and truncation
 */
public record Generation(String text, int[] tokens, float[] logProbabilities) {}
