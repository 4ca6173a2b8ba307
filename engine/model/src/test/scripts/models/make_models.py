#!/usr/bin/env python3
"""Makes the tiny models, their reference logits and the quantization goldens under src/test/resources/models.

Needs torch, transformers, tokenizers, safetensors and gguf. Seeds are fixed: the same versions make the same files.
The folder's README says what is in it.
"""

import json
import shutil
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf.quants import dequantize, quantize
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

import tiny_tokenizers
import to_gguf

OUT = Path(__file__).resolve().parents[2] / "resources" / "models"
VOCAB = 320
DECODE_STEPS = 32
KEPT_PROMPT_ROWS = 8
# What counts as well separated: the gap between the best two logits, against the range of all.
LEAST_GAP = 0.003

SHAPE = dict(
    vocab_size=VOCAB,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=512,
    rms_norm_eps=1e-5,
)
LLAMA3_ROPE = dict(
    # A small base and an original length of 64, so that 80 positions tell all three bands apart.
    rope_type="llama3",
    rope_theta=500.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=64,
)


def plain_rope(theta):
    return dict(rope_type="default", rope_theta=theta)


def randomize(model, seed):
    """Weights large enough that attention is sharp and logits are far apart, all exact in BF16 and in F16."""
    generator = torch.Generator().manual_seed(seed)

    def normal(shape, std):
        values = torch.randn(shape, generator=generator) * std
        values = values.to(torch.bfloat16).to(torch.float32)
        return torch.where(values.abs() < 2.0**-14, torch.zeros(()), values)

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.copy_((1 + normal(parameter.shape, 0.2)).to(torch.bfloat16).to(torch.float32))
            elif name.endswith(".bias"):
                parameter.copy_(normal(parameter.shape, 0.5))
            elif "embed" in name or "lm_head" in name:
                # A tied embedding that outweighs the layers would only repeat its input.
                std = 0.25 if model.config.tie_word_embeddings else 1.0
                parameter.copy_(normal(parameter.shape, std))
            elif "q_proj" in name or "k_proj" in name:
                parameter.copy_(normal(parameter.shape, 1.4 / parameter.shape[1] ** 0.5))
            else:
                parameter.copy_(normal(parameter.shape, 1.2 / parameter.shape[1] ** 0.5))
    return model.eval()


def new_model(config, seed):
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32)
    model.generation_config.eos_token_id = None
    return randomize(model, seed)


@torch.no_grad()
def logits(model, ids):
    """Of every position, with no cache that could hide a mistake in the window."""
    return model(torch.tensor([ids]), use_cache=False).logits[0].to(torch.float32)


def reference(model, prompt):
    """Greedy tokens, and the logits of the last prompt positions and of every decode step."""
    ids = list(prompt)
    greedy = []
    for _ in range(DECODE_STEPS + 1):
        greedy.append(int(logits(model, ids)[-1].argmax()))
        ids.append(greedy[-1])
    rows = logits(model, ids[:-1])[len(prompt) - KEPT_PROMPT_ROWS :]
    cached = model.generate(
        torch.tensor([prompt]), max_new_tokens=DECODE_STEPS + 1, do_sample=False, pad_token_id=0
    )[0, len(prompt) :].tolist()
    assert cached == greedy, "transformers disagrees with itself"
    return greedy, rows.numpy()


def separated(greedy, rows):
    best = np.sort(rows, axis=1)
    gap = (best[:, -1] - best[:, -2]) / (best[:, -1] - best[:, 0])
    return gap.min() >= LEAST_GAP and len(set(greedy)) >= 12


def find_model(config, prompt, make=new_model):
    """The first seed whose greedy run does not hang on a near tie and does not repeat itself."""
    for seed in range(1000):
        model = make(config, seed)
        greedy, rows = reference(model, prompt)
        if separated(greedy, rows):
            return model, seed, greedy, rows
    raise SystemExit("no seed gives separated logits")


def differs(model, config, prompt, rows):
    """How far the same weights are from the reference under another configuration, against the logit range."""
    other = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32).eval()
    other.load_state_dict(model.state_dict())
    found = logits(other, prompt)[-KEPT_PROMPT_ROWS:].numpy()
    return np.abs(found - rows[:KEPT_PROMPT_ROWS]).max() / np.ptp(rows)


def save_reference(directory, model, seed, prompt, greedy, rows):
    frequencies = model.model.rotary_emb.inv_freq.to(torch.float32).tolist()
    (directory / "reference.json").write_text(
        json.dumps(
            dict(
                seed=seed,
                text=tiny_tokenizers.PROMPT,
                prompt=prompt,
                greedy=greedy,
                promptRows=KEPT_PROMPT_ROWS,
                decodeRows=DECODE_STEPS,
                vocabSize=model.config.vocab_size,
                inverseFrequencies=frequencies,
            )
        )
        + "\n"
    )
    rows.astype("<f4").tofile(directory / "reference.f32")


def save_hf(directory, model, tokenizer, dtype=torch.float32, shards=1, old_style=False, template_in_file=False):
    directory.mkdir(parents=True)
    config = json.loads(model.config.to_json_string(use_diff=False))
    keep = [
        "architectures", "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
        "num_attention_heads", "num_key_value_heads", "head_dim", "hidden_act", "max_position_embeddings",
        "rms_norm_eps", "rope_parameters", "sliding_window", "use_sliding_window", "max_window_layers",
        "tie_word_embeddings", "attention_bias", "mlp_bias",
    ]  # fmt: skip
    config = {k: config[k] for k in keep if k in config}
    config["architectures"] = [type(model).__name__]
    config["bos_token_id"] = tokenizer.id(tokenizer.bos)
    config["eos_token_id"] = tokenizer.id(tokenizer.eos)
    dtype_name = str(dtype).removeprefix("torch.")
    if old_style:  # as transformers 4 wrote it, and as nearly all published checkpoints are
        rope = config.pop("rope_parameters")
        config["rope_theta"] = rope.pop("rope_theta")
        config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
        config["torch_dtype"] = dtype_name
    else:
        config["dtype"] = dtype_name
    (directory / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    stops = [tokenizer.id(t) for t in tokenizer.stops]
    generation = {"bos_token_id": config["bos_token_id"], "eos_token_id": stops if len(stops) > 1 else stops[0]}
    (directory / "generation_config.json").write_text(json.dumps(generation, indent=1) + "\n")
    tokenizer.save(directory, template_in_file)

    tensors = {
        k: v.to(dtype).contiguous()
        for k, v in model.state_dict().items()
        if not (k == "lm_head.weight" and model.config.tie_word_embeddings)
    }
    if shards == 1:
        save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
        return
    names = sorted(tensors)
    weight_map = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = {n: tensors[n] for n in names[shard::shards]}
        weight_map.update({n: file for n in part})
        save_file(part, directory / file, metadata={"format": "pt"})
    total = sum(t.nbytes for t in tensors.values())
    (directory / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": total}, "weight_map": weight_map}, indent=1) + "\n"
    )


def family(name, config, tokenizer, without=None, **hf):
    """One family: reference, safetensors directory, GGUF file."""
    assert tokenizer.size <= VOCAB, tokenizer.size
    directory = OUT / name
    prompt = tokenizer.tokenizer.encode(tiny_tokenizers.PROMPT).ids
    model, seed, greedy, rows = find_model(config, prompt)
    if without is not None:
        share = differs(model, without, prompt, rows)
        assert share > 0.01, f"{name}: what it is here to test changes the logits by {share} only"
    directory.mkdir(parents=True)
    save_reference(directory, model, seed, prompt, greedy, rows)
    save_hf(directory / "hf", model, tokenizer, **hf)
    to_gguf.write(directory / f"{name}-f32.gguf", model, f"Tiny {name}", tokenizer, to_gguf.as_f32)
    print(f"{name}: seed {seed}, {len(prompt)} prompt tokens, range {np.ptp(rows):.1f}")
    return model


def families():
    spm = tiny_tokenizers.sentencepiece(VOCAB)
    family("llama2", LlamaConfig(**SHAPE, rope_parameters=plain_rope(10000.0)), spm, old_style=True)
    family(
        "mistral",
        MistralConfig(**SHAPE, rope_parameters=plain_rope(10000.0), sliding_window=16),
        spm,
        without=MistralConfig(**SHAPE, rope_parameters=plain_rope(10000.0), sliding_window=None),
    )
    llama3 = tiny_tokenizers.llama3(VOCAB)
    tied = dict(SHAPE, tie_word_embeddings=True)
    model = family(
        "llama3",
        LlamaConfig(**tied, rope_parameters=LLAMA3_ROPE),
        llama3,
        without=LlamaConfig(**tied, rope_parameters=plain_rope(500.0)),
        old_style=True,
        template_in_file=True,
    )
    save_hf(OUT / "llama3" / "hf-bf16-sharded", model, llama3, dtype=torch.bfloat16, shards=3)
    to_gguf.write(
        OUT / "llama3" / "llama3-f16.gguf", model, "Tiny llama3", llama3, to_gguf.as_f16, alignment=64
    )
    # Fewer tokens than rows of the embedding, as the published Qwen files have it.
    family(
        "qwen2",
        Qwen2Config(**tied, rope_parameters=plain_rope(10000.0), use_sliding_window=False),
        tiny_tokenizers.qwen(VOCAB - 8, thinking=False),
    )
    family(
        "qwen3",
        Qwen3Config(**tied, rope_parameters=plain_rope(10000.0), head_dim=16),
        tiny_tokenizers.qwen(VOCAB - 8, thinking=True),
    )


def half(value):
    return np.frombuffer(np.float16(value).tobytes(), dtype=np.uint8)


def random_q4_k(rng, shape, std):
    """Valid blocks of about this deviation: the package has no quantizer for this type."""
    blocks = int(np.prod(shape)) // 256
    out = np.empty((blocks, 144), dtype=np.uint8)
    scale = np.float16(std / 190)
    for b in range(blocks):
        scales = rng.integers(20, 64, 8)
        minimums = np.clip(scales + rng.integers(-3, 4, 8), 0, 63)
        out[b, 0:2], out[b, 2:4] = half(scale), half(scale * 7.5)
        out[b, 4:8] = scales[:4] | (scales[4:] >> 4) << 6
        out[b, 8:12] = minimums[:4] | (minimums[4:] >> 4) << 6
        out[b, 12:16] = (scales[4:] & 15) | (minimums[4:] & 15) << 4
        out[b, 16:] = rng.integers(0, 256, 128)
    return out.reshape(*shape[:-1], shape[-1] // 256 * 144)


def random_q6_k(rng, shape, std):
    blocks = int(np.prod(shape)) // 256
    out = rng.integers(0, 256, (blocks, 210), dtype=np.uint8)
    scales = rng.integers(30, 110, (blocks, 16)) * rng.choice([-1, 1], (blocks, 16))
    out[:, 192:208] = scales.astype(np.int8).view(np.uint8)
    out[:, 208:210] = half(std / 1300)
    return out.reshape(*shape[:-1], shape[-1] // 256 * 210)


def quantized(kind):
    """A Llama whose matrices are of one type, and the logits of exactly those dequantized weights."""
    name = f"llama-{kind.name.lower()}"
    directory = OUT / name
    blocks_of_256 = kind in (gguf.GGMLQuantizationType.Q4_K, gguf.GGMLQuantizationType.Q6_K)
    shape = dict(SHAPE, tie_word_embeddings=True, hidden_size=64, head_dim=16, intermediate_size=96)
    if blocks_of_256:
        shape.update(hidden_size=256, intermediate_size=256, num_hidden_layers=1)
    config = LlamaConfig(**shape, rope_parameters=plain_rope(10000.0))
    tokenizer = tiny_tokenizers.llama3(VOCAB)
    prompt = tokenizer.tokenizer.encode(tiny_tokenizers.PROMPT).ids
    stored = {}

    def make(config, seed):
        """Quantizes random weights, in the row order of the file, and loads them back into the model."""
        model = new_model(config, seed)
        rng = np.random.default_rng(seed)
        stored.clear()
        for tensor_name, array in to_gguf.named_tensors(model):
            if array.ndim == 1:
                stored[tensor_name] = (array, None)
            elif array.shape[1] % 256 != 0 and blocks_of_256:
                # Attention is narrow here; a file may mix types, and real ones do.
                q8 = gguf.GGMLQuantizationType.Q8_0
                stored[tensor_name] = (quantize(array, q8), q8)
            elif kind == gguf.GGMLQuantizationType.Q4_K:
                stored[tensor_name] = (random_q4_k(rng, array.shape, array.std()), kind)
            elif kind == gguf.GGMLQuantizationType.Q6_K:
                stored[tensor_name] = (random_q6_k(rng, array.shape, array.std()), kind)
            else:
                stored[tensor_name] = (quantize(array, kind), kind)
        names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
        state = model.state_dict()
        for key in state:
            tensor_name = names.get_name(key, try_suffixes=(".weight",))
            if key == "lm_head.weight":
                tensor_name = "token_embd.weight"
            data, data_kind = stored[tensor_name]
            array = data if data_kind is None else dequantize(data, data_kind)
            if key.endswith("q_proj.weight"):
                array = to_gguf.unpermute(array, config.num_attention_heads)
            if key.endswith("k_proj.weight"):
                array = to_gguf.unpermute(array, config.num_key_value_heads)
            state[key] = torch.from_numpy(np.ascontiguousarray(array))
        model.load_state_dict(state)
        return model

    model, seed, greedy, rows = find_model(config, prompt, make)
    directory.mkdir(parents=True)
    save_reference(directory, model, seed, prompt, greedy, rows)
    to_gguf.write(directory / f"{name}.gguf", model, f"Tiny {name}", tokenizer, lambda n, a: stored[n])
    print(f"{name}: seed {seed}, range {np.ptp(rows):.1f}")


def scales(rng, count):
    """Half-precision scales: the corners of the format first, then random ones."""
    corners = [0.0, -0.0, 6e-8, -6e-8, 6.1e-5, 6.097e-5, 65504.0, -65504.0, 1.0, -1.0]
    values = np.array(corners + list(rng.normal(0, 1, count)), dtype=np.float16)[:count]
    return values.view(np.uint8).reshape(count, 2)


def goldens():
    """Blocks of every type, random bits with finite scales, and what the gguf package makes of them."""
    directory = OUT / "quantization"
    directory.mkdir()
    rng = np.random.default_rng(7)
    types = gguf.GGMLQuantizationType
    scale_offsets = {types.Q8_0: [0], types.Q4_0: [0], types.Q4_K: [0, 2], types.Q6_K: [208]}
    for kind in [types.F32, types.F16, types.BF16, *scale_offsets]:
        block, size = gguf.GGML_QUANT_SIZES[kind]
        count = 512 if block == 1 else 48 if block == 32 else 20
        blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
        for offset in scale_offsets.get(kind, []):
            blocks[:, offset : offset + 2] = scales(rng, count)
        if block > 1:
            first = scale_offsets[kind]
            keep = [i for o in first for i in (o, o + 1)]
            bits = [i for i in range(size) if i not in keep]
            blocks[-1, bits], blocks[-2, bits] = 0, 255
        values = dequantize(blocks.reshape(1, -1), kind).reshape(-1)
        if block == 1:  # not a number has no one bit pattern
            finite = np.isfinite(values)
            blocks, values = blocks[finite], values[finite]
        assert np.isfinite(values).all()
        blocks.tofile(directory / f"{kind.name}.blocks")
        values.astype("<f4").tofile(directory / f"{kind.name}.f32")


def quantizer_goldens():
    """Singles of many sizes, halves among them, and what the gguf package quantizes them to."""
    directory = OUT / "quantization"
    rng = np.random.default_rng(11)
    values = (rng.normal(0, 1, (64, 32)) * 10.0 ** rng.integers(-5, 4, (64, 1))).astype("<f4")
    values[0] = 0
    values[1, :] = 1
    values[2, :] = np.arange(32) - 15.5
    values[3, :] = (np.arange(32) - 16) / 2
    values[4, 1:] = 0
    values.tofile(directory / "singles.f32")
    for kind in [gguf.GGMLQuantizationType[n] for n in ("F16", "BF16", "Q8_0", "Q4_0")]:
        quantize(values.reshape(1, -1), kind).tofile(directory / f"singles.{kind.name}")


def ropes():
    """Inverse frequencies as transformers computes them, for heads of real sizes."""
    cases = []
    for head_dim, rope in [
        (64, plain_rope(500000.0)),
        (128, plain_rope(1000000.0)),
        (128, dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
        (64, dict(LLAMA3_ROPE, rope_theta=500000.0, factor=32.0, original_max_position_embeddings=8192)),
        (128, dict(LLAMA3_ROPE, rope_theta=500000.0, original_max_position_embeddings=8192)),
    ]:
        config = LlamaConfig(
            hidden_size=head_dim, num_attention_heads=1, head_dim=head_dim, rope_parameters=rope,
            max_position_embeddings=131072,
        )  # fmt: skip
        from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

        frequencies = LlamaRotaryEmbedding(config).inv_freq.tolist()
        cases.append(dict(headDim=head_dim, rope=rope, inverseFrequencies=frequencies))
    (OUT / "ropes.json").write_text(json.dumps(cases) + "\n")


def main():
    torch.set_num_threads(1)
    readme = (OUT / "README.md").read_text() if (OUT / "README.md").exists() else None
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    if readme is not None:
        (OUT / "README.md").write_text(readme)
    goldens()
    quantizer_goldens()
    ropes()
    families()
    for name in ["Q8_0", "Q4_0", "Q4_K", "Q6_K"]:
        quantized(gguf.GGMLQuantizationType[name])


if __name__ == "__main__":
    main()
