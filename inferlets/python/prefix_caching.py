"""Keeps the pages of a long beginning for the programs that come after."""

import json
import zlib

import inferlet
from inferlet import Context, Option


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "prefix-caching",
        "answers behind a system text that is computed once for all runs",
        prefix=Option.text("TEXT", "the system text", "The code of Anna is 482."),
        question=Option.text("TEXT", "asked behind it", "What is the code of Anna?"),
        name=Option.text("NAME", "under which the text is kept", "prefix"),
        max_tokens=Option.integer("of the answer", 64, 1, 4096),
        json=Option.flag("print one JSON object"),
    )
    # The text is part of the name: another text is another prefix.
    key = f"{options.name}-py-{zlib.crc32(options.prefix.encode()):x}"
    kept = Context.open(key)
    with kept or await compute(options.prefix, key) as context:
        size = len(context.tokens)
        prefilled = context.tokens_computed
        context.fill_user(options.question)
        text = (await context.generate(max_tokens=options.max_tokens)).text
    if options.json:
        found = {"text": text, "cached": kept is not None, "prefix_tokens": size, "prefix_tokens_computed": prefilled}
        return json.dumps(found) + "\n"
    return f"{text}\n{prefilled} of {size} prefix tokens computed\n"


async def compute(prefix: str, key: str) -> Context:
    context = Context().fill_system(prefix)
    await context.save(key)
    return context
