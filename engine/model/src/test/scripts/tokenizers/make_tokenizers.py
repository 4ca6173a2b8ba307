"""Trains small vocabularies, dresses them in the settings of the known model families, and writes what Hugging Face's
tokenizers make of a corpus: the golden data that the Java tokenizers are held against.

    python make_tokenizers.py [OUTPUT FOLDER]

Needs tokenizers, transformers (for generate_merges alone) and sentencepiece; VERSIONS in the output says which were used.
"""

import gzip
import io
import json
import pathlib
import random
import sys

import sentencepiece
import tokenizers
import transformers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers.convert_slow_tokenizer import generate_merges

from corpus import CODE, SENTENCES, URLS, corpus

OUT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "resources/tokenizers")

CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}" + REST
QWEN2 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + REST

TEXTS = corpus()


def training_texts():
    rng = random.Random(7)
    lines = SENTENCES * 3 + CODE * 2 + URLS
    words = " ".join(SENTENCES[:6]).split()
    lines += [" ".join(rng.choices(words, k=12)) for _ in range(200)]
    lines += [" ".join(str(rng.randrange(10000)) for _ in range(8)) for _ in range(50)]
    return lines


def dump(name, value):
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(data)
    (OUT / f"{name}.json.gz").write_bytes(buffer.getvalue())


def special(content, **flags):
    return AddedToken(content, special=True, normalized=flags.pop("normalized", False), **flags)


# --- the families -----------------------------------------------------------------------------------------------------


def byte_level(pre_tokenizer, size, normalizer=None, initial=(), ignore_merges=False):
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=list(initial))
    tokenizer.train_from_iterator(training_texts(), trainer)
    return tokenizer


def split(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def gpt2():
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False), 900, initial=[special("<|endoftext|>", normalized=True)])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer, {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>"}


def llama3():
    tokenizer = byte_level(split(LLAMA3), 1000)
    settings = json.loads(tokenizer.to_str())
    vocab = settings["model"]["vocab"]
    for word in ["Ġunreachable", "nobody", "xyzzy", "123", "Ċĉ", "'s", "ĠĠĠĠĠ"]:  # words that no merges lead to
        vocab.setdefault(word, len(vocab))
    settings["model"]["ignore_merges"] = True
    tokenizer = Tokenizer.from_str(json.dumps(settings))
    names = ["<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    tokenizer.add_special_tokens([special(name) for name in names])
    begin = tokenizer.token_to_id("<|begin_of_text|>")
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1",
                                      special_tokens=[("<|begin_of_text|>", begin)])])
    return tokenizer, {"bos_token": "<|begin_of_text|>", "eos_token": "<|eot_id|>", "clean_up_tokenization_spaces": True}


def qwen2():
    tokenizer = byte_level(split(QWEN2), 950, normalizer=normalizers.NFC())
    tokenizer.add_special_tokens([special("<|endoftext|>"), special("<|im_start|>"), special("<|im_end|>")])
    tokenizer.add_tokens([AddedToken(name, normalized=False) for name in ["<tool_call>", "</tool_call>", "<think>", "</think>"]])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer, {"bos_token": None, "eos_token": {"content": "<|im_end|>", "special": True}}


def sentence_piece(size):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(training_texts()), model_writer=model, model_type="bpe", vocab_size=size, byte_fallback=True,
        split_digits=True, allow_whitespace_only_pieces=True, remove_extra_whitespaces=False, normalization_rule_name="identity",
        character_coverage=0.995, num_threads=1, minloglevel=2, hard_vocab_limit=False)
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return proto


def from_sentence_piece(proto):
    scores = {piece.piece: piece.score for piece in proto.pieces}
    vocab = {piece.piece: index for index, piece in enumerate(proto.pieces)}
    tokenizer = Tokenizer(models.BPE(vocab, generate_merges(vocab, scores), unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens([special("<unk>"), special("<s>"), special("</s>")])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    return tokenizer


SPACES_BACK = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
BOS_EOS = {"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": True, "add_eos_token": False}


def llama2(proto):
    tokenizer = from_sentence_piece(proto)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([*SPACES_BACK, decoders.Strip(" ", 1, 0)])
    return tokenizer, BOS_EOS


def metaspace(proto, scheme, cuts, decoder):
    tokenizer = from_sentence_piece(proto)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=cuts)
    tokenizer.decoder = decoder
    return tokenizer, BOS_EOS


def mistral(proto):
    tokenizer, config = metaspace(proto, "first", False, decoders.Sequence([*SPACES_BACK, decoders.Strip(" ", 1, 0)]))
    tokenizer.add_special_tokens([special("[INST]"), special("[/INST]")])
    return tokenizer, config


# --- oddities that the families do not show -----------------------------------------------------------------------------


def flags():
    """Every flag of added tokens, and a space put before every piece."""
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True), 400, normalizer=normalizers.NFC())
    tokenizer.add_special_tokens([
        special("<|endoftext|>", lstrip=True, rstrip=True), special("<s>", single_word=True), special("</s>", normalized=True, rstrip=True)])
    tokenizer.add_tokens([
        AddedToken("[STRIP]", lstrip=True, rstrip=True), AddedToken("[LEFT]", lstrip=True, normalized=False),
        AddedToken("[RIGHT]", rstrip=True, normalized=True), AddedToken("[WORD]", single_word=True), AddedToken("[WORD]s", normalized=False),
        AddedToken("cafe\u0301", normalized=True), AddedToken("  [", normalized=False), AddedToken("\n\n", normalized=True),
        AddedToken("the", single_word=True, lstrip=True, normalized=True), AddedToken("é", normalized=False)])
    return tokenizer, {}


def normalized_specials(proto):
    """The first tokenizer.json of Llama 2: special tokens found in the normalized text, so after a space only."""
    tokenizer = from_sentence_piece(proto)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.add_tokens([AddedToken("[INST]", normalized=True), AddedToken("[/INST]", normalized=True, lstrip=True), AddedToken(". ", normalized=True)])
    tokenizer.decoder = decoders.Sequence([*SPACES_BACK, decoders.Strip(" ", 1, 0)])
    return tokenizer, {}


def first_piece(proto):
    """A space before the text's first piece alone, where tokens found in normalized text make pieces too."""
    tokenizer, config = metaspace(proto, "first", True, decoders.Metaspace(prepend_scheme="first"))
    tokenizer.add_tokens([AddedToken(t, normalized=True) for t in ["[INST]", "e", ". "]] + [AddedToken("[/INST]", normalized=False)])
    return tokenizer, config


def without_bytes(proto, fuse):
    """No byte tokens, or half of them: the unknown token is needed."""
    pieces = [p for i, p in enumerate(proto.pieces) if not (p.piece.startswith("<0x") and (fuse or p.piece < "<0x90"))]
    vocab = {piece.piece: index for index, piece in enumerate(pieces)}
    merges = generate_merges(vocab, {piece.piece: piece.score for piece in pieces})
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=fuse, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    return tokenizer, {}


# --- GGUF -------------------------------------------------------------------------------------------------------------


def gguf_byte_level(tokenizer, pre, config):
    settings = json.loads(tokenizer.to_str())
    added = {token["id"]: token for token in settings["added_tokens"]}
    tokens = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
    types = [(3 if added[i]["special"] else 4) if i in added else 1 for i in range(len(tokens))]
    metadata = {"model": "gpt2", "pre": pre, "tokens": tokens, "token_type": types,
                "merges": [" ".join(pair) for pair in settings["model"]["merges"]]}
    for key in ("bos", "eos"):
        name = config.get(key + "_token")
        if name:
            metadata[key + "_token_id"] = tokenizer.token_to_id(name if isinstance(name, str) else name["content"])
    return metadata


def gguf_sentence_piece(proto):
    return {"model": "llama", "pre": "default", "tokens": [p.piece for p in proto.pieces], "scores": [p.score for p in proto.pieces],
            "token_type": [p.type for p in proto.pieces], "bos_token_id": 1, "eos_token_id": 2, "add_bos_token": True, "add_eos_token": False}


# --- golden data ------------------------------------------------------------------------------------------------------


def write(name, tokenizer, config, every=1):
    """Ids of every so-manieth text: plain; where they differ, with specials; and texts of random ids."""
    rng = random.Random(name)
    plain, specials, trips = {}, {}, {}
    for index in range(0, len(TEXTS), every):
        tokenizer.encode_special_tokens = True
        ids = tokenizer.encode(TEXTS[index], add_special_tokens=False).ids
        tokenizer.encode_special_tokens = False
        with_specials = tokenizer.encode(TEXTS[index], add_special_tokens=False).ids
        plain[index] = ids
        if with_specials != ids:
            specials[index] = with_specials
        back = tokenizer.decode(ids, skip_special_tokens=False)
        if back != TEXTS[index]:
            trips[index] = back
    size = tokenizer.get_vocab_size()
    # Byte-level vocabularies begin with single bytes, the others with byte tokens: rich in broken UTF-8.
    decoded = []
    for _ in range(400 // min(every, 2)):
        low = rng.random() < 0.5
        ids = [rng.randrange(min(size, 260) if low or rng.random() < 0.3 else size + 2) for _ in range(rng.randint(1, 14))]
        decoded.append([ids, tokenizer.decode(ids, skip_special_tokens=False), tokenizer.decode(ids, skip_special_tokens=True)])
    for _ in range(200 // min(every, 2)):  # ids of texts, cut anywhere
        ids = plain[rng.choice(list(plain))][:40]
        start = rng.randint(0, len(ids))
        ids = ids[start : rng.randint(start, len(ids))]
        decoded.append([ids, tokenizer.decode(ids, skip_special_tokens=False), tokenizer.decode(ids, skip_special_tokens=True)])
    empty = tokenizer.encode("", add_special_tokens=True).ids
    settings = json.loads(tokenizer.to_str())
    if name in ("gpt2", "llama2"):  # older files write merges as strings
        settings["model"]["merges"] = [" ".join(pair) for pair in settings["model"]["merges"]]
    dump(f"{name}.tokenizer", settings)
    dump(f"{name}.golden", {"every": every, "config": config, "prefix": empty, "plain": list(plain.values()), "specials": specials,
                            "trips": trips, "decoded": decoded})
    print(f"{name}: {size} tokens, {len(plain)} texts, {sum(map(len, plain.values()))} ids, {len(trips)} texts that do not come back")


def check_sentence_piece(proto, name):
    """What SentencePiece itself says, as a second opinion on the conversion."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=proto.SerializeToString())
    tokenizer, _ = llama2(proto)
    tokenizer.encode_special_tokens = True
    different = [t for t in TEXTS if "\0" not in t and processor.encode(t) != tokenizer.encode(t, add_special_tokens=False).ids]
    print(f"{name}: SentencePiece itself differs on {len(different)} texts: {[t[:20] for t in different[:5]]}")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    small, large = sentence_piece(900), sentence_piece(1300)
    check_sentence_piece(small, "llama2")
    check_sentence_piece(large, "mistral")
    families = {"gpt2": gpt2(), "llama3": llama3(), "qwen2": qwen2(), "llama2": llama2(small), "mistral": mistral(large)}
    for name, (tokenizer, config) in families.items():
        write(name, tokenizer, config)
    write("flags", *flags(), every=2)
    write("normalized", *normalized_specials(small), every=4)
    write("metaspace-always", *metaspace(small, "always", True, decoders.Metaspace(prepend_scheme="always")), every=4)
    write("metaspace-first", *first_piece(small), every=4)
    write("metaspace-never", *metaspace(small, "never", False, decoders.Sequence(SPACES_BACK)), every=4)
    write("unknown-fused", *without_bytes(small, True), every=6)
    write("unknown", *without_bytes(small, False), every=6)
    for name, pre in {"gpt2": "gpt-2", "llama3": "llama-bpe", "qwen2": "qwen2"}.items():
        dump(f"{name}.gguf", gguf_byte_level(families[name][0], pre, families[name][1]))
    dump("llama2.gguf", gguf_sentence_piece(small))
    dump("mistral.gguf", gguf_sentence_piece(large))
    dump("corpus", TEXTS)
    (OUT / "VERSIONS").write_text(
        f"tokenizers {tokenizers.__version__}\ntransformers {transformers.__version__}\nsentencepiece {sentencepiece.__version__}\n")


main()
