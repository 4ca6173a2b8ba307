//! Generation with guesses (speculative decoding, Leviathan et al. 2023; paper §2.2): a forward
//! computes the last token and a tree of guesses behind it, and goes along the guesses for as long
//! as they are what the sampler chooses. The sampler sees the same distributions in the same order
//! as without, so that a drafter can be wrong but cannot change the text.

use crate::context::Generation;
use crate::error::{Error, Result};
use crate::sampler::Sampler;
use crate::sequence::{Sequence, CHUNK};
use crate::stop_condition::StopCondition;

/// Guesses what the model will say next.
///
/// [`update`](Drafter::update) comes first, with all tokens so far; then, again and again,
/// [`draft`](Drafter::draft) and `update` with the tokens that are new.
pub trait Drafter {
    /// Tells it tokens that are settled, behind those of earlier calls.
    fn update(&mut self, context: &[u32]);

    /// What may follow the last token that `update` told: a tree of tokens in preorder, and how far
    /// each is behind that token. Another token is at most one further than the one before it; the
    /// first is at 1. A chain has 1, 2, 3 and so on. It may be empty.
    fn draft(&mut self) -> (Vec<u32>, Vec<u32>);
}

/// Guesses; node 0 stands for the last settled token, the others begin at 1.
pub(crate) struct Tree {
    tokens: Vec<u32>,
    depths: Vec<u32>,
}

impl Tree {
    fn new(tokens: Vec<u32>, depths: Vec<u32>) -> Result<Self> {
        if tokens.len() != depths.len() {
            return Err(Error::new(format!(
                "draft: {} tokens have {} positions; each needs one",
                tokens.len(),
                depths.len()
            )));
        }
        let mut before = 0;
        for (index, depth) in depths.iter().enumerate() {
            if !(1..=before + 1).contains(depth) {
                return Err(Error::new(format!(
                    "draft: position {index} must be from 1 to {}, is {depth}",
                    before + 1
                )));
            }
            before = *depth;
        }
        Ok(Self { tokens, depths })
    }

    /// Without the nodes that are further than `depth`, or beyond the first `most`.
    fn cut(self, depth: usize, most: usize) -> Self {
        let (tokens, depths) = self
            .tokens
            .into_iter()
            .zip(self.depths)
            .filter(|(_, at)| *at as usize <= depth)
            .take(most)
            .unzip();
        Self { tokens, depths }
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    pub(crate) fn depth(&self, node: usize) -> u32 {
        if node == 0 {
            0
        } else {
            self.depths[node - 1]
        }
    }

    pub(crate) fn is_chain(&self) -> bool {
        self.depths.last().copied().unwrap_or(0) as usize == self.len()
    }

    /// The node that guesses `token` behind `node`.
    fn follow(&self, node: usize, token: u32) -> Option<usize> {
        let depth = self.depth(node);
        (node + 1..=self.len())
            .take_while(|next| self.depth(*next) > depth)
            .find(|next| self.depth(*next) == depth + 1 && self.tokens[next - 1] == token)
    }

    /// Which nodes each node sees, as run lengths that alternate between hidden and visible, hidden
    /// first: the nodes before it on its path, and itself. All see the `before` columns to the left.
    pub(crate) fn masks(&self, before: usize) -> Vec<Vec<u32>> {
        let mut path = Vec::new();
        (0..=self.len())
            .map(|node| {
                path.truncate(self.depth(node) as usize);
                path.push(node);
                self.runs(before as u32, &path)
            })
            .collect()
    }

    fn runs(&self, before: u32, path: &[usize]) -> Vec<u32> {
        let mut runs = vec![0];
        let mut visible = before;
        let mut next = 0;
        for node in path {
            if *node > next {
                runs.extend([visible, (node - next) as u32]);
                visible = 0;
            }
            visible += 1;
            next = node + 1;
        }
        runs.push(visible);
        if next <= self.len() {
            runs.push((self.len() + 1 - next) as u32);
        }
        runs
    }
}

/// See [`crate::Context::generate_with_drafter`].
pub(crate) async fn generate(
    sequence: &mut Sequence,
    drafter: &mut impl Drafter,
    sampler: &Sampler,
    stop: &impl StopCondition,
    tokens_per_step: &mut Vec<usize>,
) -> Result<Generation> {
    if sampler.allowed()?.is_some() {
        return Err(Error::new(
            "generate_with_drafter: the sampler masks tokens, which goes only one token at a time",
        ));
    }
    let mut generation = sequence.begin();
    let first = sequence.step(sampler).await?;
    generation.take(sequence, first, stop)?;
    tokens_per_step.push(1);
    drafter.update(sequence.tokens());
    while !generation.ended {
        let (tokens, depths) = drafter.draft();
        let draft = Tree::new(tokens, depths)?.cut(sequence.room(), CHUNK - 1);
        let after = sequence.verify(&draft, sampler.candidates()).await?;
        let settled = sequence.tokens().len();
        let mut path = Vec::new();
        let mut node = 0;
        loop {
            let token = sampler.choose(&after[node]);
            generation.take(sequence, token, stop)?;
            match draft.follow(node, token) {
                Some(next) if !generation.ended => node = next,
                _ => break,
            }
            path.push(node);
        }
        sequence.keep(&path, &draft)?;
        tokens_per_step.push(sequence.tokens().len() - settled);
        drafter.update(&sequence.tokens()[settled..]);
    }
    Ok(generation.all)
}

#[cfg(test)]
mod tests {
    use super::Tree;

    /// 5(6 7(8)) 9
    fn tree() -> Tree {
        Tree::new(vec![5, 6, 7, 8, 9], vec![1, 2, 2, 3, 1]).unwrap()
    }

    #[test]
    fn a_path_is_followed() {
        let tree = tree();
        assert_eq!(tree.follow(0, 9), Some(5));
        assert_eq!(tree.follow(0, 6), None);
        assert_eq!(tree.follow(1, 7), Some(3));
        assert_eq!(tree.follow(2, 8), None);
        assert_eq!(tree.follow(3, 8), Some(4));
        assert_eq!(tree.follow(5, 1), None);
    }

    #[test]
    fn a_node_sees_its_path() {
        let rows = tree().masks(10);
        assert_eq!(rows[0], [0, 11, 5]);
        assert_eq!(rows[2], [0, 13, 3]);
        assert_eq!(rows[3], [0, 12, 1, 1, 2]);
        assert_eq!(rows[4], [0, 12, 1, 2, 1]);
        assert_eq!(rows[5], [0, 11, 4, 1]);
        assert!(rows.iter().all(|row| row.iter().sum::<u32>() == 16));
    }

    #[test]
    fn chains_and_cuts() {
        assert!(!tree().is_chain());
        assert!(Tree::new(vec![1, 2], vec![1, 2]).unwrap().is_chain());
        assert!(Tree::new(vec![], vec![]).unwrap().is_chain());
        assert_eq!(tree().cut(1, 9).tokens(), [5, 9]);
        assert_eq!(tree().cut(9, 2).tokens(), [5, 6]);
    }

    #[test]
    fn what_is_no_tree_is_refused() {
        let problem = |tokens, depths| Tree::new(tokens, depths).err().unwrap().to_string();
        assert!(problem(vec![1], vec![]).contains("1 tokens have 0 positions"));
        assert!(problem(vec![1], vec![2]).contains("position 0 must be from 1 to 1, is 2"));
        assert!(problem(vec![1, 2], vec![1, 3]).contains("position 1 must be from 1 to 2, is 3"));
    }
}
