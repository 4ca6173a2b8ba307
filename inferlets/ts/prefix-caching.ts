/** Keeps the pages of a long beginning for the programs that come after. */

import { Context, inferlet, option, parseArgs } from '@pie4j/inferlet';

export const run = inferlet(async () => {
  const { prefix, question, name, maxTokens, json } = parseArgs(
    'prefix-caching',
    'answers behind a system text that is computed once for all runs',
    {
      prefix: option.text('TEXT', 'the system text', 'The code of Anna is 482.'),
      question: option.text('TEXT', 'asked behind it', 'What is the code of Anna?'),
      name: option.text('NAME', 'under which the text is kept', 'prefix'),
      maxTokens: option.integer('of the answer', 64, 1, 4096),
      json: option.flag('print one JSON object'),
    },
  );

  // The text is part of the name: another text is another prefix.
  const key = `${name}-ts-${hash(prefix)}`;
  const kept = Context.open(key);
  using context = kept ?? (await compute(prefix, key));
  const size = context.tokens.length;
  const prefilled = context.tokensComputed;
  context.fillUser(question);
  const { text } = await context.generate({ maxTokens });
  return json
    ? `${JSON.stringify({ text, cached: kept !== undefined, prefix_tokens: size, prefix_tokens_computed: prefilled })}\n`
    : `${text}\n${prefilled} of ${size} prefix tokens computed\n`;
});

async function compute(prefix: string, key: string): Promise<Context> {
  const context = new Context().fillSystem(prefix);
  await context.save(key);
  return context;
}

/** FNV-1a of a text. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return (value >>> 0).toString(16);
}
