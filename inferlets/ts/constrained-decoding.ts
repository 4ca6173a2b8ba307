/**
 * Generates JSON, or what a schema or a regular expression allows: an automaton over the bytes of the model's tokens, as in
 * Outlines (Willard and Louf, arXiv:2307.09702) and, for JSON within JSON, XGrammar (Dong et al., arXiv:2411.15100).
 */

import { Constraint, Context, inferlet, option, parseArgs, print, Sampler } from '@pie4j/inferlet';

export const run = inferlet(async () => {
  const options = parseArgs('constrained-decoding', 'generates JSON, or what a schema or a regular expression allows', {
    prompt: option.text('TEXT', "the user's message", 'Give me a JSON record of a cat.'),
    schema: option.text('JSON', 'a JSON Schema that the answer is to keep'),
    regex: option.text('PATTERN', 'a regular expression for the whole answer'),
    spaces: option.integer('with --schema: at most so many in a row', 1, 0, 1000),
    maxTokens: option.integer('end the text at about so many tokens', 96, 1, 1_000_000),
    temperature: option.decimal('T', '0 always takes the most likely token', 0, 0, 100),
    seed: option.seed('of the draws', 1n),
    json: option.flag('print one JSON object'),
  });
  const { schema, regex, maxTokens, temperature, seed, json } = options;
  const constraint =
    schema !== undefined
      ? Constraint.jsonSchema(JSON.parse(schema), options.spaces)
      : regex !== undefined
        ? Constraint.regex(regex)
        : Constraint.json();

  using context = new Context();
  context.fillUser(options.prompt);
  const sampler = Sampler.multinomial(temperature, { seed });
  const onText = json ? () => {} : print;
  const { text, tokens, closing } = await constraint.generate(context, { sampler, maxTokens, onText });
  return json ? `${JSON.stringify({ text, tokens, closing_tokens: closing })}\n` : '\n';
});
