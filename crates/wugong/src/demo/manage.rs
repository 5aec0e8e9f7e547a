//! What is kept in the demo county: facilities of many kinds with conventions, rosters and what was reported about them. Everything goes
//! through `civic`, so that every state is one that a committee could have brought about.

use super::book::{Allowed, Book};
use super::world::{Hamlet, Village, World};
use anyhow::{Context, Result};
use civic::decide::code::SlipCode;
use civic::manage::convention::{self, Convention, ConventionForm};
use civic::manage::facility::{self, Cause, Facility, FacilityForm, FacilityKind, UpkeepMode};
use civic::manage::inspection::{self, Finding, Inspection, NoteForm};
use civic::manage::roster::{self, Every, SlotsForm, Taker};
use civic::record::{Actor, Verb};
use civic::time::Day;

/// A facility as it is told: name, kind, spot, users, who looks after it, standard, mode, yuan a year and from whom, why without a project.
struct Told {
    name: &'static str,
    kind: FacilityKind,
    spot: &'static str,
    user: &'static str,
    manager: &'static str,
    standard: &'static str,
    mode: UpkeepMode,
    cost: (&'static str, &'static str),
    since: &'static str,
    task: &'static str,
    broken: &'static str,
    mended: &'static str,
}

macro_rules! told {
    ($name:literal $kind:ident $spot:literal $user:literal $manager:literal $standard:literal $mode:ident $cost:literal $source:literal
        $since:literal $task:literal $broken:literal $mended:literal) => {
        Told {
            name: $name,
            kind: FacilityKind::$kind,
            spot: $spot,
            user: $user,
            manager: $manager,
            standard: $standard,
            mode: UpkeepMode::$mode,
            cost: ($cost, $source),
            since: $since,
            task: $task,
            broken: $broken,
            mended: $mended,
        }
    };
}

const TOLD: [Told; 12] = [
    told!("塆前水泥路" Road "塆口到晒谷场" "全塆各户" "塆里理事会" "路面干净，两边没有杂物" SelfManaged "600" "村集体"
        "2019年修的，那时没有在这里立项" "扫路" "路边塌了一小块" "填了碎石，抹了水泥"),
    told!("石拱桥" Bridge "溪上，去学堂的路口" "过溪的各户" "桥头小组" "桥面不积水，栏杆不松" SelfManaged "300" "村集体"
        "老桥，一直没有登记" "看栏杆，扫桥面" "栏杆松了一截" "重新打了螺栓"),
    told!("大塘塘埂" Drain "塆后大塘" "用水的各户" "塘长和用水户" "塘埂不漏，涵管不堵" SelfManaged "800" "用水户自愿凑"
        "老塘，2015年加固过" "清涵管" "涵管被树枝堵了" "清出来了，水通了"),
    told!("饮水池" Water "后山脚" "接水的各户" "镇水管站" "水清，池盖锁好" Professional "2400" "水费"
        "2017年县里统一建的" "看池盖" "池盖锁坏了" "换了新锁"),
    told!("村口路灯" Light "村口到学堂" "走夜路的人" "供电所" "天黑就亮" Market "1200" "村集体"
        "2020年捐建的" "看灯亮不亮" "第三盏不亮" "换了灯头"),
    told!("垃圾收集点" Waste "村口岔路" "全村" "保洁公司" "每天清，不外溢" Market "6000" "镇补助"
        "2018年统一设的" "扫周边" "桶盖破了" "换了两个桶"),
    told!("公厕" Toilet "晒谷场边" "来办事和赶集的人" "村保洁员岗位" "无臭，有水" Professional "3600" "镇补助"
        "2021年改建的" "看水看灯" "冲水不畅" "疏通了"),
    told!("文化小广场" Square "村委会门前" "全村" "跳舞的队伍和村委会" "地面平，灯亮" SelfManaged "500" "村集体"
        "2016年平整出来的" "扫广场" "地砖松了两块" "重新铺了"),
    told!("议事室" Venue "村委会一楼" "开会议事的人" "村委会" "桌椅齐，随时能开" SelfManaged "0" ""
        "老仓库改的" "擦桌子，烧水" "门锁不灵" "换了锁芯"),
    told!("健身角" Play "小广场东边" "老人和孩子" "老人协会" "器材不松不锈" SelfManaged "200" "体彩援建后村里管"
        "2019年装的" "看螺栓" "秋千绳磨损" "换了新绳"),
    told!("公共停车坪" Parking "村口" "回乡的人" "村委会" "不占道，留消防道" SelfManaged "0" ""
        "2022年划出来的" "捡垃圾" "划线看不清" "重新划了线"),
    told!("防洪石阶" Other "河边码头" "洗衣取水的人" "河边小组" "石阶不滑，没有青苔" SelfManaged "150" "小组自愿凑"
        "祖上就有，2010年补过" "刷青苔" "第五级断了" "换了石条"),
];

/// What happened to a facility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Reported once and mended, with a convention and a roster half filled: the road that is shown first.
    Shown,
    /// In use, with a convention.
    Agreed,
    /// In use, seen by somebody.
    Well,
    /// Reported yesterday.
    Open,
    /// Reported long ago and not answered.
    Late,
    /// Answered, to be mended.
    Promised,
    /// Looked at, nothing to mend.
    Dismissed,
    /// Its convention was corrected; a roster is closed.
    Corrected,
    /// Its convention ends soon, and the next one is being written.
    Ending,
    /// Closed for a time.
    Closed,
    /// No more.
    Removed,
    /// In use, nothing else.
    Plain,
}

const FATES: [Fate; 11] = [
    Fate::Agreed,
    Fate::Open,
    Fate::Well,
    Fate::Promised,
    Fate::Corrected,
    Fate::Closed,
    Fate::Late,
    Fate::Ending,
    Fate::Dismissed,
    Fate::Removed,
    Fate::Plain,
];

/// Facilities of one village.
const EACH: usize = 2;

/// Keeps everything.
pub(super) fn keep(book: &mut Book, world: &World) -> Result<()> {
    let mut fates = FATES.iter().cycle();
    let mut told = TOLD.iter().cycle();
    for village in world.townships.iter().flat_map(|town| &town.villages) {
        let shown = village.elder.is_some();
        for n in 0..EACH {
            let Some(hamlet) = village.hamlets.get(n % village.hamlets.len().max(1)) else { continue };
            let fate = if shown && n == 0 { Fate::Shown } else { *fates.next().context("a fate")? };
            // The one that is shown first is the road; the others take what comes.
            let told = if fate == Fate::Shown { TOLD.first() } else { told.next() }.context("a facility")?;
            Keeping { world, village, hamlet, told }.run(book, fate)?;
        }
    }
    Ok(())
}

struct Keeping<'w> {
    world: &'w World,
    village: &'w Village,
    hamlet: &'w Hamlet,
    told: &'static Told,
}

impl Keeping<'_> {
    fn actor(&self) -> Actor {
        self.village.committee.actor()
    }
    fn day(&self, ago: i32) -> Day {
        self.world.when.ago(ago)
    }

    fn run(&self, book: &mut Book, fate: Fate) -> Result<()> {
        let mut one = self.enter(book)?;
        match fate {
            Fate::Shown => {
                self.agree(book, &one, 40, Some(400), None)?;
                let mut fault = self.report(book, &mut one, 20, Finding::Defect)?;
                self.answer(book, &mut fault, 18, Some(self.day(10)))?;
                self.mend(book, &mut one, &mut fault, 12)?;
                self.roster(book, &one, 4, true)?;
            }
            Fate::Agreed => {
                self.agree(book, &one, 30, None, None)?;
                self.roster(book, &one, 2, true)?;
            }
            Fate::Well => {
                self.report(book, &mut one, 5, Finding::Well)?;
            }
            Fate::Open => {
                self.report(book, &mut one, 1, Finding::Defect)?;
            }
            Fate::Late => {
                self.report(book, &mut one, 40, Finding::Defect)?;
            }
            Fate::Promised => {
                let mut fault = self.report(book, &mut one, 6, Finding::Defect)?;
                self.answer(book, &mut fault, 4, Some(self.day(-5)))?;
            }
            Fate::Dismissed => {
                let mut fault = self.report(book, &mut one, 15, Finding::Defect)?;
                let at = self.world.when.at(self.day(13), 10, 0);
                fault =
                    fault.dismissed("去看了，是别处的，已经转告", self.day(13)).allowed("putting a report aside")?;
                self.settle(book, &mut one, &mut fault, Verb::Close, at)?;
            }
            Fate::Corrected => {
                let first = self.agree(book, &one, 60, None, None)?;
                self.agree(book, &one, 10, None, Some(first))?;
                self.roster(book, &one, 2, false)?;
            }
            Fate::Ending => {
                let old = self.agree(book, &one, 80, None, None)?;
                let mut ended = old.ended("用的人换了，另外再谈", self.day(50)).allowed("the end of a convention")?;
                book.change(&mut ended, Verb::End, self.actor(), self.world.when.at(self.day(50), 9, 0));
                self.agree(book, &one, 40, Some(10), None)?;
                let terms = self.terms(1, None, "每月一次")?;
                let at = self.world.when.at(self.day(1), 16, 0);
                let draft = convention::draft(&one, terms, None, (book.id(at), at)).allowed("a draft")?;
                book.put(&draft, Verb::Create, self.actor(), at);
            }
            Fate::Closed => {
                let at = self.world.when.at(self.day(3), 9, 0);
                let shut = one.closed("旁边在施工，先不要用").allowed("closing a facility")?;
                self.change(book, &mut one, shut, Verb::Close, at);
            }
            Fate::Removed => {
                let at = self.world.when.at(self.day(8), 9, 0);
                let gone = one.removed("并到新的一处了").allowed("taking a facility out")?;
                self.change(book, &mut one, gone, Verb::End, at);
            }
            Fate::Plain => {}
        }
        Ok(())
    }

    fn change(&self, book: &mut Book, one: &mut Facility, after: Facility, verb: Verb, at: civic::time::Timestamp) {
        *one = Facility { version: one.version, ..after };
        book.change(one, verb, self.actor(), at);
    }

    fn enter(&self, book: &mut Book) -> Result<Facility> {
        let day = self.day(85);
        let at = self.world.when.at(day, 10, 0);
        let told = self.told;
        let owner = format!("{}集体", self.village.place.name);
        let contact = format!("{}{}值班电话 0715-6300000", self.village.place.name, self.village.committee_word());
        // Somewhere in the invented county.
        let part = |book: &mut Book| book.draw.between(0..=299_999);
        let point = format!("113.{:06},29.{:06}", 600_000 + part(book), 800_000 - part(book));
        let form = FacilityForm {
            name: told.name,
            kind: told.kind,
            spot: told.spot,
            owner: &owner,
            user: told.user,
            manager: told.manager,
            contact: &contact,
            standard: told.standard,
            mode: told.mode,
            cost: told.cost.0,
            cost_source: told.cost.1,
            warranty_until: None,
            at: &point,
        };
        let sheet = facility::read(&form).allowed("a facility")?;
        let number = book.number(&self.village.abbreviation, day.year());
        let cause = Cause::Old(self.hamlet.place.id, told.since);
        let one = facility::enter(cause, sheet, (book.id(at), number, day)).allowed("entering a facility")?;
        book.put(&one, Verb::Create, self.actor(), at);
        Ok(one)
    }

    fn terms(&self, ago: i32, until: Option<i32>, how_often: &str) -> Result<convention::Terms> {
        let told = self.told;
        let form = ConventionForm {
            parties: told.user,
            area: told.spot,
            what: told.standard,
            how_often,
            money: if told.cost.1.is_empty() { "不用钱" } else { told.cost.1 },
            trouble: "先由管护的人商量，谈不拢请村调解委员会",
            from: Some(self.day(ago)),
            until: until.map(|ahead| self.day(-ahead)),
            village_rules: false,
            filing: "",
            meeting: None,
            agreed_by: told.user,
        };
        convention::read(&form, None).allowed("a convention")
    }

    fn agree(
        &self,
        book: &mut Book,
        one: &Facility,
        ago: i32,
        until: Option<i32>,
        before: Option<Convention>,
    ) -> Result<Convention> {
        let at = self.world.when.at(self.day(ago), 15, 0);
        let often = if before.is_some() { "每月两次" } else { "每周一次" };
        let terms = self.terms(ago, until, often)?;
        let replaces = before.as_ref().map(|before| (before, "天热草长得快，多做一次"));
        let mut made = convention::draft(one, terms, replaces, (book.id(at), at)).allowed("a draft")?;
        book.put(&made, Verb::Create, self.actor(), at);
        let standing: Vec<Convention> = before.iter().cloned().collect();
        made = made.put_in_force(None, &standing, self.day(ago)).allowed("a convention in force")?;
        if let Some(before) = before {
            let mut gone = before.replaced(&made, self.day(ago)).allowed("a convention that was replaced")?;
            book.change(&mut gone, Verb::End, self.actor(), at);
        }
        book.change(&mut made, Verb::Activate, self.actor(), at);
        Ok(made)
    }

    fn report(&self, book: &mut Book, one: &mut Facility, ago: i32, finding: Finding) -> Result<Inspection> {
        let day = self.day(ago);
        let at = self.world.when.at(day, 8, 30);
        let path = self.village.path_of(self.hamlet.place.id);
        let words = if finding == Finding::Defect { self.told.broken } else { "" };
        let form = NoteForm { finding, words, photo: None, resident: None, helper: None };
        let code = SlipCode::fresh(&mut book.draw);
        let id = book.id(at);
        let rules = self.world.rules(&path, day);
        let (note, after) = inspection::note(one, &form, &rules, (id, code, day, at)).allowed("a note")?;
        book.put(&note, Verb::Create, Actor::NOBODY, at);
        if after != *one {
            *one = after;
            book.change(one, Verb::Change, Actor::NOBODY, at);
        }
        Ok(note)
    }

    fn answer(&self, book: &mut Book, fault: &mut Inspection, ago: i32, promised: Option<Day>) -> Result<()> {
        let at = self.world.when.at(self.day(ago), 11, 0);
        *fault = fault.answered("看过了，安排人去修", promised, self.day(ago)).allowed("an answer")?;
        book.change(fault, Verb::Answer, self.actor(), at);
        Ok(())
    }

    fn mend(&self, book: &mut Book, one: &mut Facility, fault: &mut Inspection, ago: i32) -> Result<()> {
        let day = self.day(ago);
        *fault = fault.mended(self.told.mended, day, day).allowed("mending")?;
        self.settle(book, one, fault, Verb::Close, self.world.when.at(day, 17, 0))
    }

    fn settle(
        &self,
        book: &mut Book,
        one: &mut Facility,
        fault: &mut Inspection,
        verb: Verb,
        at: civic::time::Timestamp,
    ) -> Result<()> {
        book.change(fault, verb, self.actor(), at);
        let after = one.settled(0);
        if after != *one {
            *one = after;
            book.change(one, Verb::Change, self.actor(), at);
        }
        Ok(())
    }

    /// A roster of eight weeks, half of whose places are taken by neighbours who said so.
    fn roster(&self, book: &mut Book, one: &Facility, people: u32, open: bool) -> Result<()> {
        let today = self.world.when.today;
        let day = self.day(2);
        let at = self.world.when.at(day, 9, 0);
        let title = format!("{}轮值", self.told.name);
        let mut made = roster::open(one, &title, "下雨天不做，来不了随时退", book.id(at)).allowed("a roster")?;
        book.put(&made, Verb::Create, self.actor(), at);
        let number = people.to_string();
        let form = SlotsForm {
            from: Some(today.plus(2)),
            every: Every::Week,
            times: "8",
            task: self.told.task,
            people: &number,
        };
        let slots = roster::slots(&made, &form, 0, day, &mut || book.id(at)).allowed("turns")?;
        let mut adults = self
            .hamlet
            .homes
            .iter()
            .filter_map(|home| home.adults(today).next())
            .map(|listed| listed.resident.id)
            .cycle();
        for (n, slot) in slots.iter().enumerate() {
            let mut slot = slot.clone();
            book.put(&slot, Verb::Create, self.actor(), at);
            let mut taken = Vec::new();
            for place in 0..people / 2 {
                let Some(resident) = adults.next() else { break };
                let home = [self.village.place.id];
                let taker =
                    Taker { resident, home: &home, helper: None, show_name: (n + taken.len()) % 2 == 0, remind: false };
                let with = (book.id(at), day);
                let one =
                    roster::sign_up((&made, &slot), &taken, &taker, self.village.place.id, with).allowed("a turn")?;
                let one = one.offered(n == 1 && place == 0);
                let written = one.clone();
                book.step(move |tx| store::manage::roster::put_sign_up(tx, &written));
                taken.push(one);
            }
            if n == 7 {
                slot = slot.called_off(today).allowed("calling a turn off")?;
                book.change(&mut slot, Verb::Cancel, self.actor(), self.world.when.at(today, 8, 0));
            }
        }
        if !open {
            made = made.closed().allowed("closing a roster")?;
            book.change(&mut made, Verb::Close, self.actor(), self.world.when.at(today, 8, 30));
        }
        Ok(())
    }
}
