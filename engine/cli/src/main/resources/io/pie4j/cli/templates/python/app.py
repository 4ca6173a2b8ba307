"""{{name}}: answers a prompt."""

import inferlet
from inferlet import Context, Option


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "{{name}}",
        "answers a prompt",
        prompt=Option.text("TEXT", "the message", "Who are you?"),
        max_tokens=Option.integer("stop after so many tokens", 256, 1, 1_000_000),
    )
    with Context() as context:
        context.fill_user(options.prompt)
        async for text in context.generate(max_tokens=options.max_tokens):
            inferlet.print(text)
    return "\n"
