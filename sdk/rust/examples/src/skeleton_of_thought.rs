//! A plan first, then all its points at the same time.

use inferlet::{future, stop_condition, Args, Context, Result, Sampler, StopCondition};

#[allow(clippy::ptr_arg)]
async fn plan_and_generate_parallel(
    ctx: Context,
    question: &str,
    max_points: usize,
    plan_max_tokens: usize,
    elab_max_tokens: usize,
    eos_tokens: &Vec<Vec<u32>>,
) -> Vec<String> {
    let stop_condition = stop_condition::max_len(plan_max_tokens)
        .or(stop_condition::ends_with_any(eos_tokens.clone()));
    let mut plan_ctx = ctx.fork();
    plan_ctx.fill_user(&format!(
        "Generate up to {} key points that outline the answer to the following question: {} \
         Each point must be enclosed between the <point> and </point> tags.",
        max_points, question
    ));
    let output = plan_ctx
        .generate(Sampler::top_p(0.6, 0.95), stop_condition)
        .await;

    let points: Vec<String> = output
        .split("<point>")
        .skip(1)
        .filter_map(|s| s.split("</point>").next())
        .map(|s| s.trim().to_string())
        .collect();

    let stop_condition = &stop_condition::max_len(elab_max_tokens)
        .or(stop_condition::ends_with_any(eos_tokens.clone()));
    let leaf_futures = points
        .into_iter()
        .map(|point| {
            let mut elab_ctx = ctx.fork();
            elab_ctx.fill_user(&format!("Elaborate on the following point: {}.", point));
            async move {
                elab_ctx
                    .generate(Sampler::top_p(0.6, 0.95), stop_condition)
                    .await
            }
        })
        .collect::<Vec<_>>();

    future::join_all(leaf_futures).await
}

pub async fn main(_args: Args) -> Result<()> {
    let model = inferlet::get_auto_model();
    let mut ctx = model.create_context();
    ctx.fill_system("You are a helpful assistant.");
    ctx.flush().await;
    let eos = model.eos_tokens();
    let texts = plan_and_generate_parallel(ctx, "How do I make tea?", 4, 96, 32, &eos).await;
    println!("{} texts", texts.len());
    Ok(())
}
