#!/usr/bin/env python3
"""Makes the tiny LoRA adapters under src/test/resources/adapters, and the logits of the models merged with them.

Needs torch, transformers, peft and safetensors, and the models that make_models.py makes. Seeds are fixed. The folder's README says what
is in it.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
MODELS = RESOURCES / "models"
OUT = RESOURCES / "adapters"
KEPT_ROWS = 8
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

ADAPTERS = {
    "llama2": (dict(r=4, lora_alpha=8, target_modules=ALL), torch.float32),
    "llama3": (dict(r=3, lora_alpha=6, target_modules="all-linear", use_rslora=True), torch.bfloat16),
    "mistral": (
        dict(
            r=2,
            lora_alpha=4,
            target_modules=ALL,
            rank_pattern={"q_proj": 5, "layers.1.mlp.down_proj": 1},
            alpha_pattern={"^model.layers.0.self_attn.k_proj": 16, "mlp.up_proj": 1},
        ),
        torch.float16,
    ),
    "qwen2": (dict(r=4, lora_alpha=4, target_modules=ALL), torch.float32),
    "qwen3": (dict(r=6, lora_alpha=12, target_modules=["q_proj", "v_proj", "gate_proj"], layers_to_transform=[1]), torch.bfloat16),
}


def base(name):
    return AutoModelForCausalLM.from_pretrained(MODELS / name / "hf", attn_implementation="eager", dtype=torch.float32).eval()


@torch.no_grad()
def randomize(model, seed, dtype):
    """Both factors random, so that the product is some tenths of the weights."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            values = torch.randn(parameter.shape, generator=generator) * 0.5 / parameter.shape[1] ** 0.5
            parameter.copy_(values.to(dtype).to(torch.float32))


@torch.no_grad()
def logits(model, prompt):
    return model(torch.tensor([prompt]), use_cache=False).logits[0].to(torch.float32).numpy()


def make(name, seed):
    settings, dtype = ADAPTERS[name]
    folder = OUT / name
    adapted = get_peft_model(base(name), LoraConfig(task_type="CAUSAL_LM", **settings))
    randomize(adapted, seed, dtype)
    adapted.save_pretrained(folder)
    (folder / "README.md").unlink()
    weights = load_file(folder / "adapter_model.safetensors")
    save_file({k: v.to(dtype).contiguous() for k, v in weights.items()}, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = name
    config["target_modules"] = settings["target_modules"]  # peft saves a set, in any order
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")

    # From the files, as everybody else reads them.
    merged = PeftModel.from_pretrained(base(name), folder).merge_and_unload()
    prompt = json.loads((MODELS / name / "reference.json").read_text())["prompt"]
    rows = logits(merged, prompt)[-KEPT_ROWS:]
    plain = logits(base(name), prompt)[-KEPT_ROWS:]
    change = np.abs(rows - plain).max() / np.ptp(rows)
    assert change > 0.1, "the adapter changes too little to be seen"
    rows.astype("<f4").tofile(folder / "merged.f32")
    print(f"{name}: logits differ from the model's own by {change:.2f} of their range")


def main():
    torch.set_num_threads(1)
    readme = (OUT / "README.md").read_text() if (OUT / "README.md").exists() else None
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    if readme is not None:
        (OUT / "README.md").write_text(readme)
    for seed, name in enumerate(ADAPTERS):
        make(name, seed)


if __name__ == "__main__":
    main()
