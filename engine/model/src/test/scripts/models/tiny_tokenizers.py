"""Tokenizers of some 300 tokens with the real settings of each family, as tokenizer.json and as GGUF metadata."""

import json

from gguf import GGUFWriter, TokenType
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "the capital of france is paris. the river runs to the sea and the town sleeps.",
    "what is the name of the old man who lives by the sea? he is there, in the house.",
    "one and two is three; three and four is seven. seven and two is nine.",
    "the cat sat on the mat, the dog ran in the rain, and the children sang a song.",
    "there was once a king in the north. his daughter read stories to the birds.",
    "red, green and blue are colours; monday, tuesday and sunday are days.",
]
PROMPT = "there was once a king in paris; what is his name? 12 é"

LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2_SPLIT = LLAMA3_SPLIT.replace(r"\p{N}{1,3}", r"\p{N}")

LLAMA2_CHAT = (
    "{% for message in messages %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + message['content'] + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + ' ' + eos_token }}{% endif %}{% endfor %}"
)
LLAMA3_CHAT = (
    "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'"
    " + message['content'] | trim + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
QWEN_CHAT = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


class Tiny:
    """A tokenizer, what its model needs to know of it, and how the two formats carry it."""

    def __init__(self, tokenizer, specials, user_defined, config, bos, eos, stops, gguf_model, gguf_pre):
        self.tokenizer = tokenizer
        self.specials = specials
        self.user_defined = user_defined
        self.config = config
        self.bos, self.eos, self.stops = bos, eos, stops
        self.gguf_model, self.gguf_pre = gguf_model, gguf_pre

    def id(self, token):
        return None if token is None else self.tokenizer.token_to_id(token)

    @property
    def size(self):
        return self.tokenizer.get_vocab_size()

    def save(self, directory, template_in_file=False):
        self.tokenizer.save(str(directory / "tokenizer.json"))
        config = dict(self.config)
        if template_in_file:
            (directory / "chat_template.jinja").write_text(config.pop("chat_template"))
        (directory / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")

    def write(self, writer: GGUFWriter, vocab_size):
        model = json.loads(self.tokenizer.to_str())["model"]
        tokens, scores, types = [], [], []
        merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
        merged = {m.replace(" ", ""): rank for rank, m in enumerate(merges)}
        by_id = {i: t for t, i in self.tokenizer.get_vocab().items()}
        for i in range(vocab_size):
            token = by_id.get(i, f"[PAD{i}]")
            tokens.append(token)
            scores.append(float(-merged.get(token, len(merged) + i)))
            if i not in by_id:
                types.append(TokenType.UNUSED)
            elif token == "<unk>":
                types.append(TokenType.UNKNOWN)
            elif token in self.specials:
                types.append(TokenType.CONTROL)
            elif token in self.user_defined:
                types.append(TokenType.USER_DEFINED)
            elif self.gguf_model == "llama" and token.startswith("<0x"):
                types.append(TokenType.BYTE)
            else:
                types.append(TokenType.NORMAL)
        writer.add_tokenizer_model(self.gguf_model)
        writer.add_tokenizer_pre(self.gguf_pre)
        writer.add_token_list(tokens)
        if self.gguf_model == "llama":
            writer.add_token_scores([0.0 if t != TokenType.NORMAL else s for s, t in zip(scores, types)])
            writer.add_add_space_prefix(True)
        else:
            writer.add_token_merges(merges)
        writer.add_token_types(types)
        if self.bos is not None:
            writer.add_bos_token_id(self.id(self.bos))
        writer.add_eos_token_id(self.id(self.eos))
        writer.add_add_bos_token(self.config["add_bos_token"])
        writer.add_chat_template(self.config["chat_template"])


def specials(names):
    return [AddedToken(n, special=True, normalized=False) for n in names]


def sentencepiece(size):
    """As Llama 2 and Mistral have it: metaspace, byte fallback, merges by rank, characters last."""
    alphabet = sorted(set("".join(CORPUS).replace(" ", "▁")))
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace()
    learner.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(vocab_size=size - 259, initial_alphabet=alphabet, show_progress=False),
    )
    merges = [tuple(m) for m in json.loads(learner.to_str())["model"]["merges"]]
    vocab = {"<unk>": 0, "<s>": 1, "</s>": 2}
    for token in [f"<0x{b:02X}>" for b in range(256)] + ["".join(m) for m in merges] + alphabet:
        vocab.setdefault(token, len(vocab))
    tokenizer = Tokenizer(
        models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    names = ["<unk>", "<s>", "</s>"]
    tokenizer.add_special_tokens(specials(names))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
    )
    config = {
        "add_bos_token": True,
        "add_eos_token": False,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "clean_up_tokenization_spaces": False,
        "tokenizer_class": "LlamaTokenizer",
        "chat_template": LLAMA2_CHAT,
    }
    return Tiny(tokenizer, names, [], config, "<s>", "</s>", ["</s>"], "llama", "default")


def byte_level(size, split, names, user_defined, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=size - len(names) - len(user_defined),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.add_special_tokens(specials(names))
    tokenizer.add_tokens([AddedToken(n, special=False, normalized=False) for n in user_defined])
    return tokenizer


def llama3(size):
    names = [
        "<|begin_of_text|>",
        "<|end_of_text|>",
        "<|start_header_id|>",
        "<|end_header_id|>",
        "<|eot_id|>",
    ]
    tokenizer = byte_level(size, LLAMA3_SPLIT, names, [])
    bos = tokenizer.token_to_id(names[0])
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single=f"{names[0]} $A", pair=f"{names[0]} $A {names[0]}:1 $B:1", special_tokens=[(names[0], bos)]
            ),
        ]
    )
    config = {
        "add_bos_token": True,
        "bos_token": names[0],
        "eos_token": "<|eot_id|>",
        "clean_up_tokenization_spaces": False,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "chat_template": LLAMA3_CHAT,
    }
    return Tiny(tokenizer, names, [], config, names[0], "<|end_of_text|>", ["<|end_of_text|>", "<|eot_id|>"], "gpt2", "llama-bpe")


def qwen(size, thinking):
    names = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    user_defined = ["<think>", "</think>"] if thinking else []
    tokenizer = byte_level(size, QWEN2_SPLIT, names, user_defined, normalizers.NFC())
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    config = {
        "add_bos_token": False,
        "bos_token": None,
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "clean_up_tokenization_spaces": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "chat_template": QWEN_CHAT,
    }
    return Tiny(
        tokenizer, names, user_defined, config, None, "<|im_end|>", ["<|im_end|>", "<|endoftext|>"], "gpt2", "qwen2"
    )
