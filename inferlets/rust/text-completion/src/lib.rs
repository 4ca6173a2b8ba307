//! Answers a prompt: what a conventional serving system does, as a program.

use inferlet::{stop_condition, Args, Result, Sampler, StopCondition};

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let prompt: String = args
        .opt_value_from_str("--prompt")?
        .unwrap_or("Who are you?".into());
    let system: Option<String> = args.opt_value_from_str("--system")?;
    let max_tokens: usize = args.opt_value_from_str("--max-tokens")?.unwrap_or(256);
    let temperature: f32 = args.opt_value_from_str("--temperature")?.unwrap_or(0.0);
    let top_p: f32 = args.opt_value_from_str("--top-p")?.unwrap_or(1.0);
    let seed: Option<u64> = args.opt_value_from_str("--seed")?;
    args.finish()?;

    let mut context = inferlet::get_auto_model().create_context();
    if context.model().has_chat_template() {
        if let Some(system) = system {
            context.fill_system(&system);
        }
        context.fill_user(&prompt);
    } else {
        context.fill(&prompt);
    }
    let mut sampler = Sampler::top_p(temperature, top_p);
    if let Some(seed) = seed {
        sampler = sampler.seeded(seed);
    }
    let stop = stop_condition::max_len(max_tokens).or(context.eos());
    context
        .generate_with(sampler, stop, inferlet::print)
        .await?;
    inferlet::print("\n");
    Ok(())
}
