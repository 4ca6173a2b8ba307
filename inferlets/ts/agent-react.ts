/**
 * An agent that reasons and acts in turn (ReAct, Yao et al. 2022, arXiv:2210.03629): the model writes a thought and an action,
 * the program carries the action out and writes the observation behind it, until the model writes an answer. Tools are asked
 * from within the program, and the cache is kept meanwhile: every token is computed once.
 */

import { Context, httpGet, inferlet, option, parseArgs, print, Stop } from '@pie4j/inferlet';

const SYSTEM =
  'Answer the question in steps. Write a Thought, then an Action. You will get an Observation. ' +
  'Go on until you can write the Answer. Actions: search[query], calculate[expression], weather[city].';

export const run = inferlet(async () => {
  const { question, tools, steps, json } = parseArgs(
    'agent-react',
    'answers a question with the help of tools: thought, action, observation',
    {
      question: option.text('TEXT', 'what to answer', 'What is the weather in the capital of Peru?'),
      tools: option.text('URL', 'ask URL/search?q=..., /calculate and /weather'),
      steps: option.integer('thoughts before giving up', 8, 1, 1000),
      json: option.flag('print one JSON object at the end and nothing else'),
    },
  );
  const show = json ? () => {} : print;

  using context = new Context();
  const invented = Stop.endsWithAny(context.model.tokenize('\nObservation:'));
  context.fillSystem(SYSTEM);
  context.fillUser(question);
  let answer = '';
  let calls = 0;
  let withoutCache = 0;
  for (; calls < steps; calls++) {
    let text = '';
    for await (const piece of context.generate({ maxTokens: 128, stop: invented })) {
      show(piece);
      text += piece;
    }
    withoutCache += context.tokens.length;
    answer = between(text, 'Answer: ', '\n');
    if (answer !== '' || between(text, 'Action: ', ']') === '') {
      break; // an answer, or neither that nor an action
    }
    const observation = `Observation: ${await act(context, tools, text)}`;
    context.fillUser(observation);
    show(`\n${observation}\n`);
  }
  const computed = context.tokensComputed;
  const result = {
    answer,
    tool_calls: calls,
    tokens: context.tokens.length,
    tokens_computed: computed,
    tokens_computed_without_cache: withoutCache,
  };
  return json ? `${JSON.stringify(result)}\n` : `\n\n${computed} tokens computed, without a cache ${withoutCache}\n`;
});

/** Asks a tool; what goes wrong is for the model to read. Meanwhile pages may serve others. */
async function act(context: Context, tools: string | undefined, text: string): Promise<string> {
  const tool = between(text, 'Action: ', '[');
  const input = between(text, `Action: ${tool}[`, ']');
  using _ = context.idle();
  try {
    return tools === undefined ? builtIn(tool, input) : await httpGet(`${tools}/${tool}?q=${encodeURIComponent(input)}`);
  } catch (failure) {
    return `error: ${(failure as Error).message}`;
  }
}

/** What there is without a server. */
function builtIn(tool: string, input: string): string {
  switch (tool) {
    case 'calculate':
      return calculate(input);
    case 'weather':
      return 'sunny, 21 degrees';
    default:
      return input.includes('Peru') ? 'Lima is the capital of Peru.' : 'Nothing was found.';
  }
}

/** Works out whole numbers, brackets and the four operations. */
function calculate(expression: string): string {
  if (!/^[\d\s()+*/-]+$/.test(expression)) {
    throw new Error(`'${expression}' is no sum of whole numbers`);
  }
  return String(new Function(`return ${expression.replace(/\d+/g, '$&n')}`)());
}

/** What stands behind one text and before the next other; empty if the first is not there. */
function between(text: string, before: string, behind: string): string {
  const at = text.indexOf(before);
  return at < 0 ? '' : text.slice(at + before.length).split(behind, 1)[0]!;
}
