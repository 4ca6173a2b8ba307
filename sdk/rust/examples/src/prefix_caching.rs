//! The pages of a system message are computed once and imported from then on.

use inferlet::{stop_condition, Args, Context, Result, Sampler, StopCondition};
use serde::{Deserialize, Serialize};

const CACHE_EXPORT_NAME: &str = "examples-prefix";
const CACHE_STATE_KEY: &str = "examples-prefix-state";
const CACHE_FLAG_KEY: &str = "examples-prefix-cached";

#[derive(Serialize, Deserialize)]
struct CachedPrefixState {
    token_ids: Vec<u32>,
    kv_page_last_len: usize,
}

pub async fn main(_args: Args) -> Result<()> {
    let system_prompt = String::from("The code of Anna is 482. The code of Max is 117.");
    let model = inferlet::get_auto_model();
    let queue = model.create_queue()?;
    let mut ctx;
    if inferlet::store_get(CACHE_FLAG_KEY)?.is_some() {
        let state_json = inferlet::store_get(CACHE_STATE_KEY)?.unwrap_or_default();
        let imported_page_ids = queue.import_kv_pages(CACHE_EXPORT_NAME);
        let state: CachedPrefixState = serde_json::from_str(&state_json).unwrap();

        ctx = Context::from_imported_state(
            &model,
            imported_page_ids,
            state.token_ids,
            state.kv_page_last_len,
        );
    } else {
        let mut prefill_ctx = model.create_context();
        prefill_ctx.fill(system_prompt.as_str());
        prefill_ctx.flush().await;

        let state_to_cache = CachedPrefixState {
            token_ids: prefill_ctx.get_token_ids().to_vec(),
            kv_page_last_len: prefill_ctx.get_kv_page_last_len(),
        };

        prefill_ctx
            .queue()
            .export_kv_pages(&prefill_ctx.kv_pages, CACHE_EXPORT_NAME);

        inferlet::store_set(
            CACHE_STATE_KEY,
            &serde_json::to_string(&state_to_cache).unwrap(),
        );
        inferlet::store_set(CACHE_FLAG_KEY, "true");
        ctx = prefill_ctx;
    }
    ctx.fill(" The code of Anna is");
    let stop = stop_condition::max_len(8).or(ctx.eos());
    println!("{}", ctx.generate(Sampler::greedy(), stop).await);
    println!(
        "{} prefix",
        if ctx.tokens_computed() > 20 {
            "computed"
        } else {
            "imported"
        }
    );
    Ok(())
}
