//! The first tokens and a window of the last ones stay visible; pages between them are given back.

use inferlet::{stop_condition, Args, Context, Result, Sampler, StopCondition};

pub async fn generate_with_attention_sink<C: StopCondition>(
    ctx: &mut Context,
    sampler: &Sampler,
    stop_condition: &C,
    attention_sink_initial_size: usize,
    attention_sink_window_size: usize,
) -> String {
    let mut generated_token_ids = Vec::new();
    let max_cache_size = attention_sink_initial_size + attention_sink_window_size;

    loop {
        let next_token_id = ctx.decode_step(sampler).await;
        ctx.fill_token(next_token_id);
        generated_token_ids.push(next_token_id);

        if stop_condition.check(&generated_token_ids) {
            break;
        }

        let committed_len = ctx.token_ids.len();
        if committed_len > max_cache_size {
            let num_to_evict = committed_len - max_cache_size;
            let evict_start = attention_sink_initial_size;
            let evict_end = attention_sink_initial_size + num_to_evict;

            ctx.mask_token_range(evict_start, evict_end, true);
            ctx.drop_masked_kv_pages();
        }
    }

    ctx.tokenizer.detokenize(&generated_token_ids)
}

pub async fn main(_args: Args) -> Result<()> {
    let mut ctx = inferlet::get_auto_model().create_context();
    ctx.fill_user("Count from 1 to 100.");
    let stop = stop_condition::max_len(160).or(ctx.eos());
    let text = generate_with_attention_sink(&mut ctx, &Sampler::greedy(), &stop, 8, 48).await;
    println!("{text}");
    println!(
        "{} pages for {} tokens",
        ctx.kv_pages.len(),
        ctx.token_ids.len()
    );
    Ok(())
}
