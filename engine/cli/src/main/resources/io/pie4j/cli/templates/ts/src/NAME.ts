/** Answers a prompt. */

import { Context, inferlet, option, parseArgs, print } from '@pie4j/inferlet';

export const run = inferlet(async () => {
  const { prompt, maxTokens } = parseArgs('{{name}}', 'answers a prompt', {
    prompt: option.text('TEXT', 'the message', 'Who are you?'),
    maxTokens: option.integer('stop after so many tokens', 256, 1, 1_000_000),
  });
  using context = new Context();
  context.fillUser(prompt);
  for await (const text of context.generate({ maxTokens })) {
    print(text);
  }
  return '\n';
});
