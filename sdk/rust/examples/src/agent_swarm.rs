//! A pipeline of agents that tell each other what they have so far. Each would be a program of its
//! own; here all run in one.

use inferlet::{future, stop_condition, Args, Context, Result, Sampler, StopCondition};

struct AgentConfig {
    name: &'static str,
    system_message: &'static str,
    task_instruction: &'static str,
    section_header: &'static str,
    prev_topic: Option<&'static str>, // subscribe channel
    next_topic: Option<&'static str>, // broadcast channel
}

const AGENTS: [AgentConfig; 4] = [
    AgentConfig {
        name: "idea_generator",
        system_message: "You have ideas for stories.",
        task_instruction: "Tell me a story about a fox.",
        section_header: "Idea",
        prev_topic: None,
        next_topic: Some("concept"),
    },
    AgentConfig {
        name: "plot_developer",
        system_message: "You make plots of ideas.",
        task_instruction: "Go on with the story.",
        section_header: "Plot",
        prev_topic: Some("concept"),
        next_topic: Some("plot"),
    },
    AgentConfig {
        name: "character_creator",
        system_message: "You make up persons.",
        task_instruction: "Who is in the story?",
        section_header: "Characters",
        prev_topic: Some("plot"),
        next_topic: Some("characters"),
    },
    AgentConfig {
        name: "dialogue_writer",
        system_message: "You write dialogues.",
        task_instruction: "What do they say?",
        section_header: "Dialogue",
        prev_topic: Some("characters"),
        next_topic: None,
    },
];

async fn run(
    config: &AgentConfig,
    mut ctx: Context,
    initial_prompt: String,
    group_id: u32,
) -> String {
    ctx.fill_system(config.system_message);
    let stop_condition = stop_condition::max_len(48).or(ctx.eos());

    // Each agent waits for input from the previous stage
    let (user_prompt, accumulated_story) = if let Some(prev_topic) = config.prev_topic {
        let accumulated = inferlet::subscribe(&format!("{}-{}", prev_topic, group_id)).await;
        let prompt = format!(
            "**Previous Story Elements:**\n---\n{}\n---\n\n**Your Specific Task:**\n{}",
            accumulated, config.task_instruction
        );
        (prompt, accumulated)
    } else {
        (initial_prompt, String::new())
    };
    ctx.fill_user(&user_prompt);

    // Generate this agent's contribution
    let contribution = ctx.generate(Sampler::greedy(), stop_condition).await;
    let new_accumulated_story = format!(
        "{}## {} ({})\n{}\n",
        accumulated_story, config.section_header, config.name, contribution
    );

    // Forward the accumulated story to the next stage
    if let Some(next_topic) = config.next_topic {
        inferlet::broadcast(
            &format!("{}-{}", next_topic, group_id),
            &new_accumulated_story,
        );
    }
    new_accumulated_story
}

pub async fn main(mut args: Args) -> Result<()> {
    let group_id: u32 = args.value_from_str("--group-id").unwrap_or(1);
    let model = inferlet::get_auto_model();
    // Whoever waits for a topic is there before its first message.
    let agents = AGENTS.iter().rev().map(|config| {
        let prompt = config.task_instruction.to_string();
        run(config, model.create_context(), prompt, group_id)
    });
    let stories = future::join_all(agents).await;
    println!("{}", stories[0].trim_end());
    Ok(())
}
