//! A swarm of agents (after GPTSwarm, Zhuge et al. 2024, arXiv:2402.16823): four programs, each with
//! a role and a context of its own, write stories together. Each listens to the topic of the one
//! before it and broadcasts to its own, so that several stories are in the works at a time.

use inferlet::future::select_first;
use inferlet::{stop_condition, Args, Child, Result, Sampler, StopCondition, Subscription};
use std::future::Future;
use std::pin::Pin;

/// Who an agent is and what it does, in the order of their work.
const ROLES: [(&str, &str); 4] = [
    (
        "You are an idea generator for stories.",
        "Write a story concept in one sentence.",
    ),
    (
        "You are a plot developer.",
        "Write the plot in three short steps.",
    ),
    (
        "You are a character creator.",
        "Describe the main characters.",
    ),
    (
        "You are a dialogue writer.",
        "Write a short dialogue between the characters.",
    ),
];

/// What separates the parts of a message; no text has it.
const BETWEEN: &str = "\u{1e}";

#[inferlet::main]
async fn main(mut args: Args) -> Result<()> {
    let about: String = args
        .opt_value_from_str("--about")?
        .unwrap_or("Anna, a fox and a key; Max, an owl and a lantern".into());
    let group: Option<String> = args.opt_value_from_str("--group")?;
    let role: usize = args.opt_value_from_str("--role")?.unwrap_or(0);
    let max_tokens: usize = args.opt_value_from_str("--max-tokens")?.unwrap_or(128);
    args.finish()?;
    match group {
        Some(group) if role < ROLES.len() => act(&group, role, max_tokens).await,
        Some(_) => Err(format!("the option --role must be below {}", ROLES.len()).into()),
        None => lead(&about, max_tokens).await,
    }
}

/// Where an agent listens; the one behind it broadcasts there, and the last one's is the leader's.
fn topic(group: &str, role: usize) -> String {
    format!("swarm/{group}/{role}")
}

/// Launches the agents, hands the first the tasks, and takes the stories from the last.
async fn lead(about: &str, max_tokens: usize) -> Result<()> {
    let program = std::env::args().next().unwrap_or("agent-swarm".into());
    let group = inferlet::bindings::pie4j::inferlet::runtime::instance_id();
    let stories = Subscription::to(&topic(&group, ROLES.len()))?;
    let mut agents = Vec::new();
    for role in 0..ROLES.len() {
        let line = [
            format!("--role={role}"),
            format!("--group={group}"),
            format!("--max-tokens={max_tokens}"),
        ];
        agents.push(inferlet::launch(&program, &line)?);
    }
    for agent in &agents {
        agent.receive().await?; // it listens
    }
    let subjects: Vec<&str> = about.split(';').map(str::trim).collect();
    for subject in &subjects {
        inferlet::broadcast(&topic(&group, 0), subject);
    }
    for _ in &subjects {
        let story = next(&stories, &agents).await?;
        let mut parts = story.split(BETWEEN);
        let subject = parts.next().unwrap_or_default();
        let told: Vec<&str> = parts.collect();
        inferlet::print(&format!("About {subject}\n\n{}\n\n", told.join("\n\n")));
    }
    agents.iter().for_each(Child::cancel);
    Ok(())
}

/// The next story; if an agent ends before, that fails.
async fn next(stories: &Subscription, agents: &[Child]) -> Result<String> {
    type Either<'a> = Pin<Box<dyn Future<Output = Result<String>> + 'a>>;
    let mut either: Vec<Either<'_>> = vec![Box::pin(stories.receive())];
    for agent in agents {
        either.push(Box::pin(async {
            Err(format!("an agent ended: {}", agent.join().await?).into())
        }));
    }
    select_first(either).await
}

/// One agent: takes what the one before it has, adds its part, and passes it on, without end.
async fn act(group: &str, number: usize, max_tokens: usize) -> Result<()> {
    let (system, task) = ROLES[number];
    let input = Subscription::to(&topic(group, number))?;
    let mut context = inferlet::get_auto_model().create_context();
    context.fill_system(system);
    context.flush().await; // once: the contexts of all stories share it
    inferlet::send("listening")?;
    loop {
        let message = input.receive().await?;
        let parts: Vec<&str> = message.split(BETWEEN).collect();
        let mut own = context.fork();
        if parts.len() == 1 {
            own.fill_user(&format!("{task} It should be about {}.", parts[0]));
        } else {
            let before = parts[1..].join("\n\n");
            own.fill_user(&format!(
                "**Previous Story Elements:**\n---\n{before}\n---\n\n**Your Specific Task:**\n{task}"
            ));
        }
        let stop = stop_condition::max_len(max_tokens).or(own.eos());
        let part = own
            .generate(Sampler::greedy(), stop)
            .await
            .replace(BETWEEN, " ");
        inferlet::broadcast(
            &topic(group, number + 1),
            &format!("{message}{BETWEEN}{part}"),
        );
    }
}
