//! Generates JSON, or what a schema or a regular expression allows: an automaton over the bytes of the
//! model's tokens (Willard and Louf, arXiv:2307.09702; Dong et al., arXiv:2411.15100).

use inferlet::{Args, Constraint, Result, Sampler};

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let prompt: String = args
        .opt_value_from_str("--prompt")?
        .unwrap_or("Give me a JSON record of a cat.".into());
    let schema: Option<String> = args.opt_value_from_str("--schema")?;
    let regex: Option<String> = args.opt_value_from_str("--regex")?;
    let spaces: usize = args.opt_value_from_str("--spaces")?.unwrap_or(1);
    let max_tokens: usize = args.opt_value_from_str("--max-tokens")?.unwrap_or(96);
    let temperature: f32 = args.opt_value_from_str("--temperature")?.unwrap_or(0.0);
    let seed: u64 = args.opt_value_from_str("--seed")?.unwrap_or(1);
    args.finish()?;

    let mut constraint = match (schema, regex) {
        (Some(schema), _) => Constraint::json_schema(&schema, spaces)?,
        (None, Some(pattern)) => Constraint::regex(&pattern)?,
        (None, None) => Constraint::json()?,
    };
    let mut context = inferlet::get_auto_model().create_context();
    context.fill_user(&prompt);
    let sampler = Sampler::multinomial(temperature).seeded(seed);
    constraint
        .generate(&mut context, &sampler, max_tokens, inferlet::print)
        .await?;
    inferlet::print("\n");
    Ok(())
}
