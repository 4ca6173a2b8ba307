"""Trains the demonstration model and exports it in Hugging Face layout.

The model is a plain Llama: RMSNorm, rotary positions, SwiGLU, grouped queries
and tied embeddings, small enough for one CPU core. The batch of step n depends
on the seed and on n alone, so a run can stop at any checkpoint and go on. The
learning rate warms up, stays, and falls to zero over the last steps (WSD): the
end of a run can be chosen late. An average of the weights (EMA) is kept, so
that any checkpoint gives a usable model.

    python train.py --tokenizer pie-demo --state run --total 4000
    python train.py --tokenizer pie-demo --state run --export pie-demo
"""

import argparse
import json
import math
import os
import pathlib
import time

os.environ.setdefault("RAYON_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from torch import nn
from torch.nn import functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer

import corpus

BEGAN = time.time()
CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 2048, "hidden_size": 192,
    "intermediate_size": 512, "num_hidden_layers": 6, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 32,
    "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None,
    "max_position_embeddings": 4096, "tie_word_embeddings": True, "attention_bias": False, "mlp_bias": False,
    "attention_dropout": 0.0, "initializer_range": 0.02, "pretraining_tp": 1, "use_cache": True,
    "bos_token_id": None, "eos_token_id": 2047, "pad_token_id": 2045, "torch_dtype": "bfloat16"}


class Attention(nn.Module):
    """Causal attention with grouped queries and rotary positions (halves, as Hugging Face has them)."""

    def __init__(self, c):
        super().__init__()
        self.heads, self.kv, self.dim = c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"]
        width = c["hidden_size"]
        self.q_proj = nn.Linear(width, self.heads * self.dim, bias=False)
        self.k_proj = nn.Linear(width, self.kv * self.dim, bias=False)
        self.v_proj = nn.Linear(width, self.kv * self.dim, bias=False)
        self.o_proj = nn.Linear(self.heads * self.dim, width, bias=False)

    def forward(self, x, cos, sin):
        rows, length, _ = x.shape
        q = rotate(self.q_proj(x).view(rows, length, self.heads, self.dim).transpose(1, 2), cos, sin)
        k = rotate(self.k_proj(x).view(rows, length, self.kv, self.dim).transpose(1, 2), cos, sin)
        v = self.v_proj(x).view(rows, length, self.kv, self.dim).transpose(1, 2)
        share = self.heads // self.kv
        k, v = k.repeat_interleave(share, 1), v.repeat_interleave(share, 1)
        y = attend(q, k, v)
        return self.o_proj(y.transpose(1, 2).reshape(rows, length, -1))


def rotate(x, cos, sin):
    """Rotary positions on the two halves of each head."""
    one, two = x.chunk(2, -1)
    return torch.cat((one * cos - two * sin, two * cos + one * sin), -1)


def attend(q, k, v):
    """Causal attention written out: on one core and short rows faster than the fused kernel."""
    rows, heads, length, dim = q.shape
    mask = torch.full((length, length), -torch.inf, dtype=q.dtype).triu(1).expand(rows * heads, -1, -1)
    q, k, v = (t.reshape(rows * heads, length, dim) for t in (q, k, v))
    scores = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=dim ** -0.5)
    shares = torch.softmax(scores, -1, dtype=q.dtype)
    return torch.bmm(shares, v).view(rows, heads, length, dim)


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, c):
        super().__init__()
        self.gate_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.up_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.down_proj = nn.Linear(c["intermediate_size"], c["hidden_size"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    """One block: attention, then feed-forward, each on a normed input and added to it."""

    def __init__(self, c):
        super().__init__()
        self.input_layernorm = nn.RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.self_attn = Attention(c)
        self.post_attention_layernorm = nn.RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        self.mlp = FeedForward(c)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Llama(nn.Module):
    """The whole model; parameter names are those of Hugging Face without the leading `model.`."""

    def __init__(self, c):
        super().__init__()
        self.config = c
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"]))
        self.norm = nn.RMSNorm(c["hidden_size"], c["rms_norm_eps"])
        for p in self.parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=c["initializer_range"])

    def forward(self, tokens):
        half = self.config["head_dim"] // 2
        frequency = self.config["rope_theta"] ** (-torch.arange(half) / half)
        angle = torch.arange(tokens.shape[1])[:, None] * frequency
        cos, sin = angle.cos(), angle.sin()
        if torch.is_autocast_enabled("cpu"):
            cos, sin = cos.bfloat16(), sin.bfloat16()
        x = self.embed_tokens(tokens)
        for layer in self.layers:
            x = layer(x, cos, sin)
        return self.norm(x)

    def loss(self, tokens, weights):
        """Weighted mean loss of the next token; positions of weight zero are never projected."""
        hidden = self(tokens[:, :-1]).flatten(0, 1)
        target, weight = tokens[:, 1:].flatten(), weights[:, 1:].flatten()
        used = weight.nonzero().squeeze(1)
        logits = F.linear(hidden[used], self.embed_tokens.weight).float()
        each = F.cross_entropy(logits, target[used], reduction="none")
        return (each * weight[used]).sum() / weight.sum()


class Batches:
    """Batches cut from the corpus; every row starts at the start of a document, as a prompt does."""

    def __init__(self, tokenizer, seed, prompt_weight):
        self.tokenizer, self.seed, self.prompt_weight = tokenizer, seed, prompt_weight
        self.end = tokenizer.token_to_id("<|endoftext|>")

    def document(self, turns):
        """Token ids of a document and the weight of each in the loss.

        Answers count fully; of the prompts every fourth token counts, and little: enough to learn
        what prompts look like, at a small part of the cost of the projection to the vocabulary.
        """
        ids, weights = [], []
        for text, learned in corpus.render(turns):
            piece = self.tokenizer.encode(text, add_special_tokens=False).ids
            ids += piece
            weights += [1.0] * len(piece) if learned else [
                self.prompt_weight if (len(weights) + i) % 4 == 0 else 0.0 for i in range(len(piece))]
        if turns[0][0] == "text":
            ids.append(self.end)
            weights.append(1.0)
        return ids, weights

    def at(self, step, rows, length):
        """The batch of a step: it depends on the seed and the step alone."""
        stream = corpus.training(f"{self.seed}/{step}", long=length > 512)
        tokens, weights = [], []
        for _ in range(rows):
            row, row_weights = [], []
            while len(row) <= length:
                ids, w = self.document(next(stream))
                row += ids
                row_weights += w
            tokens.append(row[:length + 1])
            weights.append(row_weights[:length + 1])
        return torch.tensor(tokens), torch.tensor(weights)


def optimizers(model, rate):
    """Muon for the matrices inside the layers, AdamW for embeddings and norms."""
    inside = [p for n, p in model.named_parameters() if p.dim() == 2 and n.startswith("layers.")]
    rest = [p for n, p in model.named_parameters() if not (p.dim() == 2 and n.startswith("layers."))]
    return [torch.optim.Muon(inside, lr=rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.98), weight_decay=0.0)]


def rate_at(step, options):
    """Warm-up, plateau, and a linear fall over the last `decay` steps, or minutes where a time is set."""
    left = (options.total - step) / max(options.decay, 1)
    if options.minutes:
        left = min(left, (options.minutes - (time.time() - BEGAN) / 60) / options.decay_minutes)
    return options.rate * min(1.0, (step + 1) / options.warmup, max(left, 0.0))


def length_at(step, options):
    """Rows of 256 tokens mostly, for speed; every third step 512; much longer ones if asked for."""
    if step % 16 < options.long:
        return 2048
    return 512 if step % 3 == 2 else 256


def average(mean, model, step):
    """Moves the averaged weights; the window grows with the run up to about 100 steps."""
    keep = min(0.99, (step + 1) / (step + 10))
    with torch.no_grad():
        for m, p in zip(mean.parameters(), model.parameters()):
            m.lerp_(p, 1 - keep)


def export(model, tokenizer, out):
    """Writes config.json, generation_config.json and model.safetensors (BF16)."""
    out.mkdir(parents=True, exist_ok=True)
    assert tokenizer.token_to_id("<|im_end|>") == CONFIG["eos_token_id"]
    weights = {f"model.{n}": p.detach().to(torch.bfloat16).contiguous() for n, p in model.named_parameters()}
    save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
    (out / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    generation = {"do_sample": False, "eos_token_id": [CONFIG["eos_token_id"], CONFIG["pad_token_id"]],
                  "pad_token_id": CONFIG["pad_token_id"], "max_new_tokens": 256}
    (out / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")


def save(path, step, seen, model, mean, opts):
    """A checkpoint, replaced in one move so that a stop never leaves half a file."""
    torch.save({"step": step, "seen": seen, "model": model.state_dict(), "mean": mean.state_dict(),
                "optimizers": [o.state_dict() for o in opts]}, path.with_suffix(".new"))
    os.replace(path.with_suffix(".new"), path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokenizer", type=pathlib.Path, default=pathlib.Path("pie-demo"))
    parser.add_argument("--state", type=pathlib.Path, default=pathlib.Path("run"), help="folder of the checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--total", type=int, default=4000, help="steps of the whole run")
    parser.add_argument("--decay", type=int, default=800, help="steps over which the rate falls at the end")
    parser.add_argument("--long", type=int, default=0, help="so many of every 16 steps use rows of 2,048 tokens")
    parser.add_argument("--minutes", type=float, help="stop after so many minutes, whatever the step")
    parser.add_argument("--decay-minutes", type=float, default=20, help="the fall of the rate when --minutes is set")
    parser.add_argument("--warmup", type=int, default=60)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--tokens", type=int, default=4096, help="tokens of a step")
    parser.add_argument("--prompt-weight", type=float, default=0.2, help="weight of prompt tokens in the loss")
    parser.add_argument("--float32", action="store_true", help="no bfloat16 autocast")
    parser.add_argument("--compile", action="store_true", help="a third faster after a minute of compiling per row length; needs a C++ compiler")
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--export", type=pathlib.Path, help="write the averaged weights here and stop")
    options = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    tokenizer = Tokenizer.from_file(str(options.tokenizer / "tokenizer.json"))
    model, mean = Llama(CONFIG), Llama(CONFIG)
    mean.load_state_dict(model.state_dict())
    opts = optimizers(model, options.rate)
    start, seen = 0, 0
    checkpoint = options.state / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        mean.load_state_dict(state["mean"])
        for o, s in zip(opts, state["optimizers"]):
            o.load_state_dict(s)
        start, seen = state["step"], state["seen"]
    if options.export:
        export(mean, tokenizer, options.export)
        print(f"exported step {start}, {seen:,} tokens seen")
        return

    options.state.mkdir(parents=True, exist_ok=True)
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, from step {start}", flush=True)
    plain = model.forward
    compiled = torch.compile(plain, dynamic=False) if options.compile else plain
    batches = Batches(tokenizer, options.seed, options.prompt_weight)
    began, running, done = time.time(), None, 0
    for step in range(start, options.total):
        length = length_at(step, options)
        model.forward = compiled if length <= 512 else plain  # too few long rows to be worth compiling for
        tokens, weights = batches.at(step, options.tokens // length, length)
        for o in opts:
            for group in o.param_groups:
                group["lr"] = rate_at(step, options)
        with torch.autocast("cpu", torch.bfloat16, enabled=not options.float32):
            loss = model.loss(tokens, weights)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in opts:
            o.step()
            o.zero_grad(set_to_none=True)
        average(mean, model, step)
        seen += tokens.numel() - tokens.shape[0]
        done += tokens.numel() - tokens.shape[0]
        running = loss.item() if running is None else 0.95 * running + 0.05 * loss.item()
        if (step + 1) % 20 == 0:
            print(f"step {step + 1} loss {running:.4f} rate {rate_at(step, options):.5f} "
                  f"{done / (time.time() - began):.0f} tokens/s, {seen:,} seen", flush=True)
        over = step + 1 == options.total or rate_at(step + 1, options) == 0.0
        if (step + 1) % options.save_every == 0 or over:
            save(checkpoint, step + 1, seen, model, mean, opts)
        if over:
            break


if __name__ == "__main__":
    main()
