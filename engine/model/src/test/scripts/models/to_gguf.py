"""Writes a transformers model as llama.cpp's converter does: its names, its metadata, its order of query and key rows."""

import gguf
import numpy as np
import torch

ARCHITECTURES = {
    "llama": gguf.MODEL_ARCH.LLAMA,
    "mistral": gguf.MODEL_ARCH.LLAMA,
    "qwen2": gguf.MODEL_ARCH.QWEN2,
    "qwen3": gguf.MODEL_ARCH.QWEN3,
}


def permute(weight, heads):
    """Rows of a head from halves (i, i + d/2) to pairs (2i, 2i + 1)."""
    shape = weight.shape
    return weight.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def unpermute(weight, heads):
    shape = weight.shape
    return weight.reshape(heads, shape[0] // heads // 2, 2, *shape[1:]).swapaxes(1, 2).reshape(shape)


def rope_factors(config):
    """The divisors that the converter computes for rope_type llama3."""
    rope = config.rope_parameters
    dim = config.head_dim or config.hidden_size // config.num_attention_heads
    plain = 1.0 / (rope["rope_theta"] ** (torch.arange(0, dim, 2, dtype=torch.float32) / dim))
    factor, low, high = rope["factor"], rope["low_freq_factor"], rope["high_freq_factor"]
    old = rope["original_max_position_embeddings"]
    factors = []
    for frequency in plain:
        wavelength = 2 * np.pi / frequency.item()
        if wavelength < old / high:
            factors.append(1)
        elif wavelength > old / low:
            factors.append(factor)
        else:
            smooth = (old / wavelength - low) / (high - low)
            factors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(factors, dtype=np.float32)


def write_metadata(writer, config, name, tokenizer):
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(name)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    rope = config.rope_parameters
    writer.add_rope_freq_base(rope["rope_theta"])
    if rope["rope_type"] == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_rope_dimension_count(head_dim)
    if head_dim * config.num_attention_heads != config.hidden_size:
        writer.add_key_length(head_dim)
        writer.add_value_length(head_dim)
    # The converter leaves Mistral's window out. Files that have one are read, so ours does.
    if config.model_type == "mistral":
        writer.add_sliding_window(config.sliding_window)
    tokenizer.write(writer, config.vocab_size)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)


def named_tensors(model):
    """(gguf name, float32 array in gguf row order) of every tensor."""
    config = model.config
    names = gguf.get_tensor_name_map(ARCHITECTURES[config.model_type], config.num_hidden_layers)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        array = tensor.to(torch.float32).numpy()
        if config.model_type in ("llama", "mistral"):
            if name.endswith("q_proj.weight"):
                array = permute(array, config.num_attention_heads)
            if name.endswith("k_proj.weight"):
                array = permute(array, config.num_key_value_heads)
        yield names.get_name(name, try_suffixes=(".weight", ".bias")), np.ascontiguousarray(array)
    if config.rope_parameters["rope_type"] == "llama3":
        yield "rope_freqs.weight", rope_factors(config)


def write(path, model, name, tokenizer, store, alignment=None):
    """store(name, array) gives (array, type): type None is the array's own."""
    arch = gguf.MODEL_ARCH_NAMES[ARCHITECTURES[model.config.model_type]]
    writer = gguf.GGUFWriter(path, arch)
    if alignment is not None:
        writer.add_custom_alignment(alignment)
    write_metadata(writer, model.config, name, tokenizer)
    for tensor_name, array in named_tensors(model):
        data, kind = store(tensor_name, array)
        writer.add_tensor(tensor_name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def as_f32(name, array):
    return array, None


def as_f16(name, array):
    """Matrices in half precision, vectors whole, as the converter has it."""
    return (array, None) if array.ndim == 1 else (array.astype(np.float16), None)
