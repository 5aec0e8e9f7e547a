//! What the data of a PostgreSQL looks like right now, in one comparable text: the snapshot that a statement would see. Two equal
//! snapshots see the same commits of whatever program, and one that has changed never comes back. Whoever asks while a question is
//! under way shares the next one, so that a thousand readers cost no more than a few questions.

use super::Address;
use crossbeam_channel::{Receiver, Sender};
use std::sync::Arc;
use tokio::sync::oneshot;

type Reply = oneshot::Sender<Option<Arc<str>>>;

/// Asks for stamps.
pub struct Stamps(Sender<Reply>);

impl Stamps {
    pub(super) fn start(address: Arc<Address>) -> Self {
        let (ask, asked) = crossbeam_channel::unbounded();
        std::thread::spawn(move || thread(&address, &asked));
        Self(ask)
    }

    /// The snapshot of a moment after the call. `None` while the server is away, and on Citus, whose shards commit without a
    /// trace in the snapshot of the node that is asked.
    pub(in crate::db) async fn now(&self) -> Option<Arc<str>> {
        let (reply, answer) = oneshot::channel();
        self.0.send(reply).ok()?;
        answer.await.ok().flatten()
    }
}

/// A connection that answers stamps.
struct Asker {
    client: postgres::Client,
    snapshot: postgres::Statement,
    whole: bool,
}

impl Asker {
    fn connect(address: &Address) -> Option<Self> {
        let mut client = address.connect().ok()?;
        let sharded = client.query_one("SELECT COUNT(*) FROM pg_extension WHERE extname = 'citus'", &[]).ok()?;
        let whole = sharded.try_get::<_, i64>(0).ok()? == 0;
        let snapshot = client.prepare("SELECT pg_current_snapshot()::TEXT").ok()?;
        Some(Self { client, snapshot, whole })
    }

    fn ask(&mut self) -> Option<Arc<str>> {
        let row = self.client.query_one(&self.snapshot, &[]).ok()?;
        row.try_get::<_, String>(0).ok().map(Arc::from)
    }
}

fn thread(address: &Address, asked: &Receiver<Reply>) {
    let mut asker: Option<Asker> = None;
    while let Ok(first) = asked.recv() {
        // Those who asked until now get the answer to a question that is put after they asked.
        let mut waiting = vec![first];
        waiting.extend(asked.try_iter());
        if asker.is_none() {
            asker = Asker::connect(address);
        }
        let stamp = match &mut asker {
            Some(asker) if !asker.whole => None,
            Some(open) => {
                let stamp = open.ask();
                if stamp.is_none() {
                    asker = None;
                }
                stamp
            }
            None => None,
        };
        for reply in waiting {
            let _ = reply.send(stamp.clone());
        }
    }
}
