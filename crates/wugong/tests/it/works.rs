//! The works diary over HTTP: notes with photos of the work, from which place and time are gone.

use crate::project::building;
use crate::resolution::photo;
use crate::town::{Town, on_both};
use civic::build::project::{Project, ProjectState};
use civic::build::works::{WorksForm, note};
use civic::id::ProjectId;
use civic::people::standing::Post;
use civic::record::{Actor, Entry, Verb};
use store::files::{File, FileKind};

/// A note with a photo for a project, whatever its state; the path of it without what follows.
pub fn laid(town: &Town, project: &str) -> String {
    let project = ProjectId::parse(project.trim_start_matches("/projects/")).unwrap();
    let (now, today, ids) = (town.now(), town.today(), (town.id(), town.id()));
    let (folder, chance) = (town.app.setup().files.clone(), town.chance());
    let digest = folder.keep(&photo(9)).unwrap();
    town.write(move |tx| {
        let read = store::build::project::get(tx, project)?;
        let at_work = Project { state: ProjectState::Building, ..read };
        let file = File {
            id: ids.0,
            digest,
            media_type: "image/jpeg".to_owned(),
            bytes_len: 700,
            kind: FileKind::Photo,
            created_at: now,
        };
        store::files::put(tx, &file)?;
        let form = WorksForm {
            on: Some(today),
            line: None,
            progress: "挖槽",
            quality: "",
            safety: "",
            material: "",
            seen: "",
            photos: 1,
        };
        let note = note(&at_work, &form, vec![file.id], (ids.1, now, today)).unwrap();
        store::build::works::put(tx, &note)?;
        let entry = Entry::of(&note, Verb::Create, Actor::NOBODY, now, &mut chance.clone());
        tx.commit(&[entry], format!("/works/{}", note.id))
    })
}

/// A photo as a phone writes it: with a block that says where and when.
fn photo_with_place() -> Vec<u8> {
    const PLACE: &[u8] = b"29 58 12 N 113 54 37 E 2026:05:08";
    let plain = photo(3);
    let mut tiff = b"MM\0\x2A\0\0\0\x08\0\x02".to_vec();
    let (length, at) = (u32::try_from(PLACE.len()).unwrap(), 10_u32 + 2 * 12 + 4);
    tiff.extend([1, 0x0F, 0, 2]);
    tiff.extend(length.to_be_bytes());
    tiff.extend(at.to_be_bytes());
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1]);
    tiff.extend((at + length).to_be_bytes());
    tiff.extend([0; 4]);
    tiff.extend(PLACE);
    tiff.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let mut out = plain[..2].to_vec();
    out.extend([0xFF, 0xE1]);
    out.extend(u16::try_from(segment.len() + 2).unwrap().to_be_bytes());
    out.extend(segment);
    out.extend(&plain[2..]);
    out
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn a_photo_of_the_works_is_kept_without_place_and_time_and_everybody_sees_it() {
    on_both(|town| {
        let (who, passed, project) = building(town);
        town.at("2026-05-08 18:00");
        let taken = photo_with_place();
        assert!(holds(&taken, b"113 54 37") && holds(&taken, b"Exif"));
        let form = who.get(&format!("{project}/works")).ok().click("记一天的施工").ok().form_ending("/works/new");
        let form = form.set("progress", "路基挖了40米").set("line", "1").set("material", "碎石12方");
        let form = form.set("safety", "沟边拉了绳").set("seen", "村民监督小组");
        let form =
            form.upload("photo", "a.jpg", "image/jpeg", &taken).upload("photo", "b.jpg", "image/jpeg", &photo(4));
        let sent = form.send().is(303);
        // The same form once more has no second effect.
        assert_eq!(form.send().is(303).location(), sent.location());

        let anybody = town.visitor();
        let page = anybody.get(&format!("{project}/works")).ok();
        let page = page
            .says("路基挖了40米")
            .says("混凝土")
            .says("碎石12方")
            .says("村民监督小组")
            .says("拍摄地点和时间已经去掉");
        let html = page.html();
        let shown: Vec<&str> =
            html.split('"').filter(|part| part.starts_with("/works/") && part.contains("/photo/")).collect();
        assert_eq!(shown.len(), 4, "two photos, each shown and to be opened");
        for path in shown {
            let file = anybody.get(path).ok();
            assert_eq!(file.header("content-type"), Some("image/jpeg"));
            for secret in [&b"113 54 37"[..], b"2026:05:08", b"Exif"] {
                assert!(!holds(&file.bytes, secret), "{path}");
            }
        }
        // Neither does any file on the disk say where the phone was.
        let mut files = 0;
        for folder in std::fs::read_dir(town.data.join("files")).unwrap() {
            let folder = folder.unwrap().path();
            for file in folder.read_dir().into_iter().flatten() {
                files += 1;
                assert!(!holds(&std::fs::read(file.unwrap().path()).unwrap(), b"113 54 37"));
            }
        }
        assert_eq!(files, 2);
        anybody.get(&format!("/m/{}", passed.number)).ok().click("看施工日志").ok().says("路基挖了40米");
        anybody.get(&project).ok().click("施工日志").ok();
        assert!(town.verify().problems.is_empty());
    });
}

#[test]
fn a_note_that_cannot_be_is_refused_and_nothing_typed_is_lost() {
    on_both(|town| {
        let (who, _, project) = building(town);
        town.at("2026-05-08 18:00");
        let new = || who.get(&format!("{project}/works/new")).ok().form_ending("/works/new");
        let form = || new().set("progress", "挖槽40米");
        let sent = form().set("day", "2026-05-09").send().is(422).says("这个日子还没有到");
        assert_eq!(sent.form_ending("/works/new").value("progress"), Some("挖槽40米"));
        form().set("day", "2026-05-05").send().is(422).says("不能早于5月6日");
        form().set("day", "2026-02-30").send().is(422).says("没有这个日期");
        form().set("day", "").send().is(422);
        form().forge("line", "9").send().is(422).says("预算里没有这一项");
        form().forge("line", "x").send().is(422).says("预算里没有这一项");
        new().send().is(422).says("这里要写");
        form().upload("photo", "a.jpg", "image/jpeg", b"no picture at all").send().is(422);
        let mut many = form();
        for n in 0..7 {
            many = many.upload("photo", "a.jpg", "image/jpeg", &photo(n));
        }
        many.send().is(422).says("6");
        who.get(&format!("{project}/works")).ok().says("还没有记");

        // Facilitators of the place keep it too; nobody else does.
        let helper = town.staff(Post::Facilitator, town.village);
        let form = helper.get(&format!("{project}/works/new")).ok().form_ending("/works/new");
        form.set("progress", "拌浆").send().is(303);
        town.staff(Post::Committee, town.village_2).get(&format!("{project}/works/new")).is(403);
        town.visitor().get(&format!("{project}/works")).ok().says("拌浆").hides("记一天的施工");

        // Nothing is noted of a project that was given up.
        let stop = who.get(&format!("{project}/state")).ok().form_ending("/stop");
        stop.set("reason", "地基挖出老井").send().is(303);
        let late = form_of(&who, &project).set("progress", "晚了").send();
        late.is(422).says("现在不记施工日志");
        assert!(town.verify().problems.is_empty());
    });
}

fn form_of(who: &crate::page::Visitor, project: &str) -> crate::page::Form {
    who.get(&format!("{project}/works/new")).ok().form_ending("/works/new")
}
