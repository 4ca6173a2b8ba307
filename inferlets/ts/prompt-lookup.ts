/**
 * Guesses what comes next from what is in the text already (prompt lookup): several tokens in one forward where the guesses are
 * right, and the same text as without.
 */

import { Context, inferlet, option, parseArgs, print, PromptLookup } from '@pie4j/inferlet';

export const run = inferlet(async () => {
  const options = parseArgs('prompt-lookup', 'answers a prompt with guesses from the text itself', {
    prompt: option.text('TEXT', 'the message', 'Say it again: the quick brown fox and the lazy dog.'),
    maxTokens: option.integer('stop after so many tokens', 128, 1, 1_000_000),
    guesses: option.integer('tokens of a guess; 0 guesses nothing', 8, 0, 512),
  });
  const drafter = options.guesses === 0 ? undefined : new PromptLookup({ guesses: options.guesses });
  using context = new Context();
  context.fillUser(options.prompt);
  for await (const text of context.generate({ maxTokens: options.maxTokens, drafter })) {
    print(text);
  }
  return '\n';
});
