//! Three levels of forks: plans, what becomes of them, and how good that is.

use inferlet::{future, stop_condition, Args, Context, Result, Sampler, StopCondition};

const PROPOSE_PROMPT_TEMPLATE: &str = "Propose a plan. Question: ";
const EXECUTE_PROMPT: &str = "Execute the plan.";
const REFLECT_PROMPT: &str = "Reflect on the result.";

pub async fn main(_args: Args) -> Result<()> {
    let mut ctx_root = inferlet::get_auto_model().create_context();
    ctx_root.fill_system("You solve problems.");
    ctx_root.flush().await;
    let (num_branches, question_) = (2, "Calculate (42 + 3) * 5 / 15.");
    let stop_condition = &stop_condition::max_len(12).or(ctx_root.eos());

    let level1_futures = (0..num_branches).map(|_| {
        let mut propose_ctx = ctx_root.fork();
        async move {
            propose_ctx.fill_user(&format!("{}{}", PROPOSE_PROMPT_TEMPLATE, question_));
            propose_ctx
                .generate(Sampler::top_p(0.6, 0.95), stop_condition)
                .await;

            propose_ctx.fill_user(EXECUTE_PROMPT);
            propose_ctx.flush().await;

            let level2_futures = (0..num_branches).map(|_| {
                let mut execute_ctx = propose_ctx.fork();
                async move {
                    execute_ctx
                        .generate(Sampler::top_p(0.6, 0.95), stop_condition)
                        .await;

                    execute_ctx.fill_user(REFLECT_PROMPT);
                    execute_ctx.flush().await;

                    let level3_futures = (0..num_branches).map(|_| {
                        let mut reflect_ctx = execute_ctx.fork();
                        async move {
                            reflect_ctx
                                .generate(Sampler::top_p(0.6, 0.95), stop_condition)
                                .await;
                            reflect_ctx
                        }
                    });
                    future::join_all(level3_futures).await
                }
            });
            future::join_all(level2_futures).await
        }
    });

    let nested_results: Vec<Vec<Vec<Context>>> = future::join_all(level1_futures).await;
    println!(
        "{} leaves",
        nested_results.into_iter().flatten().flatten().count()
    );
    Ok(())
}
