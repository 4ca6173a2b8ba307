/** Answers a prompt: what a conventional serving system does, as a program. */

import { Context, inferlet, now, option, parseArgs, print, Sampler } from '@pie4j/inferlet';

export const run = inferlet(async () => {
  const options = parseArgs('text-completion', 'answers a prompt, streaming the text as it comes', {
    prompt: option.text('TEXT', 'the message, or with --raw all', 'Who are you?'),
    system: option.text('TEXT', 'a system message before it'),
    maxTokens: option.integer('stop after so many tokens', 256, 1, 1_000_000),
    temperature: option.decimal('T', '0 always takes the most likely token', 0, 0, 100),
    topP: option.decimal('P', 'draw among the likeliest of this probability', 1, 0, 1),
    seed: option.seed('makes draws repeatable'),
    raw: option.flag('no chat template, no special tokens added'),
    json: option.flag('print one JSON object at the end and nothing else'),
  });
  const { maxTokens, temperature, topP, seed } = options;
  const sampler = Sampler.topP(temperature, topP, seed);

  using context = new Context();
  if (options.raw) {
    context.fillTokens(context.model.tokenize(options.prompt));
  } else if (context.model.hasChatTemplate) {
    if (options.system !== undefined) {
      context.fillSystem(options.system);
    }
    context.fillUser(options.prompt);
  } else {
    context.fill(options.prompt);
  }
  if (options.json) {
    return await report(context, sampler, maxTokens);
  }
  for await (const text of context.generate({ sampler, maxTokens })) {
    print(text);
  }
  return '\n';
});

/** The answer as one JSON object, with what it took. */
async function report(context: Context, sampler: Sampler, maxTokens: number): Promise<string> {
  const started = now();
  await context.decodeStepDist(1); // only a distribution in hand says that the prompt is done
  const prefilled = now();
  const prompt = [...context.tokens];
  const { text, tokens, logProbabilities } = await context.generate({ sampler, maxTokens });
  const decode = now() - prefilled;
  const answer = {
    text,
    prompt_tokens: prompt,
    generated_tokens: tokens,
    log_probabilities: logProbabilities,
    timings: { prefill_ms: prefilled - started, decode_ms: decode, per_token_ms: decode / tokens.length },
  };
  return `${JSON.stringify(answer)}\n`;
}
