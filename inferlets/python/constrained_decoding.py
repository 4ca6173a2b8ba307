"""Generates JSON, or what a schema or a regular expression allows: an automaton over the bytes of the model's tokens, as in
Outlines (Willard and Louf, arXiv:2307.09702) and, for JSON within JSON, XGrammar (Dong et al., arXiv:2411.15100)."""

import json

import inferlet
from inferlet import Constraint, Context, Option, Sampler


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "constrained-decoding",
        "generates JSON, or what a schema or a regular expression allows",
        prompt=Option.text("TEXT", "the user's message", "Give me a JSON record of a cat."),
        schema=Option.text("JSON", "a JSON Schema that the answer is to keep"),
        regex=Option.text("PATTERN", "a regular expression for the whole answer"),
        spaces=Option.integer("with --schema: at most so many in a row", 1, 0, 1000),
        max_tokens=Option.integer("end the text at about so many tokens", 96, 1, 1_000_000),
        temperature=Option.decimal("T", "0 always takes the most likely token", 0, 0, 100),
        seed=Option.seed("of the draws", 1),
        json=Option.flag("print one JSON object"),
    )
    if options.schema is not None:
        constraint = Constraint.json_schema(json.loads(options.schema), options.spaces)
    elif options.regex is not None:
        constraint = Constraint.regex(options.regex)
    else:
        constraint = Constraint.json()

    with Context() as context:
        context.fill_user(options.prompt)
        sampler = Sampler.multinomial(options.temperature, seed=options.seed)

        def show(text: str) -> None:
            if not options.json:
                inferlet.print(text)

        found = await constraint.generate(context, sampler, options.max_tokens, show)
    if not options.json:
        return "\n"
    answer = {"text": found.text, "tokens": found.tokens, "closing_tokens": found.closing}
    return json.dumps(answer, separators=(",", ":")) + "\n"
