"""An agent whose tools are functions: the model calls them, the program answers, until the model has its answer."""

import inferlet
from inferlet import Context, Option, Tools, tool


@tool
async def get_weather(city: str) -> str:
    """Get the weather in a city"""
    if not city:
        raise ValueError("there is no city without a name")
    inferlet.print(f"get_weather {city}\n")
    return "foggy, 14 degrees"


@inferlet.main
async def main(arguments: list[str]) -> str:
    options = inferlet.parse_args(
        "tool-calls",
        "answers a question with the help of functions that the model calls",
        question=Option.text("TEXT", "what to answer", "What is the weather in Lima?"),
    )
    tools = Tools([get_weather])
    with Context() as context:
        tools.equip(context)
        context.fill_user(options.question)
        return await tools.run(context, max_tokens=64) + "\n"
