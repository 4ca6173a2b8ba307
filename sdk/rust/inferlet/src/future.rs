//! Several futures at once. Any other crate's combinators work as well.

use std::future::{poll_fn, Future};
use std::pin::{pin, Pin};
use std::task::Poll;

/// Both, at the same time.
pub async fn join<A: Future, B: Future>(first: A, second: B) -> (A::Output, B::Output) {
    let mut first = pin!(first);
    let mut second = pin!(second);
    let mut one = None;
    let mut other = None;
    poll_fn(move |context| {
        if one.is_none() {
            if let Poll::Ready(value) = first.as_mut().poll(context) {
                one = Some(value);
            }
        }
        if other.is_none() {
            if let Poll::Ready(value) = second.as_mut().poll(context) {
                other = Some(value);
            }
        }
        match (one.take(), other.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            (left, right) => {
                one = left;
                other = right;
                Poll::Pending
            }
        }
    })
    .await
}

/// All, at the same time; their values in their order.
pub async fn join_all<F: Future>(all: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<Option<Pin<Box<F>>>> = all
        .into_iter()
        .map(|future| Some(Box::pin(future)))
        .collect();
    let mut values: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, value) in futures.iter_mut().zip(&mut values) {
            if let Some(running) = future {
                if let Poll::Ready(output) = running.as_mut().poll(context) {
                    *value = Some(output);
                    *future = None;
                }
            }
        }
        if futures.iter().any(Option::is_some) {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    values.into_iter().flatten().collect()
}

/// The first that ends; the others are dropped.
pub async fn select_first<T>(all: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> T {
    let mut futures = all;
    poll_fn(|context| {
        for future in &mut futures {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                return Poll::Ready(value);
            }
        }
        Poll::Pending
    })
    .await
}
