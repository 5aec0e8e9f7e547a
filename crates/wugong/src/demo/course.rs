//! The course of one matter: from what somebody said to what was resolved and hangs out. Each step asks `civic`, as the pages do; a
//! step that a rule refuses stops the generator.

use super::book::{Allowed, Book};
use super::corpus::body::Branch;
use super::corpus::story::Story;
use super::ground::with_phone;
use super::sheet::Scan;
use super::world::{Hamlet, Holder, Village, World};
use anyhow::{Context, Result};
use civic::decide::answer::{self, Answer, AnswerState, ReplyChannel};
use civic::decide::code::SlipCode;
use civic::decide::matter::{self, Category, Matter, PlanState};
use civic::decide::meeting::{self, Meeting, TalkForm};
use civic::decide::need::{
    self, Adoption, Affected, AnswerForm, Due, Intake, Need, Pressing, RaisedVia, SortForm, Sorting, Who,
};
use civic::decide::option::{self, OptionForm, TopicOption};
use civic::decide::point::{self, Point, PointOutcome};
use civic::decide::topic::{self, Topic, TopicForm};
use civic::id::PlaceId;
use civic::people::consent::{self, Consent, ConsentKind, ConsentWay, Given};
use civic::people::roll_import::Listed;
use civic::record::{Actor, Noun, Verb};
use civic::time::{Day, Timestamp};

/// A matter on its way.
pub(super) struct Course<'w> {
    /// The county.
    pub(super) world: &'w World,
    /// The village.
    pub(super) village: &'w Village,
    /// The hamlet.
    pub(super) hamlet: &'w Hamlet,
    /// What it is about.
    pub(super) story: &'static Story,
    /// Where exactly.
    pub(super) spot: &'static str,
    /// How many households it touches.
    pub(super) households: u32,
    /// The matter.
    pub(super) matter: Matter,
    /// The needs behind it, each with the matter that it was raised with where that is another one.
    pub(super) needs: Vec<(Need, Option<Matter>)>,
    /// The topic, once there is one.
    pub(super) topic: Option<Topic>,
    /// Its options.
    pub(super) options: Vec<TopicOption>,
    /// What was allowed for its needs.
    consents: Vec<Consent>,
    /// How many units came to the meeting that decided, of how many on its roll.
    pub(super) came: Option<(i64, i64)>,
    /// The photo of a signed sheet, once one was attached.
    pub(super) paper: Option<Scan>,
    last: Timestamp,
}

/// How somebody said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// As the chance of the village has it.
    Anyhow,
    /// On the site, signed in.
    Site,
    /// On the site, signed in, with the wish for a text message.
    Message,
    /// On the site, without a name.
    Unnamed,
    /// To the facilitator at home, who entered it; the answer goes round on a printed list.
    Visit,
    /// To the facilitator, who entered it; the answer comes by phone.
    Phone,
    /// On paper, put into the box; nobody knows by whom.
    Paper,
    /// At a meeting, to the facilitator.
    Meeting,
    /// By the resident whom a visitor of the demo can play, on the site.
    Own,
    /// By the old resident whom a visitor can play, to the facilitator.
    Elder,
    /// In confidence: a private dispute, or a complaint.
    Private(Sorting),
}

impl<'w> Course<'w> {
    /// Somebody raises it.
    pub(super) fn raise(
        book: &mut Book,
        world: &'w World,
        village: &'w Village,
        hamlet: &'w Hamlet,
        story: &'static Story,
        on: Day,
        said: Said,
    ) -> Result<Self> {
        let at = world.when.at(on, hour(book, 8, 19), minute(book));
        let spot = *book.draw.pick(story.wheres)?;
        let range = i32::from(*story.households.start())..=i32::from(*story.households.end());
        let most = i32::try_from(hamlet.homes.len()).unwrap_or(i32::MAX).max(2);
        let households = u32::try_from(book.draw.between(range).min(most)).unwrap_or(2);
        let matter = matter::raise(book.id(at), hamlet.place.id, world.when.zone.day(at));
        let mut course = Self {
            world,
            village,
            hamlet,
            story,
            spot,
            households,
            matter,
            needs: Vec::new(),
            topic: None,
            options: Vec::new(),
            consents: Vec::new(),
            came: None,
            paper: None,
            last: at,
        };
        let matter = course.matter.clone();
        let need = course.say(book, &matter, 0, said, at)?;
        course.needs.push((need, None));
        Ok(course)
    }

    /// The committee brings it up itself.
    pub(super) fn open(
        book: &mut Book,
        world: &'w World,
        village: &'w Village,
        hamlet: &'w Hamlet,
        story: &'static Story,
        on: Day,
    ) -> Result<Self> {
        let at = world.when.at(on, 9, 30);
        let spot = *book.draw.pick(story.wheres)?;
        let households = u32::from(*story.households.start());
        let number = book.number(&village.abbreviation, on.year());
        let matter = matter::open(book.id(at), hamlet.place.id, story.title, &[story.category], number, on)
            .allowed("a matter of the committee")?;
        book.put(&matter, Verb::Create, village.committee.actor(), at);
        let course = Self {
            world,
            village,
            hamlet,
            story,
            spot,
            households,
            matter,
            needs: Vec::new(),
            topic: None,
            options: Vec::new(),
            consents: Vec::new(),
            came: None,
            paper: None,
            last: at,
        };
        course.index(book, &course.public_text());
        Ok(course)
    }

    /// The committee, as who acts.
    pub(super) fn committee(&self) -> Actor {
        self.village.committee.actor()
    }

    /// The next moment of the course: that hour of that day, but after everything before and not after now.
    pub(super) fn tick(&mut self, day: Day, hour: i8, minute: i8) -> (Timestamp, Day) {
        let at = self.world.when.at(day, hour, minute).max(self.last.plus_seconds(60)).min(self.world.when.now);
        self.last = at;
        (at, self.world.when.zone.day(at))
    }

    /// The moment of what happened last.
    pub(super) fn latest(&self) -> Timestamp {
        self.last
    }

    /// Something of it happened at that moment.
    pub(super) fn later(&mut self, at: Timestamp) {
        self.last = self.last.max(at);
    }

    /// Another one says the same; it comes up as a matter of its own and waits for somebody who sees that they are one.
    pub(super) fn again(&mut self, book: &mut Book, on: Day, said: Said) -> Result<()> {
        let (hours, minutes) = (hour(book, 8, 20), minute(book));
        let at = self.world.when.at(on, hours, minutes).max(self.last);
        self.last = at;
        let matter = matter::raise(book.id(at), self.hamlet.place.id, self.world.when.zone.day(at));
        let need = self.say(book, &matter, self.needs.len(), said, at)?;
        self.needs.push((need, Some(matter)));
        Ok(())
    }

    /// The committee sees that they are one: the look-alikes go under the first.
    pub(super) fn merge(&mut self, book: &mut Book, on: Day) -> Result<()> {
        let (at, _) = self.tick(on, 10, 20);
        let actor = self.committee();
        for (need, own) in &mut self.needs {
            let Some(own) = own.as_mut().filter(|own| own.merged_into.is_none()) else { continue };
            let merge = matter::merge(own, &self.matter, &[]).allowed("a merge")?;
            *own = merge.merged;
            book.change(own, Verb::Merge, actor, at);
            self.matter = merge.survivor;
            book.change(&mut self.matter, Verb::Merge, actor, at);
            *need = need.merged().allowed("the need of a merged matter")?;
            book.change(need, Verb::Merge, actor, at);
        }
        Ok(())
    }

    fn say(&mut self, book: &mut Book, matter: &Matter, saying: usize, said: Said, at: Timestamp) -> Result<Need> {
        let today = self.world.when.zone.day(at);
        let private = matches!(said, Said::Private(_));
        let words = match said {
            Said::Private(Sorting::LegalChannel) => COMPLAINT,
            Said::Private(_) => DISPUTE,
            _ => self.story.says.get(saying % self.story.says.len().max(1)).copied().unwrap_or(self.story.title),
        };
        let said = match said {
            Said::Private(Sorting::LegalChannel) => Said::Unnamed,
            Said::Private(_) => Said::Phone,
            Said::Anyhow => match book.draw.between(0..=99) {
                0..35 if !self.village.phones.is_empty() => Said::Site,
                0..45 => Said::Unnamed,
                45..70 => Said::Visit,
                70..85 => Said::Phone,
                85..93 => Said::Paper,
                _ => Said::Meeting,
            },
            said => said,
        };
        let phoned = match said {
            Said::Site | Said::Message => with_phone(book, self.village),
            Said::Own => self.village.phones.first().cloned(),
            _ => None,
        };
        let helped = matches!(said, Said::Visit | Said::Phone | Said::Paper | Said::Meeting | Said::Elder);
        let listed: Option<Listed> = match said {
            Said::Site | Said::Message | Said::Own => phoned.as_ref().map(|(_, listed)| listed.clone()),
            Said::Elder => self.village.elder.clone(),
            Said::Unnamed | Said::Paper => None,
            _ => {
                let people: Vec<&Listed> =
                    self.hamlet.homes.iter().filter_map(|home| home.adults(today).next()).collect();
                Some((*book.draw.pick(&people)?).clone())
            }
        };
        let id = book.id(at);
        let helper = &self.village.facilitator;
        let resident = listed.as_ref().map(|listed| listed.resident.id);
        let way = if helped { ConsentWay::Spoken } else { ConsentWay::Site };
        let give = |book: &mut Book, kind, resident, helper| {
            let given = Given { kind, resident, need: Some(id), helper, way };
            consent::give(book.id(at), given, at).allowed("a consent")
        };
        // Who lets a helper do everything is not asked again.
        let standing = self.village.standing.as_ref().filter(|consent| helped && consent.resident == resident);
        let fresh = match (helped, standing) {
            (true, None) => Some(give(book, ConsentKind::HelperActs, resident, Some(helper.account))?),
            _ => None,
        };
        let (who, reply) = match said {
            Said::Site | Said::Own => (Who::Named, ReplyChannel::Site),
            Said::Message => (Who::Named, ReplyChannel::Sms),
            Said::Visit | Said::Elder => (Who::Surname, ReplyChannel::PrintedList),
            Said::Phone => (Who::Named, ReplyChannel::Phone),
            Said::Meeting => (Who::Named, ReplyChannel::PrintedList),
            Said::Unnamed | Said::Paper | Said::Anyhow | Said::Private(_) => (Who::Anonymous, ReplyChannel::Slip),
        };
        let reply = if said == Said::Site && book.draw.yes(30) { ReplyChannel::Sms } else { reply };
        let phone = super::ground::invented_phone(i64::from(book.draw.between(1000..=9999)));
        // The old woman's own voice is kept beside what the facilitator wrote down; now and then a phone sends nothing but a voice.
        let spoken = said == Said::Elder || (matches!(said, Said::Site) && book.draw.yes(25));
        let audio = match self.world.voices.as_slice() {
            voices if spoken && !private && !voices.is_empty() => Some(book.draw.pick(voices)?.clone().file(book, at)),
            _ => None,
        };
        let intake = Intake {
            what: if audio.is_some() && said == Said::Site { "" } else { words },
            audio,
            place: self.hamlet.place.id,
            spot: if private { "当面说过" } else { self.spot },
            who,
            name: listed.as_ref().map_or("", |listed| listed.resident.name.as_str()),
            resident,
            show_surname: who != Who::Anonymous && book.draw.yes(40),
            help: helped.then_some((helper.account, standing.or(fresh.as_ref()))),
            reply,
            phone: if matches!(reply, ReplyChannel::Sms | ReplyChannel::Phone) { &phone } else { "" },
            affected: match self.households {
                0..=1 => Some(Affected::One),
                2..=12 => Some(Affected::Few),
                _ => Some(Affected::Hamlet),
            },
            same_as: self.matter.is_public().then_some(self.matter.id),
            via: match said {
                Said::Visit | Said::Elder => RaisedVia::Visit,
                Said::Phone => RaisedVia::Phone,
                Said::Paper => RaisedVia::Paper,
                Said::Meeting => RaisedVia::Meeting,
                Said::Site | Said::Message | Said::Own | Said::Unnamed | Said::Anyhow | Said::Private(_) => {
                    RaisedVia::Site
                }
            },
            raised: None,
        };
        let due = self.due(today)?;
        let code = SlipCode::fresh(&mut book.draw);
        let need = need::raise(id, matter, code, &intake, due, at, today).allowed("a need")?;
        let actor = match (helped, phoned) {
            (true, _) => helper.actor(),
            (false, Some((account, _))) => Actor { account: Some(account), post: None },
            (false, None) => Actor::NOBODY,
        };
        book.put(matter, Verb::Create, actor, at);
        book.put(&need, Verb::Create, actor, at);
        let mut consents: Vec<Consent> = fresh.into_iter().collect();
        if need.show_surname {
            consents.push(give(book, ConsentKind::ShowSurname, need.resident, None)?);
        }
        if need.phone.is_some() {
            consents.push(give(book, ConsentKind::KeepPhone, need.resident, None)?);
        }
        for consent in &consents {
            book.consent(consent, actor, at);
        }
        self.consents.extend(consents);
        Ok(need)
    }

    /// By when the committee owes an answer to what is raised that day.
    fn due(&self, today: Day) -> Result<Option<Due>> {
        let rules = self.world.rules(&self.village.path_of(self.hamlet.place.id), today);
        let Some(reply) = rules.reply() else { return Ok(None) };
        let day = rules.period_end(today, reply.value).allowed("the day of an answer")?;
        Ok(Some(Due { day, rule: reply.rule.id }))
    }

    /// The raiser takes it back before anybody looked: everything about the person goes.
    pub(super) fn take_back(&mut self, book: &mut Book, on: Day) -> Result<()> {
        let (at, _) = self.tick(on, 12, 0);
        for (need, _) in &mut self.needs {
            *need = need.withdrawn().allowed("taking a need back")?;
            book.forget(Noun::Need, need.id.uuid(), None);
            book.change(need, Verb::Erase, Actor::NOBODY, at);
        }
        for mut consent in std::mem::take(&mut self.consents) {
            consent = consent.withdraw(at).allowed("a consent that ends")?;
            book.change(&mut consent, Verb::End, Actor::NOBODY, at);
        }
        self.matter = self.matter.close(0).allowed("a matter that was taken back")?;
        book.change(&mut self.matter, Verb::Close, Actor::NOBODY, at);
        Ok(())
    }

    /// What everybody may read of it: where it is and how many it touches, in the committee's words.
    fn public_text(&self) -> String {
        format!("{}{}：{}。大约{}户碰到。", self.hamlet.place.name, self.spot, self.story.title, self.households)
    }

    fn index(&self, book: &mut Book, text: &str) {
        let (matter, place) = (self.matter.id, self.matter.place);
        let text = format!("{} {text}", self.matter.title.as_deref().unwrap_or_default());
        book.step(move |tx| store::search::index(tx, matter, place, &text));
    }

    /// The committee says which way it goes.
    pub(super) fn sort(&mut self, book: &mut Book, on: Day, sorting: Sorting) -> Result<()> {
        let (hours, minutes) = (hour(book, 9, 16), minute(book));
        let (at, today) = self.tick(on, hours, minutes);
        let public_text = self.public_text();
        let pressing: &[Pressing] = match book.draw.between(0..=9) {
            0 => &[Pressing::Urgent],
            1..=3 => &[Pressing::Hard],
            4..=5 => &[Pressing::Worry],
            6 => &[Pressing::Hope],
            _ => &[],
        };
        let referred_to = match sorting {
            Sorting::Government => office(self.story.category),
            _ => "",
        };
        let own = [self.story.category];
        let categories: &[Category] = if sorting.is_public() { &own } else { &[] };
        let form = SortForm {
            sorting,
            title: self.story.title,
            public_text: &public_text,
            categories,
            pressing,
            owner: self.village.committee.account,
            referred_to,
        };
        let number = sorting.is_public().then(|| book.number(&self.village.abbreviation, today.year()));
        let (need, _) = self.needs.first_mut().context("a need to sort")?;
        let (sorted, matter) = need::sort(need, &self.matter, &form, number, today).allowed("sorting")?;
        *need = sorted;
        self.matter = matter;
        let actor = self.village.committee.actor();
        book.change(need, Verb::Sort, actor, at);
        book.change(&mut self.matter, Verb::Sort, actor, at);
        if sorting.is_public() {
            self.index(book, &public_text);
        }
        Ok(())
    }

    /// The committee answers everybody who raised it.
    pub(super) fn answer(&mut self, book: &mut Book, on: Day, reply: Reply) -> Result<()> {
        let (hours, minutes) = (hour(book, 9, 17), minute(book));
        let (at, today) = self.tick(on, hours, minutes);
        let (text, adoption, reason) = reply.words(self.story);
        let actor = self.village.committee.actor();
        for (need, _) in &mut self.needs {
            if !need.waits() {
                continue;
            }
            let form = AnswerForm { reply: text, adoption, reason };
            let (answered, matter) = need::answer(need, &self.matter, &form, today).allowed("an answer")?;
            *need = answered;
            book.change(need, Verb::Answer, actor, at);
            if matter != self.matter {
                self.matter = matter;
                book.change(&mut self.matter, Verb::Answer, actor, at);
            }
            let mut answer = answer::prepare(book.id(at), need).allowed("an answer on its way")?;
            book.put(&answer, Verb::Create, actor, at);
            bring(book, self.world, &self.village.facilitator, need, &mut answer, at)?;
        }
        Ok(())
    }

    /// Nothing more is to come of it.
    pub(super) fn close(&mut self, book: &mut Book, on: Day) -> Result<()> {
        let (at, _) = self.tick(on, 17, 10);
        let unanswered = self.needs.iter().filter(|(need, _)| need.waits()).count();
        self.matter = self.matter.close(unanswered).allowed("closing a matter")?;
        let actor = self.committee();
        book.change(&mut self.matter, Verb::Close, actor, at);
        Ok(())
    }

    /// The committee writes a topic about it, with two ways to do it.
    pub(super) fn draft_topic(&mut self, book: &mut Book, on: Day) -> Result<()> {
        let (at, today) = self.tick(on, 15, 40);
        let topic = self.written(book, at, today)?;
        book.put(&topic, Verb::Create, self.committee(), at);
        self.topic = Some(topic);
        self.add_options(book, at, today)
    }

    fn written(&self, book: &mut Book, at: Timestamp, today: Day) -> Result<Topic> {
        let background = format!("{}\n看过现场：{}", self.public_text(), self.story.answer);
        let (households, affected) = (self.households.to_string(), format!("{}附近{}户", self.spot, self.households));
        let title = format!("{}，怎么办", self.story.title);
        let form =
            TopicForm { title: &title, background: &background, affected_households: &households, affected: &affected };
        let need = self.needs.first().map(|(need, own)| (need, own.as_ref().unwrap_or(&self.matter)));
        topic::draft(book.id(at), &self.matter, need, &form, today).allowed("a topic")
    }

    fn add_options(&mut self, book: &mut Book, at: Timestamp, today: Day) -> Result<()> {
        let actor = self.committee();
        let topic = self.topic.as_ref().context("a topic with options")?;
        for choice in &self.story.options {
            let cost = choice.yuan.to_string();
            let form = OptionForm {
                title: choice.title,
                cost: &cost,
                benefits: choice.benefits,
                pays: choice.pays,
                upkeep: choice.upkeep,
                feasibility: choice.feasible,
            };
            let option = option::add(book.id(at), topic, &self.options, &form, today).allowed("an option")?;
            book.put(&option, Verb::Create, actor, at);
            self.options.push(option);
        }
        Ok(())
    }

    /// A topic that is open to everybody's word from the start, with its options.
    pub(super) fn open_topic(&mut self, book: &mut Book, on: Day) -> Result<()> {
        let (at, today) = self.tick(on, 16, 30);
        let actor = self.committee();
        let draft = self.written(book, at, today)?;
        let (topic, matter) = draft.open(&self.matter, today).allowed("opening a topic")?;
        book.put(&topic, Verb::Create, actor, at);
        self.matter = matter;
        book.change(&mut self.matter, Verb::Change, actor, at);
        self.topic = Some(topic);
        let (at, today) = self.tick(on, 16, 50);
        self.add_options(book, at, today)
    }

    /// The topic is given up, with the reason.
    pub(super) fn drop_topic(&mut self, book: &mut Book, on: Day, reason: &str) -> Result<()> {
        let (at, today) = self.tick(on, 11, 0);
        let actor = self.village.committee.actor();
        let topic = self.topic.as_mut().context("a topic to drop")?;
        *topic = topic.dropped(reason, today).allowed("dropping a topic")?;
        book.change(topic, Verb::End, actor, at);
        Ok(())
    }

    /// A yard meeting is announced for a day to come.
    pub(super) fn announce_talk(&mut self, book: &mut Book, on: Day, held: Day, form: TalkForm) -> Result<Meeting> {
        let (at, today) = self.tick(on, 17, 0);
        let actor = self.village.facilitator.actor();
        let mut talk = meeting::draft_talk(book.id(at), self.hamlet.place.id, vec![self.matter.id], form, at);
        book.put(&talk, Verb::Create, actor, at);
        let venue = venue(book)?;
        talk = meeting::announce(&talk, held, Some(EVENING), Some(venue), today).allowed("announcing a talk")?;
        book.change(&mut talk, Verb::Convene, actor, at);
        self.moved(book, at);
        Ok(talk)
    }

    /// A yard meeting was held and somebody wrote down what was said, who takes it and by when.
    pub(super) fn talk(&mut self, book: &mut Book, held: Day, form: TalkForm, then: After) -> Result<()> {
        let (at, today) = self.tick(held, 21, 5);
        let actor = self.village.facilitator.actor();
        let branch = self.branch().filter(|_| book.draw.yes(35));
        let told = self.story.points.iter().map(|point| (point.said.to_owned(), point.taker, point.days, point.came));
        let asked = branch
            .map(|branch| (format!("能不能请{}{}", branch.name, branch.offers), branch.name, 10, "采纳，人来看过了"));
        let said: Vec<(String, &str, u8, &str)> = told.chain(asked).collect();
        let draft = meeting::draft_talk(book.id(at), self.hamlet.place.id, vec![self.matter.id], form, at);
        let (kept_by, venue) = (self.village.facilitator.name.clone(), venue(book)?);
        let kept = meeting::keep(&draft, today, kept_by, Some(venue), said.len(), today).allowed("keeping a talk")?;
        book.put(&kept, Verb::Create, actor, at);
        let mut points = Vec::new();
        for (text, taker, days, came) in said {
            let due = today.plus(i32::from(days));
            let point = point::raise(&kept, book.id(at), None, text, at).allowed("a point")?;
            let point = point::take(&point, &kept, taker.to_owned(), Some(due)).allowed("taking a point")?;
            book.put(&point, Verb::Create, actor, at);
            points.push((point, came, due));
        }
        if self.matter.plan == PlanState::Topic {
            self.matter = self.matter.advance(PlanState::Deliberated).allowed("people met over it")?;
            book.change(&mut self.matter, Verb::Change, actor, at);
        }
        for (point, came, due) in &mut points {
            self.settle(book, point, came, *due, then)?;
        }
        Ok(())
    }

    fn settle(&self, book: &mut Book, point: &mut Point, came: &str, due: Day, then: After) -> Result<()> {
        let settled = match then {
            After::Settled => due.min(self.world.when.today),
            After::Some if due < self.world.when.today && book.draw.yes(75) => due,
            After::Some => return Ok(()),
        };
        let at = self.world.when.at(settled, 18, 0).max(self.last);
        let (outcome, reason) = match came.strip_prefix("没采纳") {
            Some(why) => (PointOutcome::NotAdopted, why),
            None => (PointOutcome::Adopted, came.strip_prefix("采纳").unwrap_or(came)),
        };
        let reason = reason.trim_start_matches(['，', '：']);
        let reason = (!reason.is_empty()).then(|| reason.to_owned());
        *point = point::settle(point, outcome, reason).allowed("settling a point")?;
        book.change(point, Verb::Change, self.village.committee.actor(), at);
        Ok(())
    }

    /// The branch of an association nearest to the village.
    fn branch(&self) -> Option<&'static Branch> {
        let code = self.village.place.code.to_string();
        let township = self.village.place.code.parent().map(|code| code.to_string()).unwrap_or_default();
        super::corpus::body::BRANCHES.iter().find(|branch| branch.place == code || branch.place == township)
    }

    /// Something happened to the matter that did not change its own row.
    pub(super) fn moved(&self, book: &mut Book, at: Timestamp) {
        let matter = self.matter.id;
        book.step(move |tx| store::decide::matter::moved(tx, matter, at));
    }

    /// The place at which a body of that reach meets.
    pub(super) fn place_of(&self, whole_village: bool) -> PlaceId {
        if whole_village { self.village.place.id } else { self.hamlet.place.id }
    }
}

/// What becomes of the points of a talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// All of them were settled.
    Settled,
    /// Most of those whose day is over; the others are late.
    Some,
}

/// What the committee answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// It is done or will be.
    Yes,
    /// Not now, for a reason.
    No(usize),
    /// It was handed on to the office that is in charge.
    HandedOn,
    /// The two will sit together.
    Mediation,
    /// It goes its own way and nobody here sees it.
    Legal,
}

/// A private dispute, as it is told in confidence.
const DISPUTE: &str = "隔壁砌墙压了我家半尺滴水，说了三回都不松口，想请人来说句公道话。";
/// A complaint, as it is told in confidence.
const COMPLAINT: &str = "修路剩下的砂子半夜拉走了两车，我不方便出面，想问问该往哪里讲。";

/// Why something is not done.
const REASONS: [&str; 4] = [
    "今年集体账上只剩三千多，要先修水管。明年开春再排，排上了当面跟你说。",
    "那块地有一半是隔壁村的，他们还没答应。我们月底再去说一次。",
    "问过了十二户，九户说现在不急。想法我们记着，屋场会上再提。",
    "请师傅看过，现在动会伤到老墙脚，要等冬天水退了才能做。",
];

impl Reply {
    fn words(self, story: &'static Story) -> (&'static str, Option<Adoption>, &'static str) {
        match self {
            Self::Yes => (story.answer, Some(Adoption::Adopted), ""),
            Self::No(which) => (
                "你说的我们去看过了，是这样。这回先不做，为什么写在下面。",
                Some(Adoption::NotAdopted),
                REASONS.get(which % REASONS.len()).copied().unwrap_or_default(),
            ),
            Self::HandedOn => (
                "这件事村里动不了手，已经转给管这个的单位，说好三天里来人看。看完怎么办，我们再告诉你。",
                Some(Adoption::Adopted),
                "",
            ),
            Self::Mediation => {
                ("约好礼拜五下午在村部，两家都来，会长和老会计陪着坐下来说。有不方便先打电话。", None, "")
            }
            Self::Legal => ("你说的已经送到该管的地方，由他们查，村里不经手。查完他们直接答复你。", None, ""),
        }
    }
}

/// When talks begin: half past seven in the evening.
pub(super) const EVENING: u16 = 19 * 60 + 30;

fn venue(book: &mut Book) -> Result<String> {
    let venues = ["村部门口", "晒谷场", "理事会屋里", "大树底下", "会长家院子", "小卖部门口"];
    Ok((*book.draw.pick(&venues)?).to_owned())
}

fn hour(book: &mut Book, from: i32, until: i32) -> i8 {
    i8::try_from(book.draw.between(from..=until)).unwrap_or(9)
}
fn minute(book: &mut Book) -> i8 {
    i8::try_from(book.draw.between(0..=59)).unwrap_or(0)
}

/// The office that is in charge of what the village cannot do itself.
fn office(category: Category) -> &'static str {
    match category {
        Category::Road | Category::Safety => "镇公路站",
        Category::Water | Category::Drainage | Category::Farming => "镇水利站",
        Category::Light => "供电所",
        Category::Care => "镇卫生院",
        _ => "镇便民服务中心",
    }
}

/// The answer goes its way: at once under the slip or on the site, within days by message, phone or list. The latest are still on
/// their way.
fn bring(
    book: &mut Book,
    world: &World,
    facilitator: &Holder,
    need: &mut Need,
    answer: &mut Answer,
    answered: Timestamp,
) -> Result<()> {
    let day = world.when.zone.day(answered);
    let arrives = day.plus(book.draw.between(0..=2));
    if answer.state != AnswerState::Waiting || arrives >= world.when.today {
        return Ok(());
    }
    let at = world.when.at(arrives, 18, 40).max(answered.plus_seconds(60));
    let actor = facilitator.actor();
    *answer = match answer.channel {
        // Now and then the network does not take one; somebody has to bring that answer then.
        ReplyChannel::Sms if book.message_fails() => answer.failed(arrives).allowed("a message that failed")?,
        ReplyChannel::Sms => answer.sent(arrives).allowed("a message")?,
        ReplyChannel::Phone => answer.told(facilitator.account, arrives, arrives).allowed("a call")?,
        _ => answer.handed(facilitator.account, arrives, arrives).allowed("a printed answer")?,
    };
    book.change(answer, Verb::Deliver, actor, at);
    if need.phone.is_some() && answer.arrived() {
        // It was given for the answer alone.
        *need = need.without_phone();
        book.forget(Noun::Need, need.id.uuid(), Some("phone"));
        book.change(need, Verb::Erase, actor, at);
    }
    Ok(())
}
