//! Which task of the account's list is the one of a create whose answer was lost. Plain rules: the list, the clock and
//! the creates of this module are told; nothing is sent. A stranger's task is never taken for ours.

use crate::bounded;
use crate::input::NO_CALLBACK;
use crate::wire::Listed;

/// How far the service's clock may be off ours.
pub(crate) const CLOCK_SKEW_MS: f64 = 120_000.0;

/// How far off it usually is: a record that is older looks like a task from before the create.
const USUAL_SKEW_MS: f64 = 5_000.0;

/// Records have their times in whole seconds.
const ROUNDING_MS: f64 = 2_000.0;

/// A create of this module that has no outcome yet, and may never have one.
#[derive(Clone, Debug)]
pub(crate) struct Create {
    /// Its number among the creates of this module.
    pub(crate) number: u64,
    /// Where it was sent.
    pub(crate) base_url: String,
    /// When it was begun, by the local clock.
    pub(crate) since: f64,
    pub(crate) video: String,
    pub(crate) image: String,
    pub(crate) callback_url: String,
}

/// What the list says about a lost create.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// The record at this index is its task.
    Found(usize),
    /// The records at these indexes may be; none of them for sure.
    Candidates(Vec<usize>),
}

/// What else is known of the list.
#[derive(Clone, Copy)]
pub(crate) struct Trust {
    /// Nobody else creates tasks on the account meanwhile.
    pub(crate) is_sole_creator: bool,
    /// It has all tasks of the time that counts. What it does not have could be another record like the one it has.
    pub(crate) is_whole: bool,
    /// There is no later look, in which a record could come that fits better.
    pub(crate) is_last: bool,
}

/// How close a record comes to a create.
#[derive(Clone, Copy, PartialEq)]
enum Match {
    /// It names another callback URL, or another input.
    Stranger,
    /// It names nothing that was sent.
    Silent,
    /// It names a part of the input, and that is ours.
    Partly,
    /// It names both inputs, and they are ours.
    Input,
    /// It names our callback URL.
    Callback,
}

/// The creates of this module: those without an outcome, and the ids that have been given out.
pub(crate) struct Creates {
    begun: u64,
    open: Vec<Create>,
    /// Base URL and id.
    given: Vec<(String, String)>,
}

/// How many creates and ids are remembered. More than most programs make in the time that counts; a bound all the same.
const MAX_REMEMBERED: usize = 4_096;

/// After this long a lost create does not come to light any more.
const FORGOTTEN_AFTER_MS: f64 = 3_600_000.0;

impl Creates {
    pub(crate) const fn new() -> Self {
        Creates { begun: 0, open: Vec::new(), given: Vec::new() }
    }

    /// A create is about to be sent; returns it with its number. It counts as in doubt until [`Creates::settle`].
    pub(crate) fn begin(&mut self, mut create: Create) -> Create {
        self.begun += 1;
        create.number = self.begun;
        self.open.retain(|other| create.since - other.since < FORGOTTEN_AFTER_MS);
        bounded::push(&mut self.open, create.clone(), MAX_REMEMBERED);
        create
    }

    /// A create has an outcome: the id of its task, or none was made.
    pub(crate) fn settle(&mut self, settled: &Create, id: Option<&str>) {
        self.open.retain(|create| create.number != settled.number);
        if let Some(id) = id {
            self.give(&settled.base_url, id);
        }
    }

    /// A caller has this task: it is none that was lost.
    pub(crate) fn give(&mut self, base_url: &str, id: &str) {
        if !self.is_given(base_url, id) {
            bounded::push(&mut self.given, (base_url.into(), id.into()), MAX_REMEMBERED);
        }
    }

    fn is_given(&self, base_url: &str, id: &str) -> bool {
        self.given.iter().any(|(other, given)| given == id && other == base_url)
    }

    /// When the earliest create in doubt at `base_url` was begun.
    pub(crate) fn earliest(&self, base_url: &str) -> Option<f64> {
        let open = self.open.iter().filter(|create| create.base_url == base_url);
        open.map(|create| create.since).reduce(f64::min)
    }

    /// What the list says about `create`.
    pub(crate) fn judge<J>(&self, create: &Create, list: &[Listed<J>], trust: Trust) -> Verdict {
        let matches: Vec<(usize, Match)> = list
            .iter()
            .enumerate()
            .filter(|(_, listed)| self.may_be(create, listed))
            .map(|(index, listed)| (index, match_of(create, listed)))
            .filter(|(_, how)| *how != Match::Stranger)
            .collect();
        // Where some name our callback URL, those that name none are not ours; and so on with our input.
        let has = |wanted: &Match| matches.iter().any(|(_, how)| how == wanted);
        let best = [Match::Callback, Match::Input].into_iter().find(has);
        let is_rival = |other: &&Create| match best {
            Some(Match::Callback) => other.callback_url == create.callback_url,
            Some(_) => other.video == create.video && other.image == create.image,
            None => true,
        };
        let mut rivals = self.open.iter().filter(|other| is_another(create, other)).filter(is_rival);
        let mut fitting = matches.iter().filter(|(_, how)| best.is_none_or(|best| *how == best));
        let is_final =
            |index: usize| trust.is_last || list.get(index).is_some_and(|it| !is_older(create, it));
        if let (Some((index, how)), None, None) = (fitting.next(), fitting.next(), rivals.next())
            && match how {
                Match::Callback => true,
                Match::Input => trust.is_whole && is_final(*index),
                Match::Silent => trust.is_whole && trust.is_sole_creator && is_final(*index),
                Match::Partly | Match::Stranger => false,
            }
        {
            return Verdict::Found(*index);
        }
        let candidates =
            matches.iter().filter(|(_, how)| best != Some(Match::Callback) || *how == Match::Callback);
        Verdict::Candidates(candidates.map(|(index, _)| *index).collect())
    }

    /// Whether a record can be the task of `create` at all.
    fn may_be<J>(&self, create: &Create, listed: &Listed<J>) -> bool {
        let task = &listed.task;
        let is_new = task.submitted_at.is_none_or(|at| at >= create.since - CLOCK_SKEW_MS);
        // By one clock each, whatever the other says.
        let ran_longer = task.finished_at.zip(task.submitted_at).is_some_and(|(finished, submitted)| {
            finished - submitted > task.checked_at - create.since + ROUNDING_MS
        });
        let is_like_it = listed.may_be_act_one && is_new && !ran_longer;
        // A callback URL that nobody else has outweighs all that.
        let is_it = create.has_own_callback() && listed.callback_url.as_ref() == Some(&create.callback_url);
        (is_like_it || is_it) && !self.is_given(&create.base_url, &task.id)
    }
}

impl Create {
    /// Whether its callback URL was made for it; a caller's own may be that of many.
    fn has_own_callback(&self) -> bool {
        self.callback_url.starts_with(NO_CALLBACK)
    }
}

/// Whether a record looks like a task from before the create.
fn is_older<J>(create: &Create, listed: &Listed<J>) -> bool {
    listed.task.submitted_at.is_some_and(|at| at < create.since - USUAL_SKEW_MS)
}

/// Whether `other` is another create of the same account.
fn is_another(create: &Create, other: &Create) -> bool {
    other.number != create.number && other.base_url == create.base_url
}

fn match_of<J>(create: &Create, listed: &Listed<J>) -> Match {
    let is = |named: &Option<String>, ours: &str| named.as_deref().map(|named| named == ours);
    let inputs = (is(&listed.video, &create.video), is(&listed.image, &create.image));
    let is_other_input = inputs.0 == Some(false) || inputs.1 == Some(false);
    match is(&listed.callback_url, &create.callback_url) {
        // Perhaps only spelled differently; but a caller's own callback URL may be on all of its tasks.
        Some(true) if is_other_input && !create.has_own_callback() => return Match::Partly,
        Some(true) => return Match::Callback,
        Some(false) => return Match::Stranger,
        None => {}
    }
    match inputs {
        (Some(true), Some(true)) => Match::Input,
        (Some(false), _) | (_, Some(false)) => Match::Stranger,
        (None, None) => Match::Silent,
        _ => Match::Partly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{Status, Task};

    const SOLE: Trust = Trust { is_sole_creator: true, is_whole: true, is_last: true };
    const SINCE: f64 = 1_750_000_000_000.0;

    fn create(callback_url: &str) -> Create {
        Create {
            number: 0,
            base_url: "https://gateway.example".into(),
            since: SINCE,
            video: "https://media.example/a.mp4".into(),
            image: "https://media.example/a.jpg".into(),
            callback_url: callback_url.into(),
        }
    }

    fn listed(id: &str) -> Listed<()> {
        let task = Task {
            id: id.into(),
            status: Status::Queued,
            progress: None,
            video_url: None,
            poster_url: None,
            last_frame_url: None,
            fail_reason: None,
            submitted_at: Some(SINCE + 1_000.0),
            started_at: None,
            finished_at: None,
            checked_at: SINCE,
            raw: (),
            awaits_address: false,
        };
        let task = Box::new(task);
        Listed { task, may_be_act_one: true, callback_url: None, video: None, image: None }
    }

    fn with_callback(id: &str, callback_url: &str) -> Listed<()> {
        Listed { callback_url: Some(callback_url.into()), ..listed(id) }
    }

    fn with_input(id: &str, video: Option<&str>, image: Option<&str>) -> Listed<()> {
        let url = |name: Option<&str>| name.map(|name| format!("https://media.example/{name}"));
        Listed { video: url(video), image: url(image), ..listed(id) }
    }

    /// The creates of a module in which one is lost, and `others` are in doubt too.
    fn module(lost: Create, others: &[Create]) -> (Creates, Create) {
        let mut creates = Creates::new();
        let lost = creates.begin(lost);
        for other in others {
            creates.begin(other.clone());
        }
        (creates, lost)
    }

    fn verdict(list: &[Listed<()>], is_sole_creator: bool, others: &[Create]) -> Verdict {
        let (creates, lost) = module(create("https://callback.invalid/1"), others);
        creates.judge(&lost, list, Trust { is_sole_creator, ..SOLE })
    }

    #[test]
    fn our_callback_url_makes_it_the_task_and_any_other_makes_it_a_strangers() {
        let list =
            [with_callback("s", "https://other.example"), with_callback("t", "https://callback.invalid/1")];
        assert_eq!(verdict(&list, false, &[create("https://callback.invalid/2")]), Verdict::Found(1));
        assert_eq!(verdict(&list[..1], true, &[]), Verdict::Candidates(vec![]));
        let both = Listed {
            callback_url: list[0].callback_url.clone(),
            ..with_input("s", Some("a.mp4"), Some("a.jpg"))
        };
        assert_eq!(verdict(&[both], true, &[]), Verdict::Candidates(vec![]));
    }

    #[test]
    fn a_callback_url_that_several_creates_share_tells_nothing_while_two_are_in_doubt() {
        let url = "https://callback.invalid/1";
        assert_eq!(verdict(&[with_callback("t", url)], false, &[create(url)]), Verdict::Candidates(vec![0]));
        let two = [with_callback("t", url), with_callback("u", url), listed("s")];
        assert_eq!(verdict(&two, true, &[]), Verdict::Candidates(vec![0, 1]));
    }

    #[test]
    fn both_inputs_make_it_the_task_where_exactly_one_record_has_them() {
        let ours = || with_input("t", Some("a.mp4"), Some("a.jpg"));
        assert_eq!(verdict(&[listed("s"), ours()], false, &[]), Verdict::Found(1));
        assert_eq!(verdict(&[ours(), ours()], true, &[]), Verdict::Candidates(vec![0, 1]));
        let same_input = create("https://callback.invalid/2");
        assert_eq!(verdict(&[ours()], true, std::slice::from_ref(&same_input)), Verdict::Candidates(vec![0]));
        let other_input = Create { image: "https://media.example/b.jpg".into(), ..same_input };
        assert_eq!(verdict(&[ours()], false, &[other_input]), Verdict::Found(0));
    }

    #[test]
    fn a_record_that_names_another_input_is_a_strangers_and_half_of_ours_is_no_proof() {
        for (video, image) in [("b.mp4", "a.jpg"), ("a.mp4", "b.jpg"), ("b.mp4", "b.jpg")] {
            let list = [with_input("s", Some(video), Some(image))];
            assert_eq!(verdict(&list, true, &[]), Verdict::Candidates(vec![]));
        }
        assert_eq!(verdict(&[with_input("s", None, Some("b.jpg"))], true, &[]), Verdict::Candidates(vec![]));
        assert_eq!(verdict(&[with_input("t", Some("a.mp4"), None)], true, &[]), Verdict::Candidates(vec![0]));
    }

    #[test]
    fn a_silent_record_is_taken_only_from_a_sole_creator_with_nothing_else_in_doubt() {
        let list = [listed("t")];
        assert_eq!(verdict(&list, true, &[]), Verdict::Found(0));
        assert_eq!(verdict(&list, false, &[]), Verdict::Candidates(vec![0]));
        assert_eq!(
            verdict(&list, true, &[create("https://callback.invalid/2")]),
            Verdict::Candidates(vec![0])
        );
        assert_eq!(verdict(&[listed("t"), listed("u")], true, &[]), Verdict::Candidates(vec![0, 1]));
        let elsewhere =
            Create { base_url: "https://other.example".into(), ..create("https://callback.invalid/2") };
        assert_eq!(verdict(&list, true, &[elsewhere]), Verdict::Found(0));
    }

    #[test]
    fn of_a_list_with_a_page_missing_only_our_callback_url_is_proof() {
        let (creates, lost) = module(create("https://callback.invalid/1"), &[]);
        let judge = |record| creates.judge(&lost, &[record], Trust { is_whole: false, ..SOLE });
        assert_eq!(judge(with_callback("t", "https://callback.invalid/1")), Verdict::Found(0));
        assert_eq!(judge(with_input("t", Some("a.mp4"), Some("a.jpg"))), Verdict::Candidates(vec![0]));
        assert_eq!(judge(listed("t")), Verdict::Candidates(vec![0]));
    }

    #[test]
    fn what_is_too_old_or_of_another_kind_or_given_out_is_nobodys() {
        let mut old = listed("old");
        old.task.submitted_at = Some(SINCE - CLOCK_SKEW_MS - 1.0);
        let other_kind = Listed { may_be_act_one: false, ..listed("kind") };
        assert_eq!(verdict(&[old, other_kind], true, &[]), Verdict::Candidates(vec![]));
        let (mut creates, lost) =
            module(create("https://callback.invalid/1"), &[create("https://callback.invalid/2")]);
        creates.settle(&Create { number: 2, ..create("") }, Some("given"));
        assert_eq!(creates.judge(&lost, &[listed("given")], SOLE), Verdict::Candidates(vec![]));
        // With the other settled, nothing else is in doubt.
        assert_eq!(creates.judge(&lost, &[listed("given"), listed("t")], SOLE), Verdict::Found(1));
    }

    #[test]
    fn a_task_from_before_the_create_is_not_taken_while_a_later_look_may_show_the_right_one() {
        let mut older = with_input("older", Some("a.mp4"), Some("a.jpg"));
        older.task.submitted_at = Some(SINCE - 60_000.0);
        let (creates, lost) = module(create("https://callback.invalid/1"), &[]);
        let judge = |list: &[Listed<()>], is_last| creates.judge(&lost, list, Trust { is_last, ..SOLE });
        assert_eq!(judge(std::slice::from_ref(&older), false), Verdict::Candidates(vec![0]));
        // The clocks may differ by as much.
        assert_eq!(judge(std::slice::from_ref(&older), true), Verdict::Found(0));
        let both = [older, with_input("ours", Some("a.mp4"), Some("a.jpg"))];
        assert_eq!(judge(&both, true), Verdict::Candidates(vec![0, 1]));
    }

    #[test]
    fn a_task_that_ran_for_longer_than_the_create_is_old_is_nobodys() {
        let mut ended = listed("ended");
        ended.task.submitted_at = Some(SINCE - 60_000.0);
        ended.task.finished_at = Some(SINCE - 10_000.0);
        ended.task.checked_at = SINCE + 3_000.0;
        assert_eq!(verdict(&[ended], true, &[]), Verdict::Candidates(vec![]));
    }

    #[test]
    fn a_task_that_a_caller_has_is_not_the_lost_one_at_its_base_url() {
        let (mut creates, lost) = module(create("https://callback.invalid/1"), &[]);
        creates.give("https://other.example", "t");
        assert_eq!(creates.judge(&lost, &[listed("t")], SOLE), Verdict::Found(0));
        creates.give(&lost.base_url, "t");
        assert_eq!(creates.judge(&lost, &[listed("t")], SOLE), Verdict::Candidates(vec![]));
    }

    #[test]
    fn a_callback_url_of_our_own_making_outweighs_all_else_and_a_caller_s_does_not() {
        let own = [NO_CALLBACK, "/1"].concat();
        let mut odd = Listed { may_be_act_one: false, ..with_callback("t", &own) };
        odd.task.submitted_at = Some(SINCE - 600_000.0);
        let (creates, lost) = module(create(&own), &[]);
        assert_eq!(creates.judge(&lost, &[odd], SOLE), Verdict::Found(0));
        let fixed = "https://hook.example/all";
        let (creates, lost) = module(create(fixed), &[]);
        let other =
            Listed { callback_url: Some(fixed.into()), ..with_input("t", Some("b.mp4"), Some("b.jpg")) };
        assert_eq!(creates.judge(&lost, &[other], SOLE), Verdict::Candidates(vec![0]));
    }

    #[test]
    fn a_clock_that_is_off_and_a_record_without_a_time_lose_nothing() {
        let mut early = listed("t");
        early.task.submitted_at = Some(SINCE - CLOCK_SKEW_MS);
        assert_eq!(verdict(&[early], true, &[]), Verdict::Found(0));
        let mut timeless = listed("t");
        timeless.task.submitted_at = None;
        assert_eq!(verdict(&[timeless], true, &[]), Verdict::Found(0));
    }

    #[test]
    fn in_every_order_of_events_no_task_is_given_twice() {
        // Three creates with the same input are lost or answered in every order; the records name nothing but the input.
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            for answered in 0..8_u32 {
                let mut creates = Creates::new();
                let mut given: Vec<String> = Vec::new();
                let all: Vec<Create> = (0..3)
                    .map(|index| creates.begin(create(&format!("https://callback.invalid/{index}"))))
                    .collect();
                let list: Vec<_> = (0..3)
                    .map(|index| with_input(&format!("t-{index}"), Some("a.mp4"), Some("a.jpg")))
                    .collect();
                for index in order {
                    let lost = &all[index];
                    let id = if answered >> index & 1 == 1 {
                        Some(format!("t-{index}"))
                    } else if let Verdict::Found(at) =
                        creates.judge(lost, &list, Trust { is_sole_creator: false, ..SOLE })
                    {
                        Some(list[at].task.id.clone())
                    } else {
                        None
                    };
                    if let Some(id) = id {
                        assert!(!given.contains(&id), "{order:?} {answered:b}: {id} twice");
                        creates.settle(lost, Some(&id));
                        given.push(id);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_remembered_is_bounded_and_forgotten_after_an_hour() {
        let mut creates = Creates::new();
        for index in 0..10_000 {
            creates.begin(create("https://callback.invalid/1"));
            creates.give("https://gateway.example", &index.to_string());
        }
        assert!(creates.open.len() <= MAX_REMEMBERED && creates.given.len() <= MAX_REMEMBERED);
        assert_eq!(creates.earliest("https://gateway.example"), Some(SINCE));
        let later = SINCE + FORGOTTEN_AFTER_MS;
        creates.begin(Create { since: later, ..create("https://callback.invalid/2") });
        assert_eq!(creates.open.len(), 1);
        assert_eq!(creates.earliest("https://gateway.example"), Some(later));
        assert_eq!(creates.earliest("https://other.example"), None);
    }
}
