"""Greedy held-out accuracy of the demonstration model, per skill.

Loads the exported folder with `transformers`, as any user would, so the table
speaks of the files that ship and not of the training code.

    python evaluate.py --model pie-demo --each 100 --json evaluation.json
"""

import argparse
import json
import pathlib
from collections import defaultdict

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

import corpus
import train


def correct(example, answer):
    """Whether an answer passes the example's check: the same text, or the form where many texts are right."""
    expected = example.turns[-1][1]
    kind, _, detail = example.check.partition(":")
    if kind == "ends":
        return answer.endswith(detail)
    if kind == "begins":
        return answer.startswith(detail)
    if kind == "story":
        return (answer.startswith("Once upon a time, ") and answer.endswith(".") and answer.count(".") >= 5
                and all(fact in answer for fact in example.facts))
    return answer == expected


def prompt(tokenizer, example):
    """The chat up to the answer, ready for generation."""
    messages = [{"role": "assistant" if role == "given" else role, "content": text} for role, text in example.turns[:-1]]
    return tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


@torch.inference_mode()
def generate(model, tokenizer, prompts, limit):
    """Greedy answers to a batch of prompts, and whether each ended by itself."""
    inputs = tokenizer(prompts, return_tensors="pt", padding=True, padding_side="left", add_special_tokens=False)
    out = model.generate(**inputs, do_sample=False, max_new_tokens=limit)[:, inputs.input_ids.shape[1]:]
    end = tokenizer.eos_token_id
    for row in out.tolist():
        ended = end in row
        yield tokenizer.decode(row[:row.index(end)] if ended else row), ended


def evaluate(model, tokenizer, examples, batch=128):
    """Triples of (example, answer, ended); answers of like length share a batch."""
    done = []
    order = sorted(examples, key=lambda e: (len(e.turns[-1][1]) // 20, sum(len(t) for _, t in e.turns[:-1])))
    for i in range(0, len(order), batch):
        group = order[i:i + batch]
        limit = max(len(tokenizer(e.turns[-1][1]).input_ids) for e in group) + 8
        answers = generate(model, tokenizer, [prompt(tokenizer, e) for e in group], limit)
        done += [(e, text, ended) for e, (text, ended) in zip(group, answers)]
    return done


def table(results):
    """Counts per skill: asked, right, ended."""
    counts = defaultdict(lambda: [0, 0, 0])
    for example, answer, ended in results:
        row = counts[example.skill]
        row[0] += 1
        row[1] += ended and correct(example, answer)
        row[2] += ended
    return {skill: {"examples": n, "correct": right, "accuracy": round(right / n, 4), "ended": round(ended / n, 4)}
            for skill, (n, right, ended) in counts.items()}


@torch.inference_mode()
def agree(folder, model, tokenizer, examples):
    """Whether the training code and `transformers` give the same greedy text, and how far their logits differ."""
    own = train.Llama(train.CONFIG)
    own.load_state_dict({n.removeprefix("model."): t.float() for n, t in load_file(folder / "model.safetensors").items()})
    same, far = 0, 0.0
    for example in examples:
        ids = tokenizer(prompt(tokenizer, example), add_special_tokens=False, return_tensors="pt").input_ids
        out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=60)
        logits = own(out[:, :-1]) @ own.embed_tokens.weight.T
        far = max(far, (logits - model(out[:, :-1]).logits).abs().max().item())
        chosen = logits[:, ids.shape[1] - 1:].argmax(-1)
        same += torch.equal(chosen, out[:, ids.shape[1]:])
    return same, far


@torch.inference_mode()
def loss_by_position(folder, model, rows=3, length=4096, bands=((0, 512), (512, 1024), (1024, 2048), (2048, 4096))):
    """Mean loss of answer tokens in bands of positions: how far beyond its usual rows the model still works."""
    batches = train.Batches(Tokenizer.from_file(str(folder / "tokenizer.json")), "positions", 0.0)
    tokens, weights = batches.at(0, rows, length)
    logits = torch.cat([model(row[None, :-1]).logits for row in tokens])
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none").view(rows, -1)
    answers = weights[:, 1:] > 0
    return {f"{a}-{b}": round(loss[:, a:b][answers[:, a:b]].mean().item(), 4) for a, b in bands}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, default=pathlib.Path("pie-demo"))
    parser.add_argument("--each", type=int, default=100, help="held-out examples per skill")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--mistakes", type=int, default=0, help="print up to so many mistakes per skill")
    parser.add_argument("--compare", type=int, default=0, help="only compare the training code with transformers on so many examples")
    parser.add_argument("--positions", action="store_true", help="only print the loss of answers by position")
    options = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32).eval()
    if options.compare:
        examples = list(corpus.evaluation(options.seed, 10))[::5][:options.compare]
        same, far = agree(options.model, model, tokenizer, examples)
        print(f"same greedy text on {same} of {len(examples)} prompts, largest difference of a logit {far:.2g}")
        return
    if options.positions:
        print(loss_by_position(options.model, model))
        return
    results = evaluate(model, tokenizer, list(corpus.evaluation(options.seed, options.each)))
    rows = table(results)
    print("| skill | examples | accuracy | ended |\n|---|---:|---:|---:|")
    for skill, row in rows.items():
        print(f"| {skill} | {row['examples']} | {row['accuracy']:.1%} | {row['ended']:.1%} |")
    shown = defaultdict(int)
    for example, answer, ended in results:
        if options.mistakes and not (ended and correct(example, answer)) and shown[example.skill] < options.mistakes:
            shown[example.skill] += 1
            print(f"\n[{example.skill}] {example.turns[-2][1][-200:]!r}\n  expected {example.turns[-1][1]!r}\n  got      {answer!r}")
    if options.json:
        options.json.write_text(json.dumps({"seed": options.seed, "skills": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
