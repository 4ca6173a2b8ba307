//! {{name}}: answers a prompt.

use inferlet::{stop_condition, Args, Result, Sampler, StopCondition};

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let prompt: String = args
        .opt_value_from_str("--prompt")?
        .unwrap_or("Who are you?".into());
    let max_tokens: usize = args.opt_value_from_str("--max-tokens")?.unwrap_or(256);
    args.finish()?;

    let mut context = inferlet::get_auto_model().create_context();
    context.fill_user(&prompt);
    let stop = stop_condition::max_len(max_tokens).or(context.eos());
    context
        .generate_with(Sampler::greedy(), stop, inferlet::print)
        .await?;
    inferlet::print("\n");
    Ok(())
}
