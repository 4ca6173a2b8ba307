//! Drafts from a table of n-grams that grows with the text.

use inferlet::{stop_condition, Args, Drafter, Result, Sampler, StopCondition};
use std::collections::HashMap;

struct CacheDrafter<
    const N_PREV: usize,
    const N_NEXT: usize,
    const N_ROW: usize,
    const N_COLUMN: usize,
> {
    prev_window: Vec<u32>,
    table: HashMap<[u32; N_PREV], Vec<[u32; N_NEXT]>>,
}

impl<const N_PREV: usize, const N_NEXT: usize, const N_ROW: usize, const N_COLUMN: usize>
    CacheDrafter<N_PREV, N_NEXT, N_ROW, N_COLUMN>
{
    fn new() -> Self {
        Self {
            prev_window: Vec::new(),
            table: HashMap::new(),
        }
    }

    fn update_cache(&mut self, prev_tokens: [u32; N_PREV], next_tokens: [u32; N_NEXT]) {
        if self.table.len() == N_ROW && !self.table.contains_key(&prev_tokens) {
            self.table.clear();
        }
        let row = self.table.entry(prev_tokens).or_default();
        row.retain(|known| *known != next_tokens);
        row.insert(0, next_tokens);
        row.truncate(N_COLUMN);
    }
}

impl<const N_PREV: usize, const N_NEXT: usize, const N_ROW: usize, const N_COLUMN: usize> Drafter
    for CacheDrafter<N_PREV, N_NEXT, N_ROW, N_COLUMN>
{
    fn update(&mut self, context: &[u32]) {
        let full_window = self
            .prev_window
            .iter()
            .chain(context.iter())
            .cloned()
            .collect::<Vec<_>>();
        for window in full_window.windows(N_PREV + N_NEXT) {
            let prev_tokens = window[..N_PREV].try_into().unwrap();
            let next_tokens = window[N_PREV..].try_into().unwrap();
            self.update_cache(prev_tokens, next_tokens);
        }
        let kept = full_window.len().min(N_PREV + N_NEXT - 1);
        self.prev_window = full_window[full_window.len() - kept..].to_vec();
    }

    fn draft(&mut self) -> (Vec<u32>, Vec<u32>) {
        let mut draft = (Vec::new(), Vec::new());
        let Some(last) = self.prev_window.last_chunk::<N_PREV>() else {
            return draft;
        };
        // The followers share no beginning, so that behind each other they are a tree in preorder.
        let mut first = Vec::new();
        for next in self.table.get(last).into_iter().flatten() {
            if !first.contains(&next[0]) {
                first.push(next[0]);
                draft.0.extend(next);
                draft.1.extend(1..=N_NEXT as u32);
            }
        }
        draft
    }
}

pub async fn main(_args: Args) -> Result<()> {
    let mut ctx = inferlet::get_auto_model().create_context();
    ctx.fill_user("Print hello world 10 times.");
    let mut plain = ctx.fork();
    let mut sampler = Sampler::greedy();
    let mut stop_condition = stop_condition::max_len(96).or(ctx.eos());
    let mut num_tokens_per_step = Vec::new();
    let expected = plain
        .generate(Sampler::greedy(), stop_condition.clone())
        .await;

    let mut drafter = CacheDrafter::<1, 2, 256, 4>::new();
    let output = ctx
        .generate_with_drafter(
            &mut drafter,
            &mut sampler,
            &mut stop_condition,
            Some(&mut num_tokens_per_step),
        )
        .await;

    let tokens: usize = num_tokens_per_step.iter().sum();
    println!("{output}");
    println!(
        "same: {}, fewer steps: {}",
        output == expected,
        num_tokens_per_step.len() < tokens
    );
    Ok(())
}
