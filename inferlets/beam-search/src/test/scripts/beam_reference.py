"""Writes what Hugging Face's beam search finds on the tiny random models of engine/model.

One line a case, fields between semicolons: model, prompt tokens, width, length penalty, most new
tokens, stop tokens; then, a field each and best first, "score: new tokens".

    python beam_reference.py > ../resources/beam-search/reference.txt

Made with torch 2.15.0 and transformers 5.23.0.
"""

import pathlib
import random

import torch
from transformers import AutoModelForCausalLM, GenerationConfig

MODELS = pathlib.Path(__file__).parents[5] / "engine/model/src/test/resources/models"
STOPS = {"llama3": [[], [190], [187, 236, 76]], "qwen2": [[], [301], [9, 214, 44]]}


def words(numbers):
    return " ".join(str(n) for n in numbers)


def case(model, name, prompt, width, penalty, most, stops):
    config = GenerationConfig(
        num_beams=width,
        num_return_sequences=width,
        length_penalty=penalty,
        max_new_tokens=most,
        eos_token_id=stops or None,
        pad_token_id=0,
        bos_token_id=None,
        do_sample=False,
        early_stopping=False,
        return_dict_in_generate=True,
        output_scores=True,
    )
    ids = torch.tensor([prompt])
    found = model.generate(ids, attention_mask=torch.ones_like(ids), generation_config=config)
    fields = [name, words(prompt), str(width), str(penalty), str(most), words(stops)]
    for row, score in zip(found.sequences.tolist(), found.sequences_scores.tolist()):
        new = row[len(prompt) :]
        ends = [i + 1 for i, token in enumerate(new) if token in stops]
        fields.append(f"{score:.6f}: {words(new[: ends[0]] if ends else new)}")
    print(";".join(fields))


def main():
    random.seed(1)
    for name, stops in STOPS.items():
        model = AutoModelForCausalLM.from_pretrained(MODELS / name / "hf", dtype=torch.float32).eval()
        model.generation_config = GenerationConfig()
        for width in (2, 3, 5):
            for stop in stops:
                for penalty in (0.0, 1.0, 2.0):
                    prompt = [random.randrange(300) for _ in range(random.randrange(1, 24))]
                    case(model, name, prompt, width, penalty, 14, stop)


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        main()
