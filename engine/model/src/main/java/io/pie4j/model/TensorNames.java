package io.pie4j.model;

/** What the two formats call the tensors of a model. */
enum TensorNames {
  HUGGING_FACE("model.embed_tokens.weight", "model.norm.weight", "lm_head.weight"),
  GGUF("token_embd.weight", "output_norm.weight", "output.weight");

  final String tokenEmbedding;
  final String outputNorm;
  final String output;

  TensorNames(String tokenEmbedding, String outputNorm, String output) {
    this.tokenEmbedding = tokenEmbedding;
    this.outputNorm = outputNorm;
    this.output = output;
  }

  /** The tensors of one layer. */
  enum Part {
    ATTENTION_NORM("input_layernorm.weight", "attn_norm.weight"),
    Q("self_attn.q_proj.weight", "attn_q.weight"),
    K("self_attn.k_proj.weight", "attn_k.weight"),
    V("self_attn.v_proj.weight", "attn_v.weight"),
    Q_BIAS("self_attn.q_proj.bias", "attn_q.bias"),
    K_BIAS("self_attn.k_proj.bias", "attn_k.bias"),
    V_BIAS("self_attn.v_proj.bias", "attn_v.bias"),
    O("self_attn.o_proj.weight", "attn_output.weight"),
    Q_NORM("self_attn.q_norm.weight", "attn_q_norm.weight"),
    K_NORM("self_attn.k_norm.weight", "attn_k_norm.weight"),
    FFN_NORM("post_attention_layernorm.weight", "ffn_norm.weight"),
    GATE("mlp.gate_proj.weight", "ffn_gate.weight"),
    UP("mlp.up_proj.weight", "ffn_up.weight"),
    DOWN("mlp.down_proj.weight", "ffn_down.weight");

    private final String huggingFace;
    private final String gguf;

    Part(String huggingFace, String gguf) {
      this.huggingFace = huggingFace;
      this.gguf = gguf;
    }
  }

  String layer(int index, Part part) {
    return switch (this) {
      case HUGGING_FACE -> "model.layers." + index + "." + part.huggingFace;
      case GGUF -> "blk." + index + "." + part.gguf;
    };
  }
}
