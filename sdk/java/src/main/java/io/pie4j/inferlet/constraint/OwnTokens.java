package io.pie4j.inferlet.constraint;

/**
 * What the vocabulary holds for a state wherever its rule is called.
 *
 * @param inside tokens that the rule allows, whole or up to its end
 * @param escapes nodes of the trie at which the rule may have ended and below which there are more
 *     tokens: whether these are allowed depends on the caller
 */
record OwnTokens(TokenSet inside, int[] escapes) {}
