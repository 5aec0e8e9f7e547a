//! Every page that a resident opens, taken from the authorisation matrix so that no new one is forgotten: light enough for an old phone
//! on a weak line, as dear to the database in a big village as in a small one, and with the way to an opinion on it (domain: AF13).

use crate::matrix::{Scene, pages_of_residents};
use crate::page::Visitor;
use crate::town::{Town, on_both};
use civic::people::standing::Post;
use civic::rules::Body;
use std::collections::BTreeMap;

/// What a page may weigh when it is sent (design: §3.9). Style, script and pictures are fetched once and kept; they do not count.
const BYTES_MAX: usize = 14 * 1024;

/// What a page cost.
#[derive(Debug)]
struct Cost {
    statements: u64,
    bytes: usize,
}

/// A place with one of everything, and people who look at it.
struct Village<'t> {
    town: &'t Town,
    scene: Scene,
    committee: Visitor,
    resident: Visitor,
}

impl<'t> Village<'t> {
    fn new(town: &'t Town) -> Self {
        let household = town.household(town.hamlet, "南巷1号");
        let resident = town.villager(town.hamlet, household, "葛长山");
        let (scene, committee) = (Scene::make(town), town.staff(Post::Committee, town.village));
        Self { resident: town.resident(resident), scene, committee, town }
    }

    /// Puts more of everything there, `n` each.
    fn grow(&self, from: usize, n: usize) {
        let (town, committee, scene) = (self.town, &self.committee, &self.scene);
        for i in from..from + n {
            // Nobody may send many forms in a few minutes.
            town.wait_minutes(11);
            let household = town.household(town.hamlet, &format!("北巷{i}号"));
            town.villager(town.hamlet, household, &format!("葛长{i}"));
            town.put_place(&format!("429990101201-H{:02}", i + 20), &format!("新塆{i}"), "", Some(town.village));
            town.put_place(&format!("429990101{:03}", i + 300), &format!("新村{i}"), "", Some(town.township));
            town.public_matter(town.hamlet, &format!("北巷第{i}盏灯不亮"));
            self.raise(&town.visitor(), &format!("第{i}户也淹了"));
            self.raise(&self.resident, &format!("门口第{i}个坑"));
            crate::topic::hold_talk(committee, &scene.topic_number);
            let more = committee.get(&scene.talk).ok().form_ending("/point");
            more.set("point", &format!("第{i}个意见")).set("taken_by", "村委会").send().is(303);
            // A topic has five options at most, and two are there.
            if i < 3 {
                self.option(i);
            }
            crate::room::motion(committee, &scene.room);
            crate::resolution::object(&town.visitor(), &scene.posting, &format!("第{i}条意见")).is(303);
            let (caller, number) = crate::meeting::topic(town);
            crate::meeting::call_form(&caller, &number, "2026-04-16", "2026-04-20").send().is(303);
            let passed = town.passed(Body::GroupMeeting, "2026-04-12", 35);
            let resolution = crate::resolution::resolve(committee, &passed);
            let sheet = committee.get(&format!("{resolution}/certify")).ok().form_ending("/certify");
            sheet.upload("photo", "sheet.jpg", "image/jpeg", &crate::resolution::photo(9)).send().is(303);
            crate::resolution::post(committee, &resolution, "2026-04-16");
        }
    }

    /// Somebody raises something, and the committee puts it under the matter of the scene.
    fn raise(&self, who: &Visitor, what: &str) {
        let sent = crate::need::filled(who, what, "北巷").send().is(303);
        let need = crate::need::row(self.town, crate::need::code_of(&sent));
        let page = self.committee.get(&format!("/needs/{}", need.id)).ok();
        page.form_ending("/merge").set("number", &self.scene.topic_number).send().is(303);
    }

    fn option(&self, i: usize) {
        let number = &self.scene.topic_number;
        let page = self.committee.get(&format!("/m/{number}/prepare")).ok();
        let form =
            page.form(&format!("/m/{number}/option")).set("option_title", &format!("第{i}种办法")).set("cost", "900");
        let form = form.set("benefits", "西巷48户").set("pays", "村集体出").set("upkeep", "轮着清");
        form.set("feasibility", "行得通").send().is(303);
    }

    /// What each page costs; `round` keeps the answers of an earlier round from being given again.
    fn costs(&self, round: usize) -> BTreeMap<String, Cost> {
        let anybody = self.town.visitor();
        let mut costs = BTreeMap::new();
        for (path, signed_in) in pages_of_residents() {
            let path = match path {
                // The matter that has everything on it.
                "/m/{number}" => format!("/m/{}", self.scene.topic_number),
                path => self.scene.path(path, false).unwrap_or_else(|| panic!("{path} has no sample in the scene")),
            };
            for (who, visitor) in [("anybody", &anybody), ("a resident", &self.resident)] {
                if signed_in && who == "anybody" {
                    continue;
                }
                let asked = format!("{path}?round={round}");
                let (page, statements) = self.town.statements(|| visitor.get(&asked));
                if !page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
                    continue;
                }
                assert_eq!(page.status, 200, "{path} for {who}");
                let html = page.html();
                assert!(html.contains("href=\"/need?as=opinion"), "{path} has no way to an opinion for {who}");
                let bytes = visitor.weight(&asked);
                costs.insert(format!("{path} for {who}"), Cost { statements, bytes });
            }
        }
        costs
    }
}

#[test]
fn every_page_of_residents_is_light_and_takes_the_same_statements_in_a_big_village() {
    on_both(|town| {
        let village = Village::new(town);
        village.grow(0, 1);
        let small = village.costs(1);
        village.grow(1, 11);
        let big = village.costs(2);
        assert!(small.len() > 40, "the pages were not found: {small:#?}");
        let mut wrong = Vec::new();
        for (page, now) in &big {
            let was = &small[page];
            if now.statements > was.statements {
                wrong.push(format!("{page}: {} statements, in a small village {}", now.statements, was.statements));
            }
            if now.bytes.max(was.bytes) > BYTES_MAX {
                wrong.push(format!("{page}: {} bytes of at most {BYTES_MAX}", now.bytes.max(was.bytes)));
            }
        }
        assert_eq!(small.keys().collect::<Vec<_>>(), big.keys().collect::<Vec<_>>());
        assert!(wrong.is_empty(), "{}:\n{}", town.engine, wrong.join("\n"));
    });
}
