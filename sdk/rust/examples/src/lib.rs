//! Programs in the form in which Pie's documentation shows them; `--example` chooses one.

mod agent_swarm;
mod attention_sink;
mod cacheback;
mod introduction;
mod output_validation;
mod parallel_generation;
mod prefix_caching;
mod skeleton_of_thought;
mod tree_of_thought;
mod weather;

use inferlet::{Args, Result};

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let example: String = args.value_from_str("--example")?;
    match example.as_str() {
        "agent-swarm" => agent_swarm::main(args).await,
        "attention-sink" => attention_sink::main(args).await,
        "cacheback" => cacheback::main(args).await,
        "introduction" => introduction::run(args).await,
        "output-validation" => output_validation::main(args).await,
        "parallel-generation" => parallel_generation::main(args).await,
        "prefix-caching" => prefix_caching::main(args).await,
        "skeleton-of-thought" => skeleton_of_thought::main(args).await,
        "tree-of-thought" => tree_of_thought::main(args).await,
        "weather" => weather::main(args).await,
        _ => Err(format!("there is no example '{example}'").into()),
    }
}
