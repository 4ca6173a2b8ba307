"""Answers a prompt: what a conventional serving system does, as a program."""

import json

import inferlet
from inferlet import Context, Option, Sampler


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "text-completion",
        "answers a prompt, streaming the text as it comes",
        prompt=Option.text("TEXT", "the message, or with --raw all", "Who are you?"),
        system=Option.text("TEXT", "a system message before it"),
        max_tokens=Option.integer("stop after so many tokens", 256, 1, 1_000_000),
        temperature=Option.decimal("T", "0 always takes the most likely token", 0, 0, 100),
        top_p=Option.decimal("P", "draw among the likeliest of this probability", 1, 0, 1),
        seed=Option.seed("makes draws repeatable"),
        raw=Option.flag("no chat template, no special tokens added"),
        json=Option.flag("print one JSON object at the end and nothing else"),
    )
    sampler = Sampler.top_p(options.temperature, options.top_p, options.seed)

    with Context() as context:
        if options.raw:
            context.fill_tokens(context.model.tokenize(options.prompt))
        elif context.model.has_chat_template:
            if options.system is not None:
                context.fill_system(options.system)
            context.fill_user(options.prompt)
        else:
            context.fill(options.prompt)
        if options.json:
            return await report(context, sampler, options.max_tokens)
        async for text in context.generate(sampler, options.max_tokens):
            inferlet.print(text)
    return "\n"


async def report(context: Context, sampler: Sampler, max_tokens: int) -> str:
    """The answer as one JSON object, with what it took."""
    started = inferlet.now()
    await context.decode_step_dist(1)  # only a distribution in hand says that the prompt is done
    prefilled = inferlet.now()
    prompt = list(context.tokens)
    done = await context.generate(sampler, max_tokens)
    decode = inferlet.now() - prefilled
    answer = {
        "text": done.text,
        "prompt_tokens": prompt,
        "generated_tokens": done.tokens,
        "log_probabilities": done.log_probabilities,
        "timings": {
            "prefill_ms": prefilled - started,
            "decode_ms": decode,
            "per_token_ms": decode / len(done.tokens),
        },
    }
    return json.dumps(answer) + "\n"
