//! Keeps the pages of a long beginning for the programs that come after.

use inferlet::{stop_condition, Args, Context, Result, Sampler, StopCondition};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let prefix: String = args
        .opt_value_from_str("--prefix")?
        .unwrap_or("The code of Anna is 482.".into());
    let question: String = args
        .opt_value_from_str("--question")?
        .unwrap_or("What is the code of Anna?".into());
    let name: String = args
        .opt_value_from_str("--name")?
        .unwrap_or("prefix".into());
    let max_tokens: usize = args
        .opt_value_from_str(["-n", "--max-tokens"])?
        .unwrap_or(64);
    args.finish()?;

    // The text is part of the name: another text is another prefix.
    let mut hasher = DefaultHasher::new();
    prefix.hash(&mut hasher);
    let name = format!("{name}-rust-{:x}", hasher.finish());
    let model = inferlet::get_auto_model();
    let (mut context, computed) = match Context::open(&model, &name)? {
        Some(kept) => (kept, 0),
        None => {
            let mut context = model.create_context();
            context.fill_system(&prefix);
            context.save(&name).await?;
            let size = context.tokens().len();
            (context, size)
        }
    };
    let size = context.tokens().len();
    context.fill_user(&question);
    let stop = stop_condition::max_len(max_tokens).or(context.eos());
    let answer = context.generate(Sampler::greedy(), stop).await;
    inferlet::print(&format!(
        "{answer}\n{computed} of {size} prefix tokens computed\n"
    ));
    Ok(())
}
