//! The loop that drives a program's futures: one thread, which waits for the engine only when no
//! future can go on.

use crate::bindings::pie4j::inferlet::types::{poll, Pollable};
use crate::error::Error;
use std::cell::RefCell;
use std::future::Future;
use std::pin::{pin, Pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

thread_local! {
    static WAITING: RefCell<Vec<(Pollable, Waker)>> = const { RefCell::new(Vec::new()) };
    static FAILURE: RefCell<Option<Error>> = const { RefCell::new(None) };
}

/// Whether the program's future may be able to go on.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a program's `main` may give: nothing, or a text that is printed.
pub trait Outcome {
    /// Tells whoever launched the program.
    fn tell(self) -> Result<(), Error>;
}

impl Outcome for () {
    fn tell(self) -> Result<(), Error> {
        Ok(())
    }
}

impl Outcome for String {
    fn tell(self) -> Result<(), Error> {
        crate::print(&self);
        Ok(())
    }
}

/// Runs a program to its end with what it was launched with; its error is the exit message.
pub fn run<G, T, E, F>(main: impl FnOnce(G) -> F) -> Result<(), String>
where
    G: crate::Given,
    T: Outcome,
    E: Into<Error>,
    F: Future<Output = Result<T, E>>,
{
    let given = G::given(crate::Args::of_program())?;
    finish(async { main(given).await.map_err(Into::into) })
        .and_then(Outcome::tell)
        .map_err(|failure| failure.to_string())
}

/// Runs a future to its end; what ended the program inside it is its error.
pub fn finish<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    drive(future).and_then(|ended| ended)
}

/// Runs a future to its end, and with it all that it waits for.
///
/// # Panics
/// If it waits for nothing that the engine could bring, and so for ever; or if something in it
/// ended the program.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    drive(future).unwrap_or_else(|failure| panic!("{failure}"))
}

/// Ends the program, with this as its exit message.
pub async fn fail(failure: impl Into<Error>) -> ! {
    refuse(failure.into());
    std::future::pending().await
}

/// Ends the program the next time that it waits, or at its end; its exit message is the first that
/// was given here.
pub fn refuse(failure: Error) {
    FAILURE.with_borrow_mut(|first| {
        first.get_or_insert(failure);
    });
}

fn drive<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let mut future = pin!(future);
    let flag = Arc::new(Flag(AtomicBool::new(true)));
    let waker = Waker::from(flag.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        while flag.0.swap(false, Ordering::Relaxed) {
            let polled = future.as_mut().poll(&mut context);
            if let Some(failure) = FAILURE.take() {
                return Err(failure);
            }
            if let Poll::Ready(value) = polled {
                return Ok(value);
            }
        }
        wait();
    }
}

/// Waits until the engine has something for anybody, and wakes those whom it concerns.
fn wait() {
    let mut waiting = WAITING.take();
    assert!(
        !waiting.is_empty(),
        "the program waits for something that nobody brings"
    );
    let pollables: Vec<&Pollable> = waiting.iter().map(|(pollable, _)| pollable).collect();
    let mut ready = poll(&pollables);
    ready.sort_unstable();
    for index in ready.into_iter().rev() {
        let (_, waker) = waiting.swap_remove(index as usize);
        waker.wake();
    }
    // What was added meanwhile comes behind.
    WAITING.with_borrow_mut(|added| {
        waiting.append(added);
        *added = waiting;
    });
}

/// One of the engine's answers that come later.
pub trait Answer {
    /// What it brings.
    type Value;
    /// To wait for it.
    fn subscribe(&self) -> Pollable;
    /// The answer, if it is there; taken once.
    fn get(&self) -> Option<Result<Self::Value, Error>>;
}

/// Waits for an answer.
pub fn when<A: Answer>(answer: A) -> When<A> {
    When {
        answer,
        pollable: None,
    }
}

/// See [`when`].
pub struct When<A> {
    answer: A,
    pollable: Option<Arc<AtomicBool>>,
}

impl<A> Unpin for When<A> {}

struct Woken {
    done: Arc<AtomicBool>,
    waker: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.done.store(true, Ordering::Relaxed);
        self.waker.wake_by_ref();
    }
}

impl<A: Answer> Future for When<A> {
    type Output = Result<A::Value, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let asked = this
            .pollable
            .as_ref()
            .is_some_and(|done| !done.load(Ordering::Relaxed));
        if asked {
            // Woken for another's sake: what is waited for is still registered.
            return Poll::Pending;
        }
        if let Some(answer) = this.answer.get() {
            return Poll::Ready(answer);
        }
        let done = Arc::new(AtomicBool::new(false));
        this.pollable = Some(done.clone());
        let woken = Woken {
            done,
            waker: context.waker().clone(),
        };
        WAITING.with_borrow_mut(|waiting| {
            waiting.push((this.answer.subscribe(), Waker::from(Arc::new(woken))));
        });
        Poll::Pending
    }
}

impl<A: Answer> Answer for &A {
    type Value = A::Value;

    fn subscribe(&self) -> Pollable {
        A::subscribe(self)
    }

    fn get(&self) -> Option<Result<Self::Value, Error>> {
        A::get(self)
    }
}

macro_rules! answers {
    ($($future:path => $value:ty),* $(,)?) => {
        $(impl Answer for $future {
            type Value = $value;

            fn subscribe(&self) -> Pollable {
                <$future>::subscribe(self)
            }

            fn get(&self) -> Option<Result<$value, Error>> {
                <$future>::get(self).map(|answer| answer.map_err(Error::from))
            }
        })*
    };
}

answers! {
    crate::bindings::pie4j::inferlet::types::FutureUnit => (),
    crate::bindings::pie4j::inferlet::types::FutureText => String,
    crate::bindings::pie4j::inferlet::types::FutureDistribution => crate::bindings::pie4j::inferlet::types::Distribution,
    crate::bindings::pie4j::inferlet::types::FutureToken => crate::bindings::pie4j::inferlet::types::SampledToken,
    crate::bindings::pie4j::inferlet::types::FutureScores => crate::bindings::pie4j::inferlet::types::Scores,
    crate::bindings::pie4j::inferlet::types::FutureProbabilities => Vec<f32>,
    crate::bindings::pie4j::inferlet::types::FutureBytes => Vec<u8>,
    crate::bindings::pie4j::inferlet::children::Child => String,
    crate::bindings::pie4j::inferlet::http::FutureResponse => crate::bindings::pie4j::inferlet::http::Response,
}
