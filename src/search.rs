//! The search for the task of a create whose answer was lost: looks into the account's task list a few times. Which
//! record it is, if any, is decided in `lost_create`.
//!
//! Creates that are lost at the same time share their looks, but no future: in a Worker, one request must not wait for
//! what another one is doing. Who finds that somebody else is looking sleeps, and then takes over what was seen.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::bounded;
use crate::decoded::Task;
use crate::exchange::Line;
use crate::input::Input;
use crate::listing::{self, TaskFilter};
use crate::lost_create::{CLOCK_SKEW_MS, Create, Creates, Trust, Verdict};
use crate::runtime::{now, sleep, wall_clock};
use crate::wire::Listed;

/// When it is looked, in ms after the failure: the list may lag behind the create by some seconds.
const LOOKS_MS: [f64; 4] = [1_000.0, 2_000.0, 4_000.0, 8_000.0];

/// A look that began so much earlier than one's own is due serves too.
const SHARED_WITHIN_MS: f64 = 500.0;

/// How long to sleep before asking again whether another's look has ended.
const ASK_AGAIN_MS: f64 = 50.0;

const PAGE_SIZE: u32 = 100;

/// More than an account makes in the time that counts.
const MOST_PAGES: u32 = 5;

/// Of one page. Fewer than a caller's own reads have by default: there is a next look.
const RETRIES: u32 = 2;

/// How many accounts' last looks are remembered.
const MAX_LOOKS: usize = 8;

thread_local! {
    static CREATES: RefCell<Creates> = const { RefCell::new(Creates::new()) };
    static LOOKS: RefCell<Vec<Look>> = const { RefCell::new(Vec::new()) };
}

/// The last look into one account's list.
struct Look {
    whose: String,
    began: f64,
    /// What it has found, if it has ended. Until then, who looks has it too: one that has failed, or was dropped, has let
    /// go of it.
    seen: Rc<OnceCell<Rc<Seen>>>,
}

/// What a look has found.
struct Seen {
    records: Vec<Listed<JsValue>>,
    /// Whether these are all; a page may have failed.
    is_whole: bool,
}

/// A create is about to be sent. It stays in doubt, for the others, until it is settled: one that is dropped, as by an
/// abort, may have made a task too.
pub(crate) fn begin(base_url: &str, input: &Input, callback_url: &str) -> Create {
    let create = Create {
        number: 0,
        base_url: base_url.into(),
        since: wall_clock(),
        video: input.video.clone(),
        image: input.image.clone(),
        callback_url: callback_url.into(),
    };
    CREATES.with_borrow_mut(|creates| creates.begin(create))
}

/// The task of a create has this id, or none was made.
pub(crate) fn settle(create: &Create, id: Option<&str>) {
    CREATES.with_borrow_mut(|creates| creates.settle(create, id));
}

/// A caller has the task with this id: it is none that was lost.
pub(crate) fn rule_out(base_url: &str, id: &str) {
    CREATES.with_borrow_mut(|creates| creates.give(base_url, id));
}

/// What a search has come to.
pub(crate) enum Found {
    Task(Task),
    /// These may be it; empty where the list had none.
    Candidates(Vec<Task>),
    /// The list could not be read.
    Unseen,
}

/// Looks for the task of a create that has just failed.
pub(crate) async fn search(line: &Line, create: &Create) -> Found {
    let failed_at = now();
    let mut found = Found::Unseen;
    let mut records = Vec::new();
    for (number, after) in (1..).zip(LOOKS_MS) {
        let due = failed_at + after;
        sleep(due - now()).await;
        let Some(seen) = look(line, create, due).await else { continue };
        // No task vanishes: what an earlier look saw counts, where this one did not see all.
        for listed in &seen.records {
            records.retain(|known: &Listed<JsValue>| known.task.id != listed.task.id);
            records.push(listed.clone());
        }
        let trust = Trust {
            is_sole_creator: line.options.sole_creator,
            is_whole: seen.is_whole,
            is_last: number == LOOKS_MS.len(),
        };
        let verdict = CREATES.with_borrow(|creates| creates.judge(create, &records, trust));
        let task = |index: usize| records.get(index).map(|listed| listed.task.clone());
        match verdict {
            Verdict::Found(index) => {
                if let Some(task) = task(index) {
                    settle(create, Some(&task.id));
                    return Found::Task(task);
                }
            }
            Verdict::Candidates(indexes) => {
                found = Found::Candidates(indexes.into_iter().filter_map(task).collect());
            }
        }
    }
    found
}

/// The list as it was at `due` or later; none where it could not be read.
async fn look(line: &Line, create: &Create, due: f64) -> Option<Rc<Seen>> {
    let options = &line.options;
    // Whose token a function will return is not known: its create shares no looks.
    let own = || ["#", &create.number.to_string()].concat();
    let account = options.access_token.clone().unwrap_or_else(own);
    let whose = [&options.base_url, " ", &account].concat();
    loop {
        let (is_under_way, seen) = LOOKS.with_borrow(|looks| {
            let look = looks.iter().find(|look| look.whose == whose && look.began >= due - SHARED_WITHIN_MS);
            // One that a Worker has stopped, with the request that it belonged to, never ends and lets go of nothing.
            let is_under_way = look.is_some_and(|look| {
                Rc::strong_count(&look.seen) > 1 && now() - look.began < options.request_timeout
            });
            (is_under_way, look.and_then(|look| look.seen.get().cloned()))
        });
        if seen.is_some() {
            return seen;
        }
        if !is_under_way {
            break;
        }
        sleep(ASK_AGAIN_MS).await;
    }
    let found = Rc::new(OnceCell::new());
    LOOKS.with_borrow_mut(|looks| {
        looks.retain(|look| look.whose != whose);
        bounded::push(looks, Look { whose, began: now(), seen: found.clone() }, MAX_LOOKS);
    });
    let seen = Rc::new(read_all(line).await?);
    Some(found.get_or_init(|| seen).clone())
}

/// What was made since the earliest create in doubt; none where not even the newest of it could be read.
async fn read_all(line: &Line) -> Option<Seen> {
    let earliest = CREATES.with_borrow(|creates| creates.earliest(&line.options.base_url));
    let since = earliest.unwrap_or_else(wall_clock) - CLOCK_SKEW_MS;
    let mut seen = Seen { records: Vec::new(), is_whole: false };
    let mut count = 0;
    for page in 1..=MOST_PAGES {
        let filter = TaskFilter {
            since: Some(since),
            page: Some(page),
            page_size: Some(PAGE_SIZE),
            ..TaskFilter::default()
        };
        let Ok(list) = listing::read(line, &filter, RETRIES).await else {
            return (page > 1).then_some(seen);
        };
        count += list.count;
        // A service may give fewer on a page than it is asked for.
        seen.is_whole = list.count == 0
            || list.total.map_or(list.count < PAGE_SIZE as usize, |total| count as f64 >= total);
        seen.records.extend(list.tasks);
        if seen.is_whole {
            break;
        }
    }
    Some(seen)
}
