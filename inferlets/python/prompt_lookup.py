"""Guesses what comes next from what is in the text already (prompt lookup): several tokens in one forward where the guesses
are right, and the same text as without."""

import inferlet
from inferlet import Context, Option, PromptLookup


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "prompt-lookup",
        "answers a prompt with guesses from the text itself",
        prompt=Option.text("TEXT", "the message", "Say it again: the quick brown fox and the lazy dog."),
        max_tokens=Option.integer("stop after so many tokens", 128, 1, 1_000_000),
        guesses=Option.integer("tokens of a guess; 0 guesses nothing", 8, 0, 512),
    )
    drafter = PromptLookup(guesses=options.guesses) if options.guesses else None
    with Context() as context:
        context.fill_user(options.prompt)
        async for text in context.generate(max_tokens=options.max_tokens, drafter=drafter):
            inferlet.print(text)
    return "\n"
