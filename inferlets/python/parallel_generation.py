"""Answers several questions at once: one context is computed and forked, so that the forks share its pages and their steps
share passes."""

import json

import inferlet
from inferlet import Context, Option


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "parallel-generation",
        "answers several questions at once, from forks of one context",
        system=Option.text("TEXT", "what all share", "You are a helpful assistant."),
        questions=Option.list(
            "TEXT|TEXT",
            "separated by bars",
            "What is the capital of France?|What does a cat say?|Tell me a story about a fox.",
        ),
        max_tokens=Option.integer("of each answer", 64, 1, 4096),
        unshared=Option.flag("compute everything for each question, to compare"),
        json=Option.flag("print one JSON object"),
    )
    with Context() as root:
        root.fill_system(options.system)
        await root.flush()

        async def answer(question: str) -> str:
            with Context().fill_system(options.system) if options.unshared else root.fork() as branch:
                branch.fill_user(question)
                return (await branch.generate(max_tokens=options.max_tokens)).text

        answers = await inferlet.gather(*(answer(question) for question in options.questions))
    if options.json:
        return json.dumps({"answers": answers}) + "\n"
    return "".join(f"{question}\n  {answer}\n" for question, answer in zip(options.questions, answers))
