//! The pages of one context: which tokens lie where, who else refers to them, and what is hidden.
//!
//! Contexts of one program share pages; the last of them gives a page back. Nobody changes what
//! another sees: tokens are appended behind all that anybody sees, or to a copy. Each context has a
//! queue of its own, and between queues there is no order: a cache that was shared may be used only
//! once what it shares has been computed.

use crate::bindings::pie4j::inferlet::{allocate, forward};
use crate::error::Result;
use crate::queue::Queue;
use std::cell::Cell;
use std::rc::Rc;

struct Page {
    id: u32,
    /// Slots in use, counting commands that are enqueued.
    filled: Cell<u32>,
    /// The slots that the engine hides from this program, slot i as bit i.
    hidden: Cell<u32>,
    /// Whether it lies before other pages somewhere, so that nobody may add tokens to it.
    sealed: Cell<bool>,
    /// The cache that wrote to it last.
    writer: Cell<u64>,
}

/// Tokens of this cache in a page, from its first slot on.
struct Span {
    page: Rc<Page>,
    start: usize,
    count: u32,
    hidden: u32,
}

impl Span {
    fn is_hidden(&self) -> bool {
        self.hidden == slots(0, self.count)
    }

    fn end(&self) -> usize {
        self.start + self.count as usize
    }
}

/// Slots `from` to `to - 1` as bits.
fn slots(from: u32, to: u32) -> u32 {
    if to <= from {
        0
    } else {
        (u32::MAX >> (32 - (to - from))) << from
    }
}

pub(crate) struct Cache {
    queue: Queue,
    page_size: u32,
    number: u64,
    spans: Vec<Span>,
    /// Allocated for a step that was then refused.
    spares: Vec<Rc<Page>>,
    /// No longer referred to, but perhaps by commands that are enqueued.
    leaving: Vec<Rc<Page>>,
    settled: bool,
    stamp: u64,
    size: usize,
}

impl Cache {
    pub(crate) fn new(queue: Queue, page_size: u32) -> Self {
        thread_local!(static NEXT: Cell<u64> = const { Cell::new(0) });
        let number = NEXT.get();
        NEXT.set(number + 1);
        Self {
            queue,
            page_size,
            number,
            spans: Vec::new(),
            spares: Vec::new(),
            leaving: Vec::new(),
            settled: true,
            stamp: 0,
            size: 0,
        }
    }

    /// Another cache of the same tokens.
    pub(crate) fn fork(&self, queue: Queue) -> Self {
        let mut child = Self::new(queue, self.page_size);
        child.size = self.size;
        child.spans = self
            .spans
            .iter()
            .map(|span| Span {
                page: span.page.clone(),
                ..*span
            })
            .collect();
        child
    }

    /// Refers to pages that the program was given, all full but perhaps the last one.
    pub(crate) fn take(&mut self, ids: &[u32], tokens: usize) {
        let mut left = tokens;
        for id in ids {
            let count = left.min(self.page_size as usize) as u32;
            left -= count as usize;
            let page = self.page(*id);
            page.filled.set(count);
            self.spans.push(Span {
                page,
                start: self.size,
                count,
                hidden: 0,
            });
            self.size += count as usize;
        }
    }

    fn page(&self, id: u32) -> Rc<Page> {
        Rc::new(Page {
            id,
            filled: Cell::new(0),
            hidden: Cell::new(0),
            sealed: Cell::new(false),
            writer: Cell::new(self.number),
        })
    }

    /// Tokens in it, dropped ones included.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    pub(crate) fn pages_held(&self) -> usize {
        self.spans.len() + self.spares.len()
    }

    pub(crate) fn ids(&self) -> Vec<u32> {
        self.spans.iter().map(|span| span.page.id).collect()
    }

    /// Tokens in the last page.
    pub(crate) fn last_page_tokens(&self) -> usize {
        self.spans.last().map_or(0, |last| last.count as usize)
    }

    /// Tokens that later ones see.
    pub(crate) fn visible(&self) -> usize {
        let hidden = |span: &Span| (span.hidden & slots(0, span.count)).count_ones();
        let visible = |span: &Span| span.count - hidden(span);
        self.spans.iter().map(visible).sum::<u32>() as usize
    }

    /// Whether its pages hold exactly its tokens, none of them hidden, so that they can be exported.
    pub(crate) fn is_whole(&self) -> bool {
        self.spans.iter().enumerate().all(|(index, span)| {
            span.hidden == 0
                && span.page.filled.get() == span.count
                && (index + 1 == self.spans.len() || span.count == self.page_size)
        })
    }

    /// The pages to attend to, with what is hidden hidden.
    pub(crate) fn input_pages(&mut self) -> Result<Vec<u32>> {
        let mut ids = Vec::with_capacity(self.spans.len());
        for index in 0..self.spans.len() {
            if !self.spans[index].is_hidden() {
                self.apply_mask(index)?;
                ids.push(self.spans[index].page.id);
            }
        }
        Ok(ids)
    }

    fn apply_mask(&mut self, index: usize) -> Result<()> {
        let span = &self.spans[index];
        if (span.page.hidden.get() ^ span.hidden) & slots(0, span.count) == 0 {
            return Ok(());
        }
        if Rc::strong_count(&span.page) > 1 {
            self.copy(index)?;
        }
        let span = &self.spans[index];
        let flags: Vec<bool> = (0..self.page_size)
            .map(|slot| slot < span.count && span.hidden >> slot & 1 != 0)
            .collect();
        forward::mask_kvpage(self.queue.raw(), span.page.id, &flags)?;
        span.page.hidden.set(span.hidden);
        Ok(())
    }

    /// Makes the last page one that this cache may append to, unless it is full.
    pub(crate) fn open_last(&mut self) -> Result<()> {
        let Some(last) = self.spans.last() else {
            return Ok(());
        };
        if last.count == self.page_size {
            return Ok(());
        }
        let page = &last.page;
        if page.sealed.get() {
            return self.copy(self.spans.len() - 1);
        }
        if page.filled.get() > last.count {
            if Rc::strong_count(page) > 1 || page.writer.get() != self.number {
                return self.copy(self.spans.len() - 1);
            }
            forward::truncate_kvpage(self.queue.raw(), page.id, last.count)?;
            page.filled.set(last.count);
            page.hidden.set(page.hidden.get() & slots(0, last.count));
        }
        Ok(())
    }

    fn copy(&mut self, index: usize) -> Result<()> {
        self.ensure_spares(1)?;
        let copy = self.spares.remove(0);
        let count = self.spans[index].count;
        let source = self.spans[index].page.id;
        if let Err(refused) = allocate::copy_kvpage(self.queue.raw(), source, copy.id, 0, 0, count)
        {
            self.spares.insert(0, copy);
            return Err(refused.into());
        }
        self.used();
        copy.filled.set(count);
        let old = std::mem::replace(&mut self.spans[index].page, copy);
        self.release(vec![old]);
        Ok(())
    }

    /// Pages with room for so many more tokens; [`Cache::append`] follows when they are used.
    pub(crate) fn output_pages(&mut self, count: usize) -> Result<Vec<u32>> {
        let open = self.spans.last().filter(|last| last.count < self.page_size);
        let mut ids: Vec<u32> = open.iter().map(|last| last.page.id).collect();
        let room = open.map_or(0, |last| (self.page_size - last.count) as usize);
        let fresh = count.saturating_sub(room).div_ceil(self.page_size as usize);
        self.ensure_spares(fresh)?;
        ids.extend(self.spares[..fresh].iter().map(|page| page.id));
        Ok(ids)
    }

    fn ensure_spares(&mut self, count: usize) -> Result<()> {
        let missing = count.saturating_sub(self.spares.len());
        if missing > 0 {
            for id in allocate::alloc_kvpage(self.queue.raw(), missing as u32)? {
                let page = self.page(id);
                self.spares.push(page);
            }
        }
        Ok(())
    }

    /// So many tokens were written to the output pages.
    pub(crate) fn append(&mut self, count: usize) {
        self.used();
        let mut left = count;
        while left > 0 {
            if self
                .spans
                .last()
                .is_none_or(|last| last.count == self.page_size)
            {
                let page = self.spares.remove(0);
                self.spans.push(Span {
                    page,
                    start: self.size,
                    count: 0,
                    hidden: 0,
                });
            }
            let (page_size, number) = (self.page_size, self.number);
            let last = self.spans.last_mut().expect("a page was just added");
            let taken = left.min((page_size - last.count) as usize);
            last.count += taken as u32;
            last.page.filled.set(last.count);
            last.page.writer.set(number);
            self.size += taken;
            left -= taken;
        }
    }

    /// Puts a copy of a token in the place of an earlier one; both are behind all that others see.
    pub(crate) fn copy_token(&mut self, from: usize, to: usize) -> Result<()> {
        if from == to {
            return Ok(());
        }
        let (source, source_slot) = self.holding(from);
        let (target, target_slot) = self.holding(to);
        let queue = self.queue.raw();
        allocate::copy_kvpage(queue, source, target, source_slot, target_slot, 1)?;
        self.used();
        Ok(())
    }

    /// The page and the slot of a token, one of the last ones.
    fn holding(&self, token: usize) -> (u32, u32) {
        let mut spans = self.spans.iter().rev();
        let span = spans
            .find(|span| span.start <= token)
            .expect("the token is in the cache");
        (span.page.id, (token - span.start) as u32)
    }

    /// Forgets all tokens behind the first `count`.
    pub(crate) fn truncate(&mut self, count: usize) {
        let mut dropped = Vec::new();
        while self.spans.last().is_some_and(|last| last.start >= count) {
            dropped.extend(self.spans.pop().map(|span| span.page));
        }
        if let Some(last) = self.spans.last_mut() {
            if last.end() > count {
                last.count = (count - last.start) as u32;
                last.hidden &= slots(0, last.count);
            }
        }
        self.size = self.size.min(count);
        self.release(dropped);
    }

    /// Hides or shows tokens.
    pub(crate) fn mask(&mut self, from: usize, to: usize, hidden: bool) {
        for span in &mut self.spans {
            let first = from.saturating_sub(span.start).min(span.count as usize) as u32;
            let end = to.saturating_sub(span.start).min(span.count as usize) as u32;
            let bits = slots(first, end);
            span.hidden = if hidden {
                span.hidden | bits
            } else {
                span.hidden & !bits
            };
        }
    }

    /// Gives back the pages of which nothing is visible.
    pub(crate) fn drop_hidden(&mut self) {
        let (dropped, kept) = std::mem::take(&mut self.spans)
            .into_iter()
            .partition(Span::is_hidden);
        self.spans = kept;
        self.release(dropped.into_iter().map(|span: Span| span.page).collect());
    }

    fn used(&mut self) {
        self.settled = false;
        self.stamp += 1;
    }

    /// Whether all that was enqueued is known to have run.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    pub(crate) fn stamp(&self) -> u64 {
        self.stamp
    }

    /// What was enqueued up to that stamp has run.
    pub(crate) fn settle(&mut self, stamp: u64) {
        if stamp == self.stamp {
            self.settled = true;
            let left = std::mem::take(&mut self.leaving);
            self.release(left);
        }
    }

    fn release(&mut self, pages: Vec<Rc<Page>>) {
        let mut unused = Vec::new();
        for page in pages {
            if Rc::strong_count(&page) > 1 && !self.settled {
                self.leaving.push(page);
            } else if Rc::strong_count(&page) == 1 {
                unused.push(page.id);
            }
        }
        if !unused.is_empty() {
            // They are the program's own, so that the engine takes them; at its end it takes all.
            let _ = allocate::dealloc_kvpage(self.queue.raw(), &unused);
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.settled = true;
        let mut all = std::mem::take(&mut self.spares);
        all.append(&mut self.leaving);
        all.extend(
            std::mem::take(&mut self.spans)
                .into_iter()
                .map(|span| span.page),
        );
        self.release(all);
    }
}
