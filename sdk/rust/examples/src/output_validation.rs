//! Chooses among texts by how likely they are.

use inferlet::{Args, Context, Result};

pub async fn validate_outputs(ctx: &Context, candidates: &[String]) -> Vec<(String, f32)> {
    let mut log_probs = Vec::new();

    for candidate in candidates.iter() {
        let mut candidate_ctx = ctx.fork();
        let candidate_tokens = candidate_ctx.tokenizer.tokenize(candidate);
        let mut current_log_prob = 0.0f32;

        for &token_id in &candidate_tokens {
            let dist = candidate_ctx.decode_step_dist().await;

            if let Some(index) = dist.ids.iter().position(|&id| id == token_id) {
                let prob = dist.probs[index];
                if prob > 0.0 {
                    current_log_prob += prob.ln();
                } else {
                    current_log_prob = -1000.0;
                    break;
                }
            } else {
                current_log_prob = -1000.0;
                break;
            }

            candidate_ctx.fill_token(token_id);
        }
        log_probs.push(current_log_prob);
    }

    let most = log_probs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = log_probs.iter().map(|log| (log - most).exp()).collect();
    let total: f32 = weights.iter().sum();
    let probs = weights.iter().map(|weight| weight / total);
    candidates.iter().cloned().zip(probs).collect()
}

pub async fn main(_args: Args) -> Result<()> {
    let mut ctx = inferlet::get_auto_model().create_context();
    ctx.fill_user("What is the capital of France?");
    let city = |name| format!("The capital of France is {name}.");
    let candidates: Vec<String> = ["Lima", "Paris", "Rome"].map(city).to_vec();
    let mut ranked = validate_outputs(&ctx, &candidates).await;
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
    println!("{} {}", ranked[0].0, ranked[0].1 > 0.9);
    Ok(())
}
