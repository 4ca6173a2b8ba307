//! Answers several questions at once: one context is computed and forked, so that the forks share
//! its pages and their steps share passes.

use inferlet::future::join_all;
use inferlet::{stop_condition, Args, Result, Sampler, StopCondition};

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let system: String = args
        .opt_value_from_str("--system")?
        .unwrap_or("You are a helpful assistant.".into());
    let questions: String = args.opt_value_from_str("--questions")?.unwrap_or(
        "What is the capital of France?|What does a cat say?|Tell me a story about a fox.".into(),
    );
    let max_tokens: usize = args
        .opt_value_from_str(["-n", "--max-tokens"])?
        .unwrap_or(64);
    args.finish()?;

    let mut root = inferlet::get_auto_model().create_context();
    root.fill_system(&system);
    root.flush().await;
    let answers = questions.split('|').map(|question| {
        let mut branch = root.fork();
        branch.fill_user(question);
        async move {
            let stop = stop_condition::max_len(max_tokens).or(branch.eos());
            branch.generate(Sampler::greedy(), stop).await
        }
    });
    let answers = join_all(answers.collect::<Vec<_>>()).await;
    for (question, answer) in questions.split('|').zip(answers) {
        inferlet::print(&format!("{question}\n  {answer}\n"));
    }
    Ok(())
}
