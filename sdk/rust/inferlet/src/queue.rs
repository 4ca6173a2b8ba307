use crate::bindings::pie4j::inferlet::{allocate, queues};
use crate::error::Result;
use crate::model::Model;
use crate::runtime::refuse;
use std::rc::Rc;

/// A command queue. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    inner: Rc<queues::Queue>,
}

impl Queue {
    pub(crate) fn new(model: &Model) -> Result<Self> {
        Ok(Self {
            inner: Rc::new(queues::create_queue(model.raw())?),
        })
    }

    /// Publishes pages under a name, as they are when the queue gets there. If the engine refuses
    /// it, the program ends the next time that it waits.
    pub fn export_kv_pages(&self, pages: &[u32], name: &str) {
        self.try_export_kv_pages(pages, name).unwrap_or_else(refuse);
    }

    /// As [`Queue::export_kv_pages`].
    pub fn try_export_kv_pages(&self, pages: &[u32], name: &str) -> Result<()> {
        Ok(allocate::export_kvpage(&self.inner, pages, name)?)
    }

    /// The pages that were exported under a name, there for every queue. If the engine refuses it,
    /// there are none, and the program ends the next time that it waits.
    pub fn import_kv_pages(&self, name: &str) -> Vec<u32> {
        self.try_import_kv_pages(name).unwrap_or_else(|refused| {
            refuse(refused);
            Vec::new()
        })
    }

    /// As [`Queue::import_kv_pages`].
    pub fn try_import_kv_pages(&self, name: &str) -> Result<Vec<u32>> {
        let pages = allocate::import_kvpage(&self.inner, name)?;
        queues::synchronize(&self.inner).await_()?; // between queues there is no order
        Ok(pages)
    }

    /// The interface's own queue.
    pub fn raw(&self) -> &queues::Queue {
        &self.inner
    }
}
