/** Answers several questions at once: one context is computed and forked, so that the forks share its pages and their steps share passes. */

import { Context, inferlet, option, parseArgs } from '@pie4j/inferlet';

export const run = inferlet(async () => {
  const { system, questions, maxTokens, unshared, json } = parseArgs(
    'parallel-generation',
    'answers several questions at once, from forks of one context',
    {
      system: option.text('TEXT', 'what all share', 'You are a helpful assistant.'),
      questions: option.list(
        'TEXT|TEXT',
        'separated by bars',
        'What is the capital of France?|What does a cat say?|Tell me a story about a fox.',
      ),
      maxTokens: option.integer('of each answer', 64, 1, 4096),
      unshared: option.flag('compute everything for each question, to compare'),
      json: option.flag('print one JSON object'),
    },
  );

  using root = new Context();
  root.fillSystem(system);
  await root.flush();
  const answers = await Promise.all(
    questions.map(async (question) => {
      using branch = unshared ? new Context().fillSystem(system) : root.fork();
      branch.fillUser(question);
      return (await branch.generate({ maxTokens })).text;
    }),
  );
  return json
    ? `${JSON.stringify({ answers })}\n`
    : questions.map((question, index) => `${question}\n  ${answers[index]}\n`).join('');
});
