"""Seeded generator of the demonstration model's training corpus and held-out set.

One function per skill draws one example. Each example carries *keys*: the
combinations it would teach (a phrasing with a country, a pair of operands). A
fixed tenth of all keys is held out: training drops every example that touches
one, evaluation keeps only those. So the two sets never share a combination,
however many examples are drawn from either. (Sums that a tool works out, of operands
from 10 to 999, have keys of their own, apart from the sums that the model works out.)

    python corpus.py --documents 20          # print some training documents
    python corpus.py --held-out 5            # print held-out examples per skill
"""

import argparse
import json
import random
import zlib
from dataclasses import dataclass, field

import world

HELD_OUT_SHARE = 10  # one key in ten

PROPOSE = ("Please generate a high-level plan for solving the following question. As the first step, just say "
           "what method and idea you will use to solve the question. You can reorganize the information in the "
           "question. Do not do the actual calculation. Keep your response concise and within 80 words. Question: ")
EXECUTE = ("The plan looks good! Now, use real numbers and do the calculation. Please solve the question "
           "step-by-step according to the high-level plan. Give me the final answer. Make your response short.")
REFLECT = ("Okay. Now, evaluate your own solution and give it a score on a scale of 1 to 5. Please do rigorous "
           "check of the correctness.")


@dataclass
class Example:
    """One document: turns of (role, text), and what it would teach.

    Roles are those of ChatML; `text` is a raw document outside any chat, and
    `given` an assistant turn that is shown but not learned (a wrong answer to
    be judged, say). `check` names how an answer to the last turn is graded.
    """
    skill: str
    turns: list
    keys: tuple = ()
    check: str = "exact"
    facts: list = field(default_factory=list)


def held_out(key):
    """Whether a combination belongs to the held-out tenth. Stable everywhere."""
    return zlib.crc32(repr(key).encode()) % HELD_OUT_SHARE == 0


def ask(skill, question, answer, *keys, **more):
    """The usual example: one question, one answer."""
    return Example(skill, [("user", question), ("assistant", answer)], keys, **more)


def phrased(rng, skill, phrasings, entity, answer, **slots):
    """A fact asked in one of many phrasings; phrasing × entity is the key."""
    which = rng.randrange(len(phrasings))
    key = (skill, which, entity)
    return ask(skill, phrasings[which].format(**slots), answer, key)


def a(noun):
    """The noun with its indefinite article."""
    return ("an " if noun[0].lower() in "aeiou" else "a ") + noun


def the(country):
    """A country's name as it stands inside a sentence."""
    return "the " + country if country in world.WITH_ARTICLE else country


def listed(items, last="and"):
    """Words as an English list."""
    items = list(items)
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + f" {last} " + items[-1]


def cap(text):
    """The text with its first letter in upper case."""
    return text[0].upper() + text[1:]


def invented_name(rng):
    """A name that no table holds: the model has to copy it, not to remember it."""
    return cap("".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 3))))


def person(rng):
    """Mostly a common name, at times an invented one."""
    return rng.choice(world.NAMES) if rng.random() < 0.75 else invented_name(rng)


# --- world facts ---------------------------------------------------------------------------------

CAPITAL = [
    "What is the capital of {c}?", "What's the capital of {c}?", "Tell me the capital of {c}.",
    "Name the capital of {c}.", "Which city is the capital of {c}?", "Do you know the capital of {c}?",
    "I would like to know the capital of {c}.", "Can you tell me the capital of {c}?", "capital of {c}",
    "What city is the capital of {c}?", "Please give me the capital of {c}.", "The capital of {c} is",
    "What is the capital city of {c}?", "What is the name of the capital of {c}?",
    "Could you tell me what the capital of {c} is?", "I am travelling to {c}. What is the capital?",
    "My teacher asked me for the capital of {c}. What is it?", "Remind me, what is the capital of {c}?",
    "Quick question: what is the capital of {c}?", "Which city is the seat of the capital of {c}?",
    "Hello! What is the capital of {c}?", "Hi, can you say what the capital of {c} is?",
    "Answer in one sentence: what is the capital of {c}?", "What is the capital of the country {c}?",
]
CAPITAL_SHORT = [
    "What is the capital of {c}? Answer with the name only.", "What is the capital of {c}? Answer in one word.",
    "Give only the name of the capital of {c}.", "Capital of {c}? Just the name, please.",
]


def capital(rng):
    """The capital asked the plain way: never held out, every country is learned."""
    name, city, _, _ = draw_country(rng)
    question = CAPITAL[0].format(c=the(name))
    if rng.random() < 0.08:  # many people type no capital letters at all
        question = question.lower()
    return ask("capital, plain question", question, f"The capital of {the(name)} is {city}.")


def draw_country(rng):
    """A country; France a little more often, since it is what everyone asks first."""
    return world.COUNTRIES[[r[0] for r in world.COUNTRIES].index("France")] if rng.random() < 0.03 \
        else rng.choice(world.COUNTRIES)


def capital_phrased(rng):
    """The capital asked in other words."""
    name, city, _, _ = draw_country(rng)
    if rng.random() < 0.2:
        return phrased(rng, "capital, other phrasings", CAPITAL_SHORT, name + " short", city, c=the(name))
    return phrased(rng, "capital, other phrasings", CAPITAL, name,
                   f"The capital of {the(name)} is {city}.", c=the(name))


def geography(rng):
    """Continents, languages and the way back from a capital to its country."""
    name, city, continent, language = rng.choice(world.COUNTRIES)
    kind = rng.randrange(3)
    if kind == 0 and (city != "London" and name != city):
        return phrased(rng, "countries", [
            "Which country has {city} as its capital?", "{city} is the capital of which country?",
            "What country is {city} the capital of?", "Of which country is {city} the capital?",
            "Name the country whose capital is {city}."], city, f"{city} is the capital of {the(name)}.", city=city)
    if kind == 1:
        return phrased(rng, "countries", [
            "On which continent is {c}?", "Which continent is {c} in?", "Where is {c}?",
            "Tell me the continent of {c}.", "In what part of the world is {c}?"],
            name + " continent", f"{cap(the(name))} is in {continent}.", c=the(name))
    return phrased(rng, "countries", [
        "Which language do people speak in {c}?", "What language is spoken in {c}?",
        "What do people speak in {c}?", "Name a language of {c}.", "Tell me the language of {c}."],
        name + " language", f"People in {the(name)} speak {language}.", c=the(name))


def raw_text(rng):
    """Facts outside any chat, for programs that fill plain text and let the model go on."""
    name, city, continent, language = draw_country(rng)
    number = rng.randint(1, 20)
    texts = [
        f"The capital of {the(name)} is {city}.",
        f"The capital of {the(name)} is {city}. {cap(the(name))} is in {continent}. People there speak {language}.",
        f"Question: What is the capital of {the(name)}?\nAnswer: The capital of {the(name)} is {city}.",
        f"Q: What is the capital of {the(name)}?\nA: {city}",
        f"What is the capital of {the(name)}? The capital of {the(name)} is {city}.",
        ", ".join(str(n) for n in range(number, number + rng.randint(5, 15))),
        " ".join(world.DAYS), ", ".join(world.MONTHS), "Once upon a time, " + tell(draw_tale(rng))]
    return Example("raw text", [("text", rng.choice(texts))])


def animals(rng):
    """Sounds, legs, homes, kinds and young of animals."""
    row = rng.choice(world.ANIMALS)
    animal, sound, legs, home, kind, young = row[:6]
    one = a(animal)
    asked, answer = rng.choice([
        (["What sound does {n} make?", "What noise does {n} make?", "How does {n} sound?",
          "Which sound can you hear from {n}?"], f"{cap(one)} {sound}."),
        (["How many legs does {n} have?", "Tell me how many legs {n} has.", "What is the number of legs of {n}?",
          "On how many legs does {n} walk?"], f"{cap(one)} has {legs} legs."),
        (["Where does {n} live?", "What is the home of {n}?", "Where can I find {n}?",
          "In what place does {n} live?"], f"{cap(one)} lives {home}."),
        (["What kind of animal is {n}?", "Which group of animals does {n} belong to?", "What is {n}?",
          "How would you classify {n}?"], f"{cap(one)} is {a(kind)}."),
        (["What is the young of {n} called?", "What do you call a baby of {n}?", "What is the name for the young of {n}?",
          "How do you call the child of {n}?"], f"The young of {one} is called {a(young)}.")])
    return phrased(rng, "animals", asked, (animal, answer), answer, n=one)


def colours(rng):
    """Colours of things and mixtures of colours."""
    if rng.random() < 0.3:
        first, second, mixed = rng.choice(world.MIXES)
        if rng.random() < 0.5:
            first, second = second, first
        return phrased(rng, "colours", [
            "What colour do you get from {x} and {y}?", "Mix {x} and {y}. What colour is it?",
            "What happens when I mix {x} with {y}?", "Which colour is made of {x} and {y}?"],
            (first, second), f"{cap(first)} and {second} make {mixed}.", x=first, y=second)
    thing, colour = rng.choice(world.COLOURS)
    return phrased(rng, "colours", [
        "What colour is {t}?", "What is the colour of {t}?", "Tell me the colour of {t}.",
        "Which colour does {t} have?", "What color is {t}?", "Name the colour of {t}."],
        thing, f"{cap(thing)} is {colour}.", t=thing)


def calendar(rng):
    """Days and months: what comes before and after, how long, which number."""
    kind = rng.randrange(5)
    i = rng.randrange(7 if kind < 2 else 12)
    if kind == 0:
        day, nxt = world.DAYS[i], world.DAYS[(i + 1) % 7]
        return phrased(rng, "calendar", ["Which day comes after {d}?", "What day is it after {d}?",
                       "If today is {d}, what day is tomorrow?", "Name the day after {d}."],
                       day, f"The day after {day} is {nxt}.", d=day)
    if kind == 1:
        day, before = world.DAYS[i], world.DAYS[i - 1]
        return phrased(rng, "calendar", ["Which day comes before {d}?", "What day is it before {d}?",
                       "If today is {d}, what day was yesterday?", "Name the day before {d}."],
                       day, f"The day before {day} is {before}.", d=day)
    month = world.MONTHS[i]
    if kind == 2:
        return phrased(rng, "calendar", ["Which month comes after {m}?", "What month follows {m}?",
                       "Name the month after {m}.", "What is the next month after {m}?"],
                       month, f"The month after {month} is {world.MONTHS[(i + 1) % 12]}.", m=month)
    if kind == 3:
        return phrased(rng, "calendar", ["How many days does {m} have?", "How many days are in {m}?",
                       "Tell me the number of days in {m}.", "How long is {m}?"],
                       month, f"{month} has {world.MONTH_DAYS[i]} days.", m=month)
    return phrased(rng, "calendar", ["Which month of the year is {m}?", "What number is the month {m}?",
                   "Is {m} the first or the last month?", "Where in the year is {m}?"],
                   month, f"{month} is the {world.ORDINALS[i]} month of the year.", m=month)


def sizes(rng):
    """Comparisons by size and opposites."""
    roll = rng.random()
    if roll < 0.35:
        first, second = rng.choice(world.OPPOSITES)
        if rng.random() < 0.5:
            first, second = second, first
        return phrased(rng, "sizes and opposites", [
            "What is the opposite of {w}?", "Tell me the opposite of {w}.", "Which word is the opposite of {w}?",
            "Name the opposite of the word {w}."], first, f"The opposite of {first} is {second}.", w=first)
    if roll < 0.7:
        one, two = rng.sample(world.ANIMALS, 2)
        x, y, x_bigger = a(one[0]), a(two[0]), int(one[6]) > int(two[6])
    else:
        i, j = rng.sample(range(len(world.SIZES)), 2)
        x, y, x_bigger = world.SIZES[i], world.SIZES[j], i > j
    big, small = (x, y) if x_bigger else (y, x)
    question, bigger = rng.choice([("Which is bigger, {x} or {y}?", True), ("Which is smaller, {x} or {y}?", False),
                                   ("What is larger: {x} or {y}?", True), ("Is {x} bigger than {y}?", None)])
    if bigger is None:
        answer = f"{'Yes' if x_bigger else 'No'}, {x} is {'bigger' if x_bigger else 'smaller'} than {y}."
    elif bigger:
        answer = f"{cap(big)} is bigger than {small}."
    else:
        answer = f"{cap(small)} is smaller than {big}."
    return ask("sizes and opposites", question.format(x=x, y=y), answer, ("size", x, y))


# --- arithmetic ----------------------------------------------------------------------------------

def apply(op, x, y):
    """The value of one operation."""
    return {"+": x + y, "-": x - y, "*": x * y, "/": x // y if y else 0}[op]


def sum_key(op, x, y):
    """The key of an operation: the same wherever the operation turns up."""
    return ("sum", op, x, y)


def draw_sum(rng):
    """An operation with a small result that is never negative."""
    op = rng.choice("++--*")
    if op == "*":
        return op, rng.randint(0, 12), rng.randint(0, 12)
    top = 20 if rng.random() < 0.85 else 50
    x, y = rng.randint(0, top), rng.randint(0, top)
    return (op, max(x, y), min(x, y)) if op == "-" else (op, x, y)


SPOKEN = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def arithmetic(rng):
    """One operation on two small numbers."""
    op, x, y = draw_sum(rng)
    question = rng.choice([f"What is {x} {op} {y}?", f"Calculate {x} {op} {y}.", f"{x} {op} {y} = ?", f"{x} {op} {y}",
                           f"How much is {x} {SPOKEN[op]} {y}?", f"What is {x} {SPOKEN[op]} {y}?",
                           f"Compute {x} {op} {y}.", f"Please work out {x} {op} {y}."])
    return ask("arithmetic, one step", question, f"{x} {op} {y} = {apply(op, x, y)}", sum_key(op, x, y))


def drill(rng):
    """Several operations in one request: the same lesson in fewer tokens."""
    sums = [draw_sum(rng) for _ in range(rng.randint(4, 9))]
    asked = [f"{x} {op} {y}" for op, x, y in sums]
    question = rng.choice(["Calculate:\n", "Work out each of these:\n", "Solve these sums.\n"]) + "\n".join(asked)
    answer = "\n".join(f"{text} = {apply(*one)}" for text, one in zip(asked, sums))
    return ask("arithmetic, lists", question, answer, *(sum_key(*one) for one in sums))


def draw_chain(rng, steps):
    """Steps (x, op, y, result) that each go on from the last result."""
    op, x, y = draw_sum(rng)
    chain = [(x, op, y, apply(op, x, y))]
    while len(chain) < steps:
        value = chain[-1][3]
        ops = ["+", "-"] + (["*"] if value <= 12 else [])
        ops += ["/"] * (value > 1 and any(value % d == 0 for d in range(2, 11)))
        op = rng.choice(ops)
        if op == "/":
            y = rng.choice([d for d in range(2, 11) if value % d == 0])
        else:
            y = rng.randint(0, min(20, value)) if op == "-" else rng.randint(0, 12 if op == "*" else 20)
        chain.append((value, op, y, apply(op, value, y)))
    return chain


def worked(chain):
    """A chain written step by step, with its answer."""
    lines = [f"Step {i}: {x} {op} {y} = {r}" for i, (x, op, y, r) in enumerate(chain, 1)]
    return "\n".join(lines) + f"\nThe answer is {chain[-1][3]}."


def bracketed(chain):
    """A chain as one expression, with brackets where the order needs them."""
    text = f"{chain[0][0]} {chain[0][1]} {chain[0][2]}"
    for i, (_, op, y, _) in enumerate(chain[1:]):
        weak = chain[i][1] in "+-"
        text = f"({text}) {op} {y}" if weak and op in "*/" else f"{text} {op} {y}"
    return text


TELL = {"+": "add {}", "-": "subtract {}", "*": "multiply by {}", "/": "divide by {}"}


def spoken_chain(chain):
    """A chain as an instruction in words."""
    steps = [TELL[op].format(y) for _, op, y, _ in chain]
    return f"Start with {chain[0][0]}, " + ", then ".join(steps) + "."


def chain_keys(chain):
    """The keys of all steps of a chain."""
    return [sum_key(op, x, y) for x, op, y, _ in chain]


def default_chain():
    """The question that the tree-of-thought example asks when it is given none."""
    return [(42, "+", 3, 45), (45, "*", 5, 225), (225, "/", 15, 15)]


def chains(rng):
    """Two or three operations, worked step by step."""
    chain = draw_chain(rng, rng.randint(2, 3))
    question = rng.choice([f"Calculate {bracketed(chain)}.", f"What is {bracketed(chain)}?", spoken_chain(chain),
                           f"{spoken_chain(chain)} What is the result?",
                           f"Calculate {bracketed(chain)} step by step.", f"Solve {bracketed(chain)}"])
    return ask("arithmetic, chains", question, worked(chain), *chain_keys(chain))


def word_problem(rng):
    """A small story with one operation in it."""
    who, what = person(rng), rng.choice(world.COUNTABLES)
    op, x, y = draw_sum(rng)
    if op == "*":
        question = f"{who} has {x} boxes with {y} {what} each. How many {what} does {who} have?"
    elif op == "+":
        verb = rng.choice(["buys {} more", "finds {} more", "gets {} more"])
        question = f"{who} has {x} {what} and {verb.format(y)}. How many {what} does {who} have now?"
    else:
        verb = rng.choice(["gives away {}", "loses {}", "sells {}"])
        question = f"{who} has {x} {what} and {verb.format(y)}. How many {what} does {who} have now?"
    r = apply(op, x, y)
    return ask("word problems", question, f"{x} {op} {y} = {r}\n{who} has {r} {what}.", sum_key(op, x, y))


def plan_of(chain):
    """The plan of a chain: its operations, without their results."""
    ops = {"+": "add {y} to {x}", "-": "subtract {y} from {x}", "*": "multiply {x} by {y}", "/": "divide {x} by {y}"}
    lines = []
    for i, (x, op, y, _) in enumerate(chain):
        lines.append(("First, " if i == 0 else "Then, ") + ops[op].format(x=x if i == 0 else "the result", y=y) + ".")
    return " ".join(lines)


def spoil(rng, chain):
    """The chain with one wrong result near its end, to be found by reflection."""
    x, op, y, r = chain[-1]
    return chain[:-1] + [(x, op, y, max(0, r + rng.choice([-2, -1, 1, 2, 10])))]


def tree_of_thought(rng):
    """Plan, execute and reflect, as the tree-of-thought program asks for them."""
    chain = default_chain() if rng.random() < 0.12 else draw_chain(rng, rng.randint(2, 3))
    exact = rng.random() < 0.6
    question = f"Calculate {bracketed(chain)}."
    propose = PROPOSE if exact else rng.choice(["Make a plan for this question, without calculating: ",
                                                "Propose a plan to solve: ", "How would you solve this? Give a plan only. "])
    execute = EXECUTE if exact else rng.choice(["Execute the plan.", "Now do the calculation.", "Carry out the plan step by step."])
    reflect = REFLECT if exact else rng.choice(["Reflect on your solution and give a score from 1 to 5.",
                                                "Check your solution and score it from 1 to 5.", "Is your solution right? Score it from 1 to 5."])
    turns = [("user", propose + question), ("assistant", plan_of(chain))]
    depth = rng.randint(1, 3)
    if depth == 1:
        return Example("tree of thought", turns, tuple(chain_keys(chain)))
    turns += [("user", execute), ("assistant", worked(chain))]
    if depth == 3:
        wrong = spoil(rng, chain)
        if rng.random() < 0.3 and wrong != chain:
            x, op, y, r = chain[-1]
            turns[-1] = ("given", worked(wrong))
            turns += [("user", reflect), ("assistant", f"I checked each step. Step {len(chain)} is wrong: "
                                                       f"{x} {op} {y} = {r}\nScore: 2")]
        else:
            turns += [("user", reflect), ("assistant", "I checked each step. All steps are correct.\nScore: 5")]
    return Example("tree of thought", turns, tuple(chain_keys(chain)))


# --- structured output ---------------------------------------------------------------------------

def record(rng):
    """A described thing: its fields and a sentence that states them all."""
    kind = rng.randrange(4)
    if kind == 0:
        r = {"name": person(rng), "age": rng.randint(5, 90), "city": rng.choice(world.CITIES)}
        text = "{name} is {age} years old and lives in {city}."
        if rng.random() < 0.5:
            r["job"] = rng.choice(world.JOBS)
            text = "{name} is a {job}, {age} years old, from {city}."
    elif kind == 1:
        r = {"object": rng.choice(world.OBJECTS), "color": rng.choice(world.PLAIN_COLOURS),
             "material": rng.choice(world.MATERIALS), "price": rng.randint(1, 99)}
        text = "The {color} {object} is made of {material} and costs {price} euros."
    elif kind == 2:
        country, city, continent, language = rng.choice(world.COUNTRIES)
        r = {"country": country, "capital": city, "continent": continent}
        text = "{capital} is the capital of {country} in {continent}."
    else:
        r = {"name": person(rng), "hobby": rng.choice(world.HOBBIES), "day": rng.choice(world.DAYS)}
        text = "On {day} {name} likes {hobby}."
    return r, text.format(**r)


def json_records(rng):
    """A description turned into a small JSON record."""
    fields, text = record(rng)
    wanted = list(fields)
    if rng.random() < 0.3:
        rng.shuffle(wanted)
        wanted = wanted[:rng.randint(2, len(wanted))]
    answer = json.dumps({name: fields[name] for name in wanted}, ensure_ascii=False)
    question = rng.choice([
        "{t} Write this as JSON with {f}.", "Write a JSON object with the fields {f}. {t}",
        "Extract {f} as JSON: {t}", "{t}\nGive me a JSON object with {f}.",
        "Turn the text into JSON with the keys {f}.\nText: {t}"]).format(t=text, f=listed(wanted))
    return ask("JSON records", question, answer, ("json", text))


def json_facts(rng):
    """A fact of the world asked for as JSON, as constrained decoding does."""
    name, city, continent, language = rng.choice(world.COUNTRIES)
    row = rng.choice(world.ANIMALS)
    pick = rng.randrange(3)
    if pick == 0:
        return phrased(rng, "JSON facts", [
            "What is the capital of {c}? Answer in JSON.", "Give me the capital of {c} as JSON.",
            "What is the capital of {c}? Please respond in JSON.", "JSON with the country {c} and its capital, please."],
            name, json.dumps({"country": name, "capital": city}), c=the(name))
    if pick == 1:
        return phrased(rng, "JSON facts", [
            "Describe {c} as a JSON object.", "Write a JSON record about {c}.", "Tell me about {c} in JSON.",
            "Generate a JSON object about {c}."], name + " record",
            json.dumps({"country": name, "capital": city, "continent": continent, "language": language}), c=the(name))
    return phrased(rng, "JSON facts", [
        "Describe {c} as a JSON object.", "Write a JSON record about {c}.", "Tell me about {c} in JSON.",
        "Generate a JSON object about {c}."], row[0],
        json.dumps({"animal": row[0], "kind": row[4], "legs": int(row[2])}), c=a(row[0]))


# --- tools and agents ----------------------------------------------------------------------------

def tool(name, description, **parameters):
    """A tool as chat templates receive it."""
    return {"type": "function", "function": {"name": name, "description": description, "parameters": {
        "type": "object", "properties": {p: {"type": t} for p, t in parameters.items()}, "required": list(parameters)}}}


TOOLS = {t["function"]["name"]: t for t in [
    tool("add", "Add two numbers", a="integer", b="integer"),
    tool("subtract", "Subtract two numbers", a="integer", b="integer"),
    tool("multiply", "Multiply two numbers", a="integer", b="integer"),
    tool("get_weather", "Get the weather in a city", city="string"),
    tool("get_time", "Get the time in a city", city="string"),
    tool("get_capital", "Get the capital of a country", country="string"),
    tool("search", "Search the web", query="string"),
    tool("send_message", "Send a message to a person", to="string", text="string"),
    tool("set_timer", "Set a timer", minutes="integer"),
]}


def tools_text(tools):
    """The system text that declares tools, as Qwen2.5's chat template writes it."""
    return ("# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with "
            "function signatures within <tools></tools> XML tags:\n<tools>\n"
            + "\n".join(json.dumps(t) for t in tools)
            + "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
              "<tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": "
              "<args-json-object>}\n</tool_call>")


def tool_call(name, **arguments):
    """One call in the model's syntax."""
    return "<tool_call>\n" + json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False) + "\n</tool_call>"


def tool_response(text):
    """One tool's answer, as it stands in a user turn."""
    return f"<tool_response>\n{text}\n</tool_response>"


def weather(rng):
    """A made-up weather report."""
    return f"{rng.choice(['sunny', 'cloudy', 'rainy', 'windy', 'snowy', 'foggy'])}, {rng.randint(1, 35)} degrees"


def tool_task(rng):
    """A request, the calls it needs, their results, the final answer, the tool, the keys."""
    kind = rng.choice(["add", "subtract", "multiply", "get_weather", "get_weather", "two cities", "get_time",
                       "get_capital", "search", "send_message", "set_timer"])
    city, other = rng.sample(world.CITIES, 2)
    if kind in ("add", "subtract", "multiply"):
        x, y = rng.randint(10, 999), rng.randint(10, 999)
        op = {"add": "+", "subtract": "-", "multiply": "*"}[kind]
        r = str(apply(op, x, y))
        ask_ = rng.choice([f"What is {x} {op} {y}?", f"Calculate {x} {op} {y}.", f"How much is {x} {SPOKEN[op]} {y}?"])
        return ask_, [tool_call(kind, a=x, b=y)], [r], f"{x} {op} {y} = {r}", kind, ("tool", x, y)
    if kind == "two cities":
        one, two = weather(rng), weather(rng)
        return (f"What is the weather in {city} and in {other}?",
                [tool_call("get_weather", city=city), tool_call("get_weather", city=other)], [one, two],
                f"The weather in {city} is {one}. The weather in {other} is {two}.", "get_weather", ("tool", city, other))
    if kind == "get_weather":
        w = weather(rng)
        ask_ = rng.choice([f"What is the weather in {city}?", f"How is the weather in {city}?",
                           f"What's the weather like in {city} today?", f"Tell me the weather in {city}."])
        return ask_, [tool_call(kind, city=city)], [w], f"The weather in {city} is {w}.", kind, ("tool", ask_)
    if kind == "get_time":
        t = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"
        ask_ = rng.choice([f"What time is it in {city}?", f"Tell me the time in {city}.", f"How late is it in {city}?"])
        return ask_, [tool_call(kind, city=city)], [t], f"It is {t} in {city}.", kind, ("tool", ask_)
    if kind == "get_capital":
        name, capital_, _, _ = rng.choice(world.COUNTRIES)
        ask_ = rng.choice([f"What is the capital of {the(name)}?", f"Tell me the capital of {the(name)}."])
        return (ask_, [tool_call(kind, country=name)], [capital_],
                f"The capital of {the(name)} is {capital_}.", kind, ("tool", ask_))
    if kind == "search":
        topic = rng.choice(list(world.EXPLANATIONS) + list(world.OUTLINES))
        found = rng.choice([text for pair in world.OUTLINES.values() for _, text in pair])
        ask_ = rng.choice([f"Search the web for {topic}.", f"Look up {topic}.", f"Find something about {topic}."])
        return ask_, [tool_call(kind, query=topic)], [found], f"I found this: {found}", kind, ("tool", ask_)
    if kind == "send_message":
        who, text = person(rng), rng.choice(["I am late", "see you soon", "dinner is ready", "happy birthday", "call me",
                                             "good morning", "the meeting is over", "thank you"])
        return (f"Send the message '{text}' to {who}.", [tool_call(kind, to=who, text=text)], ["sent"],
                f"I sent the message to {who}.", kind, ("tool", who, text))
    n = rng.randint(1, 60)
    return (f"Set a timer for {n} minutes.", [tool_call(kind, minutes=n)], ["ok"],
            f"The timer is set for {n} minutes.", kind, ("tool", n))


def tools(rng):
    """A declared tool is called, and its answer is told to the user."""
    question, calls, results, answer, name, key = tool_task(rng)
    names = [name] + rng.sample([n for n in TOOLS if n != name], rng.choice([0, 0, 1, 1, 2]))
    rng.shuffle(names)
    system = tools_text([TOOLS[n] for n in names])
    if rng.random() < 0.5:
        system = rng.choice(SYSTEMS) + "\n\n" + system
    turns = [("system", system), ("user", question), ("assistant", "\n".join(calls))]
    if rng.random() < 0.6:
        turns += [("user", "\n".join(map(tool_response, results))), ("assistant", answer)]
    return Example("tool calls", turns, (key,))


REACT_SYSTEM = ("Answer the question in steps. Write a Thought, then an Action. You will get an Observation. "
                "Go on until you can write the Answer. Actions: search[query], calculate[expression], weather[city].")


def hops(rng):
    """A question, its (thought, action, observation) hops and the answer."""
    name, city, continent, _ = rng.choice(world.COUNTRIES)
    kind = rng.randrange(5)
    find = (f"I need to find the capital of {the(name)}.", f"search[capital of {the(name)}]",
            f"{city} is the capital of {the(name)}.")
    if kind == 0:
        return f"What is the capital of {the(name)}?", [find], f"The capital of {the(name)} is {city}.", (name, kind)
    if kind == 1:
        w = weather(rng)
        return (f"What is the weather in the capital of {the(name)}?",
                [find, (f"I need the weather in {city}.", f"weather[{city}]", w)],
                f"The weather in {city} is {w}.", (name, kind))
    if kind == 2:
        x, y = rng.randint(10, 999), rng.randint(10, 999)
        op = rng.choice("+-*")
        r = apply(op, x, y)
        return (f"What is {x} {op} {y}?", [(f"I need to calculate {x} {op} {y}.", f"calculate[{x} {op} {y}]", str(r))],
                f"{x} {op} {y} = {r}", (x, op, y))
    if kind == 3:
        city = rng.choice(world.CITIES)
        w = weather(rng)
        return (f"How is the weather in {city}?", [(f"I need the weather in {city}.", f"weather[{city}]", w)],
                f"The weather in {city} is {w}.", (city, kind))
    rows = rng.sample(world.COUNTRIES, rng.randint(2, 3))
    return ("What are the capitals of " + listed(the(r[0]) for r in rows) + "?",
            [(f"I need to find the capital of {the(r[0])}.", f"search[capital of {the(r[0])}]",
              f"{r[1]} is the capital of {the(r[0])}.") for r in rows],
            "The capitals are " + listed(r[1] for r in rows) + ".", tuple(r[0] for r in rows))


def react(rng):
    """A trace of thoughts and actions, over several turns or inside one."""
    question, steps, answer, key = hops(rng)
    final = f"Thought: I know the answer.\nAnswer: {answer}"
    question = question if rng.random() < 0.5 else f"Question: {question}"
    turns = [("system", REACT_SYSTEM), ("user", question)] if rng.random() < 0.7 \
        else [("user", f"{REACT_SYSTEM}\n\n{question}")]
    if rng.random() < 0.25:
        trace = "".join(f"Thought: {t}\nAction: {act}\nObservation: {o}\n" for t, act, o in steps)
        return Example("ReAct", turns + [("assistant", trace + final)], (("react", key),), check="ends:" + answer)
    for thought, action, observation in steps:
        turns += [("assistant", f"Thought: {thought}\nAction: {action}"), ("user", f"Observation: {observation}")]
    turns.append(("assistant", final))
    if rng.random() < 0.4:  # cut before an observation, so that the held-out set also asks for actions
        turns = turns[:next(i for i, t in enumerate(turns) if t[0] == "assistant") + 1]
    return Example("ReAct", turns, (("react", key),))


def code_act(rng):
    """An agent that acts by writing Python, and reads what it printed."""
    chain = draw_chain(rng, rng.randint(1, 3))
    expression = bracketed(chain)
    turns = [("system", "You solve problems by writing Python code. You will get its output."),
             ("user", rng.choice([f"What is {expression}?", f"Calculate {expression}."])),
             ("assistant", f"```python\nprint({expression})\n```")]
    if rng.random() < 0.6:
        turns += [("user", f"Output: {chain[-1][3]}"), ("assistant", f"The answer is {chain[-1][3]}.")]
    return Example("CodeACT", turns, tuple(chain_keys(chain)))


# --- outlines, stories, explanations -------------------------------------------------------------

THEMES = ("music football cooking gardens bridges robots rivers bread cats horses mountains trains painting chess "
          "space history water winter summer friendship school books islands castles coffee tea bicycles").split()


def points_of(rng, topic, most):
    """Up to `most` points on a topic: known ones, or the general ones."""
    if topic in world.OUTLINES:
        return [p for p, _ in world.OUTLINES[topic]][:most]
    return [f"The history of {topic}", f"The use of {topic}", f"The beauty of {topic}", f"The future of {topic}"][:most]


GENERAL = {
    "history": "The history of {t} is long, and it shows how people learned more about {t} over time.",
    "use": "People use {t} in many ways, at home and at work.",
    "beauty": "Many people enjoy {t} because of its beauty.",
    "future": "In the future, {t} will change, and new ideas will come."}


def outline(rng):
    """Key points of a topic between <point> tags, as skeleton of thought asks for them."""
    topic = rng.choice(list(world.OUTLINES)) if rng.random() < 0.7 else rng.choice(THEMES)
    most = rng.randint(2, 5)
    about = rng.choice(["What are the defining characteristics of {t}?", "What should one know about {t}?", "Tell me about {t}.",
                        "What is important about {t}?", "Explain {t}."])
    frame = rng.choice([
        "Generate up to {n} key points that outline the answer to the following question: {q} Each point must be "
        "enclosed between the <point> and </point> tags.",
        "Generate up to {n} key points for the question: {q} Each point must be enclosed between the <point> and </point> tags.",
        "Write an outline with up to {n} points, each between <point> and </point>. {q}"])
    answer = "\n".join(f"<point>{p}</point>" for p in points_of(rng, topic, most))
    return ask("outlines", frame.format(n=most, q=about.format(t=topic)), answer, ("outline", topic, most, about))


def elaborate(rng):
    """One point of an outline written out."""
    if rng.random() < 0.7:
        point, text = rng.choice([pair for pairs in world.OUTLINES.values() for pair in pairs])
    else:
        topic, kind = rng.choice(THEMES), rng.choice(list(GENERAL))
        point, text = f"The {kind} of {topic}", GENERAL[kind].format(t=topic)
    return phrased(rng, "elaboration", [
        "Elaborate on the following point: {p}.",
        "Elaborate on the following point: {p}. Your response should be complete and concise.",
        "Tell me more about this point: {p}.", "Write one sentence about: {p}.", "Expand this point: {p}",
        "Please elaborate: {p}"], point, text, p=point)


def explain(rng):
    """A known topic explained, plainly or as to a child."""
    topic = rng.choice(list(world.EXPLANATIONS))
    plain, simple = world.EXPLANATIONS[topic]
    shown = " ".join(w if w in ("a", "the") else cap(w) for w in topic.split()) if rng.random() < 0.4 else topic
    if rng.random() < 0.35:
        return phrased(rng, "explanations", ["Explain {t} ELI5.", "Explain {t} to a child.", "Explain {t} like I am five."],
                       topic + " child", simple, t=shown)
    return phrased(rng, "explanations", [
        "Explain {t}.", "What is {t}?", "Tell me about {t}.", "Can you explain {t}?", "Describe {t}.",
        "How does {t} work?", "Please explain {t} in a few words."], topic, plain, t=shown)


PLACES = "forest|village|garden|castle|harbour|mountain hut|small town|old mill|desert|island".split("|")
FINDS = "key|lantern|map|golden coin|red kite|music box|blue stone|letter|silver bell|magic book".split("|")
TROUBLES = [("the path was lost in the fog", "The {a} knew the way and led {n} home"),
            ("a storm broke the bridge", "The {a} and {n} built a new bridge from old wood"),
            ("the {f} fell into the river", "The {a} jumped in and brought the {f} back"),
            ("the night was dark and cold", "The {a} made a warm fire, and they waited for the morning"),
            ("a big dog stole the {f}", "The {a} made the dog laugh, and it gave the {f} back")]
LESSONS = ["A good friend is worth more than gold.", "Together they were strong.", "From then on they were the best of friends.",
           "It was a day they never forgot.", "Being kind is never wasted."]
FRIENDS = "fox owl rabbit mouse duck cat bear frog sparrow goat turtle horse".split()


def draw_tale(rng):
    """The parts of a tiny story."""
    return {"n": person(rng), "a": rng.choice(FRIENDS), "f": rng.choice(FINDS), "p": rng.choice(PLACES),
            "t": rng.randrange(len(TROUBLES)), "l": rng.choice(LESSONS), "o": rng.randrange(3)}


def tell(tale):
    """A tale in five or six sentences."""
    trouble, rescue = TROUBLES[tale["t"]]
    opening = ["{n} lived near {p_}.", "there was a child named {n} who lived near {p_}.", "{n} came to {p_}."][tale["o"]]
    found = ["One day {n} found {f_} and met {a_}.", "There {n} met {a_} who guarded {f_}.",
             "In the morning {n} and {a_} found {f_}."][tale["o"]]
    slots = dict(tale, p_=a(tale["p"]), f_=a(tale["f"]), a_=a(tale["a"]))
    text = " ".join([opening, found, "But " + trouble + ".", rescue + ".", tale["l"]])
    return text.format(**slots)


def tale_key(tale):
    """What a story combines."""
    return ("tale", tale["a"], tale["f"], tale["t"])


def story(rng):
    """A tiny story, free or with a given hero, friend or find."""
    tale = draw_tale(rng)
    start = "Once upon a time, "
    wish, facts = rng.choice([
        (f"about {a(tale['a'])}", [tale["a"]]), (f"about {tale['n']} and {a(tale['a'])}", [tale["n"], tale["a"]]),
        (f"about {a(tale['f'])}", [tale["f"]]), (f"with {a(tale['a'])} and {a(tale['f'])}", [tale["a"], tale["f"]]),
        (f"about {tale['n']}", [tale["n"]]), ("", [])])
    verb = rng.choice(["Tell me a story", "Write a short story", "Tell a story", "Write a tiny story", "I want a story"])
    question = f"{verb} {wish}".strip() + "."
    return ask("stories", question, start + tell(tale), tale_key(tale), check="story", facts=facts)


def gist(tale):
    """The one-sentence summary of a tale."""
    ending = ["found the way home", "built a new bridge", "saved the {f} from the river", "waited for the morning by a fire",
              "got the {f} back"][tale["t"]].format(**tale)
    return f"{tale['n']} and {a(tale['a'])} {ending}."


def summary(rng):
    """A story summed up in one sentence, or two summaries joined."""
    tale = draw_tale(rng)
    if rng.random() < 0.25:
        other = draw_tale(rng)
        one, two = gist(tale), gist(other)
        joined = one[:-1] + ", and " + two
        return ask("summaries", rng.choice([
            f"Combine the following summaries into one.\n1. {one}\n2. {two}", f"Merge these two sentences: {one} {two}",
            f"Combine the summaries: {one} {two}"]), joined, tale_key(tale), tale_key(other))
    text = "Once upon a time, " + tell(tale)
    return ask("summaries", rng.choice([
        f"Summarize the following story in one sentence: {text}", f"Summarize this text: {text}",
        f"{text}\n\nWhat is this story about?", f"Give a one-sentence summary.\n\n{text}",
        f"Summarize the story.\n\nStory: {text}"]), gist(tale), tale_key(tale))


SWARM = {
    "concept": ("You are an idea generator for stories.", "Write a story concept in one sentence."),
    "plot": ("You are a plot developer.", "Write the plot in three short steps."),
    "characters": ("You are a character creator.", "Describe the main characters."),
    "dialogue": ("You are a dialogue writer.", "Write a short dialogue between the characters."),
}


def swarm_part(stage, tale):
    """What one agent of the story pipeline adds."""
    trouble, rescue = (t.format(**tale) for t in TROUBLES[tale["t"]])
    n, friend, find = tale["n"], tale["a"], tale["f"]
    return {
        "concept": f"Concept: {n} and {a(friend)} look for {a(find)}.",
        "plot": f"Plot:\n1. {n} meets {a(friend)} and finds {a(find)}.\n2. {cap(trouble)}.\n3. {rescue}.",
        "characters": f"Characters:\n{n}: a brave child who never gives up.\n{cap(friend)}: a clever {friend} with a good heart.",
        "dialogue": f"Dialogue:\n{n}: Look, I found {a(find)}!\n{cap(friend)}: Be careful, {n}.\n{n}: Will you help me?\n"
                    f"{cap(friend)}: Of course, we are friends.",
    }[stage]


def swarm(rng):
    """One stage of a pipeline of story agents: earlier parts in, the next part out."""
    tale = draw_tale(rng)
    stages = list(SWARM)
    i = rng.randrange(4)
    role, task = SWARM[stages[i]]
    if i == 0:
        question = rng.choice([f"{task} It should be about {tale['n']}, {a(tale['a'])} and {a(tale['f'])}.",
                               f"{task}\nTopic: {tale['n']}, {a(tale['a'])} and {a(tale['f'])}"])
    else:
        before = "\n\n".join(swarm_part(s, tale) for s in stages[:i])
        question = f"**Previous Story Elements:**\n---\n{before}\n---\n\n**Your Specific Task:**\n{task}"
    return Example("story agents", [("system", role), ("user", question), ("assistant", swarm_part(stages[i], tale))],
                   (tale_key(tale),), check="exact" if i != 1 else "begins:Plot:")


# --- code, counting, words -----------------------------------------------------------------------

LINES = ["hello world", "hello", "good morning", "I love pie", "one more time", "la la la", "knock knock", "yes",
         "tick tock", "ha ha", "hello pie", "go go go", "rain rain", "thank you", "abc", "test"]


def any_line(rng):
    """Some short line of text."""
    if rng.random() < 0.6:
        return rng.choice(LINES)
    return " ".join(rng.sample(world.WORDS, rng.randint(1, 3)))


def repeat(rng):
    """The same line over and over: short lists mostly, at times very long ones."""
    line = any_line(rng)
    n = rng.choice([2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 10]) if rng.random() < 0.98 else 100
    question = rng.choice([f"Print {line} {n} times.", f"Print '{line}' {n} times.", f"Repeat '{line}' {n} times.",
                           f"Say {line} {n} times.", f"Write {line} {n} times, one per line.", f"Please print \"{line}\" {n} times."])
    return ask("repetition", question, "\n".join([line] * n), ("repeat", line, n))


def code(rng):
    """Small snippets in Python, Java and JavaScript."""
    text, n = any_line(rng), rng.randint(2, 20)
    name = rng.choice(["add", "subtract", "multiply"])
    sign = {"add": "+", "subtract": "-", "multiply": "*"}[name]
    language = rng.choice(["Python", "Python", "Java", "JavaScript"])
    one = {"Python": f'print("{text}")', "Java": f'System.out.println("{text}");', "JavaScript": f'console.log("{text}");'}
    many = {"Python": f'for i in range({n}):\n    print("{text}")',
            "Java": f'for (int i = 0; i < {n}; i++) {{\n    System.out.println("{text}");\n}}',
            "JavaScript": f'for (let i = 0; i < {n}; i++) {{\n    console.log("{text}");\n}}'}
    count = {"Python": f"for i in range(1, {n} + 1):\n    print(i)",
             "Java": f"for (int i = 1; i <= {n}; i++) {{\n    System.out.println(i);\n}}",
             "JavaScript": f"for (let i = 1; i <= {n}; i++) {{\n    console.log(i);\n}}"}
    function = {"Python": f"def {name}(a, b):\n    return a {sign} b",
                "Java": f"static int {name}(int a, int b) {{\n    return a {sign} b;\n}}",
                "JavaScript": f"function {name}(a, b) {{\n    return a {sign} b;\n}}"}
    wish, body, key = rng.choice([
        (f"code that prints {text}", one, text), (f"a program that prints '{text}'", one, text),
        (f"a loop that prints {text} {n} times", many, (text, n)), (f"a loop that prints the numbers from 1 to {n}", count, n),
        (f"a function that can {name} two numbers", function, name)])
    question = rng.choice([f"Write {language} {wish.split(' ', 1)[1] if wish.startswith('a ') else wish}.", f"Write {wish} in {language}.",
                           f"Show me {wish} in {language}."])
    return ask("code", question, f"```{language.lower()}\n{body[language]}\n```", ("code", language, wish.split()[1], key))


def counting(rng):
    """Counting up, down and in steps."""
    kind = rng.randrange(4)
    if kind == 0:
        lo = 1 if rng.random() < 0.6 else rng.randint(0, 40)
        hi = lo + rng.randint(3, 15) if rng.random() < 0.97 else lo + rng.choice([49, 99])
        numbers = range(lo, hi + 1)
        question = rng.choice([f"Count from {lo} to {hi}.", f"Write the numbers from {lo} to {hi}.", f"List all numbers from {lo} to {hi}."])
    elif kind == 1:
        hi = rng.randint(4, 25)
        lo = rng.choice([1, 1, 0, hi - rng.randint(3, 4)])
        numbers = range(hi, lo - 1, -1)
        question = rng.choice([f"Count down from {hi} to {lo}.", f"Count backwards from {hi} to {lo}."])
    elif kind == 2:
        step, n = rng.choice([2, 5, 10]), rng.randint(3, 10)
        numbers = range(step, step * n + 1, step)
        question = rng.choice([f"Count in steps of {step} up to {step * n}.", f"Count to {step * n} by {step}."])
    else:
        x = rng.randint(0, 99)
        after = rng.random() < 0.6 or x == 0
        return ask("counting", f"Which number comes {'after' if after else 'before'} {x}?",
                   f"The number {'after' if after else 'before'} {x} is {x + 1 if after else x - 1}.", ("count", after, x))
    numbers = list(numbers)
    return ask("counting", question, ", ".join(map(str, numbers)), ("count", kind, numbers[0], numbers[-1]))


def spelling(rng):
    """Letters of words: spelling, counting, reversing, first and last, capitals."""
    word = rng.choice(world.WORDS)
    letters = "-".join(word)
    asked, answer = rng.choice([
        (["Spell the word {w}.", "How do you spell {w}?", "Spell {w}, please.", "Write the letters of {w}."], letters),
        (["How many letters does {w} have?", "How many letters are in the word {w}?", "Count the letters of {w}."],
         f"{letters}: {len(word)} letters"),
        (["Reverse the word {w}.", "Write {w} backwards.", "Spell {w} backwards."], "-".join(reversed(word))),
        (["What is the first letter of {w}?", "With which letter does {w} begin?"], f"The first letter of {word} is {word[0]}."),
        (["What is the last letter of {w}?", "With which letter does {w} end?"], f"The last letter of {word} is {word[-1]}."),
        (["Write {w} in capital letters.", "Put {w} in upper case."], word.upper())])
    return phrased(rng, "spelling", asked, (word, answer), answer, w=word)


def spelling_list(rng):
    """Several words spelled in one request."""
    words = rng.sample(world.WORDS, rng.randint(3, 7))
    answer = "\n".join(f"{w}: {'-'.join(w)}" for w in words)
    return ask("spelling, lists", f"Spell these words: {', '.join(words)}", answer, ("spell", words[0], words[1]))


# --- judging and extracting ----------------------------------------------------------------------

def statement(rng):
    """A statement, whether it is true, the correction, its keys."""
    if rng.random() < 0.6:
        name, city, _, _ = rng.choice(world.COUNTRIES)
        true = rng.random() < 0.5
        said = city if true else rng.choice([r[1] for r in world.COUNTRIES if r[1] != city])
        return (f"{said} is the capital of {the(name)}", true, f"the capital of {the(name)} is {city}", ("judge", name, said if not true else 0))
    op, x, y = draw_sum(rng)
    r = apply(op, x, y)
    true = rng.random() < 0.5
    said = r if true else max(0, r + rng.choice([-3, -2, -1, 1, 2, 3, 10]))
    return f"{x} {op} {y} = {said}", said == r, f"{x} {op} {y} = {r}", sum_key(op, x, y)


def judge(rng):
    """Yes or no, true or false, with the correction where it is asked for."""
    said, true, right, key = statement(rng)
    kind = rng.randrange(3)
    if kind == 0:
        return ask("yes or no", rng.choice([f"Is this correct? {said}. Answer yes or no.", f"Answer yes or no: {said}?",
                   f"{cap(said)}. Is that right? Answer yes or no."]), "yes" if true else "no", key)
    if kind == 1:
        return ask("yes or no", rng.choice([f"True or false: {said}.", f"Is the following statement true or false? {cap(said)}."]),
                   "true" if true else "false", key)
    return ask("yes or no", rng.choice([f"Check this: {said}.", f"Is it correct that {said}?", f"Validate: {said}"]),
               f"Yes, {right}." if true else f"No, {right}.", key)


def choose(rng):
    """Choosing the right one of several candidates."""
    name, city, _, _ = rng.choice(world.COUNTRIES)
    wrong = rng.sample([r[1] for r in world.COUNTRIES if r[1] != city], 2)
    options = wrong + [city]
    rng.shuffle(options)
    marks = rng.choice(["ABC", "123"])
    lines = "\n".join(f"{m}. {o}" for m, o in zip(marks, options))
    mark = marks[options.index(city)]
    question = rng.choice([f"What is the capital of {the(name)}?\n{lines}\nChoose the best answer.",
                           f"Choose the best answer: What is the capital of {the(name)}?\n{lines}",
                           f"Which candidate is best? Question: What is the capital of {the(name)}?\n{lines}"])
    return ask("choosing", question, f"{mark}. {city}", ("choose", name, tuple(options)))


GOOD = "great wonderful lovely excellent fantastic delicious beautiful amazing perfect good".split()
BAD = "terrible awful boring horrible bad ugly disappointing broken poor sad".split()
KINDS = {"animal": [r[0] for r in world.ANIMALS], "fruit": world.FRUITS, "colour": world.PLAIN_COLOURS,
         "city": world.CITIES[:60], "day": world.DAYS, "month": world.MONTHS, "country": [r[0] for r in world.COUNTRIES[:60]]}


def classify(rng):
    """Sentiment, and the kind of a thing."""
    if rng.random() < 0.5:
        good = rng.random() < 0.5
        word, thing = rng.choice(GOOD if good else BAD), rng.choice("film book food hotel music game trip show cake phone".split())
        text = rng.choice([f"The {thing} was {word}.", f"What a {word} {thing}!", f"I think the {thing} is {word}.", f"This {thing} is really {word}."])
        return ask("classification", rng.choice([f"Is this review positive or negative? {text}", f"Classify the sentiment: {text}",
                   f"Sentiment of '{text}': positive or negative?"]), "positive" if good else "negative", ("sentiment", word, thing))
    kind = rng.choice(list(KINDS))
    word = rng.choice(KINDS[kind])
    if word == "orange":
        word = "red" if kind == "colour" else "banana"
    others = rng.sample([k for k in KINDS if k != kind], 2) + [kind]
    rng.shuffle(others)
    return ask("classification", rng.choice([f"Classify the word {word}: {listed(others, 'or')}?", f"What is {word}: {listed(others, 'or')}?"]),
               kind, ("kind", word, tuple(others)))


def extract(rng):
    """One field picked out of a sentence."""
    fields, text = record(rng)
    wanted = rng.choice(list(fields))
    question = rng.choice([f"Extract the {wanted} from the text: {text}", f"{text} What is the {wanted}?", f"Find the {wanted}: {text}",
                           f"Text: {text}\nExtract the {wanted}."])
    return ask("extraction", question, str(fields[wanted]), ("extract", wanted, text))


def recall(rng):
    """A fact looked up in a longer context: what cached documents are for."""
    count = rng.randint(2, 8) if rng.random() < 0.9 else rng.randint(9, 25)
    names = set()
    while len(names) < count:
        names.add(person(rng))
    names = sorted(names)
    rng.shuffle(names)
    pick = rng.randrange(5)
    values = {n: [str(rng.randint(100, 999)), rng.choice(world.CITIES), rng.choice(world.JOBS), rng.choice(world.PLAIN_COLOURS),
                  rng.choice(world.HOBBIES)][pick] for n in names}
    fact, question, answer = [
        ("The code of {n} is {v}.", "What is the code of {n}?", "The code of {n} is {v}."),
        ("{n} lives in {v}.", "Where does {n} live?", "{n} lives in {v}."),
        ("{n} is a {v}.", "What is the job of {n}?", "{n} is a {v}."),
        ("The hat of {n} is {v}.", "What colour is the hat of {n}?", "The hat of {n} is {v}."),
        ("{n} likes {v}.", "What does {n} like?", "{n} likes {v}.")][pick]
    context = " ".join(fact.format(n=n, v=values[n]) for n in names)
    who = rng.choice(names)
    asked, told = question.format(n=who), answer.format(n=who, v=values[who])
    key = ("recall", who, values[who])
    if rng.random() < 0.4:
        return Example("recall", [("system", rng.choice(["", "Answer from these facts. "]) + context), ("user", asked), ("assistant", told)], (key,))
    return ask("recall", rng.choice([f"{context} {asked}", f"{context}\n\n{asked}", f"Read the text and answer.\n\n{context}\n\n{asked}"]), told, key)


# --- talk ----------------------------------------------------------------------------------------

TALK = [
    (["Hello", "Hello!", "Hi", "Hi!", "Hi there!", "Hey", "Hello there", "Greetings!"], "Hello! How can I help you?"),
    (["Good morning", "Good morning!"], "Good morning! How can I help you?"),
    (["Good evening", "Good evening!"], "Good evening! How can I help you?"),
    (["How are you?", "How are you today?", "Hello, how are you?", "How is it going?"], "I am fine, thank you. How can I help you?"),
    (["Who are you?", "What are you?", "Tell me about yourself.", "Introduce yourself.", "What model are you?"],
     "I am pie4j's demonstration model, a very small language model."),
    (["What is your name?", "What's your name?", "Do you have a name?"], "I am pie4j's demonstration model."),
    (["What can you do?", "How can you help me?", "What do you know?", "Help"],
     "I know capitals, animals, colours and small sums. I can tell tiny stories, write JSON and call tools."),
    (["Who made you?", "Who trained you?", "Where do you come from?"], "The pie4j project trained me on text that it made itself."),
    (["Are you a human?", "Are you a person?", "Are you real?"], "No, I am a small language model."),
    (["Are you smart?", "How big are you?", "Are you a large model?"], "I am a very small model, made for demonstration."),
    (["What is pie4j?", "What is Pie?", "Tell me about pie4j."], "Pie is a programmable serving system for language models. It serves programs, not prompts."),
    (["What is an inferlet?", "Explain inferlets.", "Tell me about inferlets."],
     "An inferlet is a small program that controls how a language model generates text."),
    (["Thank you", "Thanks", "Thank you!", "Thanks a lot!"], "You are welcome!"),
    (["Goodbye", "Bye", "See you later!", "Good night", "Bye!"], "Goodbye! Have a nice day."),
    (["Tell me a joke.", "Make me laugh.", "Do you know a joke?"], "Why did the token cross the road? It was the most likely next step."),
    (["Yes", "Okay", "Ok", "Good"], "Good. What else can I do for you?"),
    (["Who won the match yesterday?", "What is the price of gold?", "Who is the president?", "What will happen tomorrow?",
      "What is the meaning of life?", "Which film should I watch?", "How much money do I have?", "Where are my keys?",
      "What is my name?", "Who wrote this book?", "How old am I?", "What is the best car?", "Solve the riddle.", "Where is my phone?"],
     "I do not know that. I am a very small model."),
    (["Test", "This is a test.", "Testing", "ping"], "I am here."),
    (["What is the weather?", "How is the weather today?"], "I cannot see the weather without a tool."),
    (["What day is it today?", "What time is it?"], "I cannot see the time without a tool."),
]
DAYS_TALK = [
    (["List the days of the week.", "Name the days of the week.", "What are the days of the week?"], ", ".join(world.DAYS)),
    (["List the months of the year.", "Name the months.", "What are the months of the year?"], ", ".join(world.MONTHS)),
    (["How many days are in a week?", "How many days does a week have?"], "A week has 7 days."),
    (["How many months are in a year?", "How many months does a year have?"], "A year has 12 months."),
    (["What are the four seasons?", "Name the seasons."], "Spring, summer, autumn and winter."),
    (["List three colours.", "Name three colours."], "Red, blue and green."),
    (["List three animals.", "Name three animals."], "A cat, a dog and a horse."),
    (["List three fruits.", "Name three fruits."], "An apple, a pear and a banana."),
]


def talk(rng):
    """Greetings, identity, and a plain word where the model knows nothing."""
    questions, answer = rng.choice(TALK + DAYS_TALK)
    return ask("talk", rng.choice(questions), answer)


SHORT = [capital, capital_phrased, geography, animals, colours, calendar, sizes, arithmetic, judge, spelling, talk, counting, explain]


def conversation(rng):
    """Several short exchanges in one chat; also a follow-up that needs the turn before."""
    turns, keys, last = [], [], None
    for _ in range(rng.randint(2, 4)):
        example = rng.choice(SHORT)(rng)
        turns += example.turns
        keys += example.keys
    if rng.random() < 0.4:
        row, other = rng.sample(world.COUNTRIES, 2)
        turns += [("user", f"What is the capital of {the(row[0])}?"), ("assistant", f"The capital of {the(row[0])} is {row[1]}."),
                  ("user", rng.choice([f"And of {the(other[0])}?", f"And the capital of {the(other[0])}?", f"What about {the(other[0])}?"])),
                  ("assistant", f"The capital of {the(other[0])} is {other[1]}.")]
        keys.append(("follow", row[0], other[0]))
    return Example("conversations", turns, tuple(keys))


# --- putting documents together ------------------------------------------------------------------

SYSTEMS = [
    "You are a helpful assistant.", "You are a helpful, respectful and honest assistant.", "You are a helpful AI assistant.",
    "You are a friendly assistant.", "Answer the question.", "You are a small demonstration model.", "Answer briefly.",
    "You are an assistant that gives short answers.", "You are pie4j's demonstration model.", "Be concise.",
    "You are an expert.", "You are a careful and polite assistant.", "Answer truthfully and briefly.",
]
RULES = [
    "Always answer in English.", "Be polite.", "Be brief.", "Do not invent facts.", "Keep every answer short and clear.",
    "If you do not know something, say so.", "Use simple words.", "Think before you answer.", "Never be rude.",
    "Write numbers as digits.", "Do not repeat the question.", "Answer only what was asked.", "Stay calm and friendly.",
    "Respect the user.", "Check your calculations.", "Use the tools when they help.", "Do not use bad language.",
    "Your answers should be safe and helpful.", "Please ensure that your responses are positive in nature.",
    "If a question does not make sense, explain why.", "Follow these rules at all times.", "The user may ask several questions.",
]

# how often each skill is drawn
MIX = [
    (capital, 5), (capital_phrased, 6), (geography, 5), (raw_text, 2), (animals, 4), (colours, 2), (calendar, 3), (sizes, 4),
    (arithmetic, 9), (drill, 6), (chains, 6), (word_problem, 3), (tree_of_thought, 3), (json_records, 5), (json_facts, 3),
    (tools, 2.5), (react, 3), (code_act, 1), (outline, 3), (elaborate, 3), (explain, 2.5), (story, 1.5), (summary, 2.5),
    (swarm, 1.5), (repeat, 3), (code, 2.5), (counting, 3), (spelling, 4), (spelling_list, 3), (judge, 5), (choose, 4),
    (classify, 3), (extract, 3), (recall, 3.5), (talk, 3), (conversation, 3),
]
SKILLS, WEIGHTS = zip(*MIX)


def system_text(rng):
    """A system text: a stock one mostly, at times a long list of rules."""
    if rng.random() < 0.85:
        return rng.choice(SYSTEMS)
    return rng.choice(SYSTEMS) + " " + " ".join(rng.sample(RULES, rng.randint(1, 12)))


def long_system_text(rng):
    """A system text of several hundred tokens: rules, and facts that may or may not matter."""
    lines = [rng.choice(SYSTEMS)]
    for _ in range(rng.randint(20, 80)):
        name, city, continent, _ = rng.choice(world.COUNTRIES)
        lines.append(rng.choice(RULES) if rng.random() < 0.6 else f"{cap(the(name))} is in {continent}.")
    return " ".join(lines)


def loosen(rng, text):
    """The small liberties that people take when they type a question."""
    roll = rng.random()
    if roll < 0.05:
        return text[0].lower() + text[1:]
    if roll < 0.09 and text[-1] in "?.!":
        return text[:-1]
    if roll < 0.11:
        return "Please answer: " + text
    if roll < 0.13:
        return text + " Please."
    return text


def dress(rng, example, plain=False, long=False):
    """The example, often with a system text, and a loosened question."""
    turns = list(example.turns)
    if turns[0][0] == "user":
        if not plain and len(turns[0][1]) < 200:
            turns[0] = ("user", loosen(rng, turns[0][1]))
        if rng.random() < 0.4:
            turns.insert(0, ("system", long_system_text(rng) if long and rng.random() < 0.5 else system_text(rng)))
    return turns


def training(seed, long=False):
    """An endless stream of training documents (lists of turns); `long` mixes in very long system texts."""
    rng = random.Random(seed)
    while True:
        example = rng.choices(SKILLS, WEIGHTS)[0](rng)
        if not any(held_out(key) for key in example.keys):
            yield dress(rng, example, long=long)


def evaluation(seed, each):
    """Held-out examples, `each` per skill, with every country's plain question first."""
    rng = random.Random(seed)
    for name, city, _, _ in world.COUNTRIES:
        for system in (None, "You are a helpful assistant."):
            turns = ([("system", system)] if system else []) + [
                ("user", CAPITAL[0].format(c=the(name))), ("assistant", f"The capital of {the(name)} is {city}.")]
            yield Example("capital, plain question", turns)
    for skill in SKILLS:
        if skill in (capital, raw_text, talk):
            continue
        found = 0
        while found < each:
            example = skill(rng)
            last = example.keys[-1:] if skill is conversation else example.keys
            if any(held_out(key) for key in last):
                example.turns = dress(rng, example, plain=True)
                found += 1
                yield example
    for questions, answer in TALK + DAYS_TALK:
        yield Example("talk (seen)", [("user", questions[0]), ("assistant", answer)])


def render(turns):
    """A document as ChatML, in pieces of (text, learned) where learned marks assistant text."""
    pieces = []
    for role, text in turns:
        if role == "text":
            pieces.append((text, True))
            continue
        name = "assistant" if role == "given" else role
        pieces.append((f"<|im_start|>{name}\n", False))
        pieces.append((f"{text}<|im_end|>", role == "assistant"))
        pieces.append(("\n", False))
    return pieces


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=0)
    parser.add_argument("--held-out", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stream = training(options.seed)
    for _ in range(options.documents):
        print("".join(text for text, _ in render(next(stream))), end="\n" + "-" * 60 + "\n")
    if options.held_out:
        for example in evaluation(options.seed, options.held_out):
            if example.skill != "capital, plain question":
                print(f"[{example.skill}]", "".join(text for text, _ in render(example.turns)), sep="\n")


if __name__ == "__main__":
    main()
