//! What is announced in the demo county, and what people ask about it. `{day}` stands for the day that it is about.

use civic::programme::question::QuestionChannel;

/// In whose name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The county.
    County,
    /// The township of that code.
    Township(&'static str),
    /// The village with those letters.
    Village(&'static str),
}

/// A question about an announcement.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// How many days ago it came.
    pub ago: i32,
    /// How it came.
    pub channel: QuestionChannel,
    /// The words of who asked.
    pub text: &'static str,
    /// What comes of it.
    pub then: Then,
}

/// What comes of a question.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    /// It waits; with a number to call back or without.
    Waits {
        /// Whether a number was left.
        phone: bool,
    },
    /// It was answered so many days ago: the question for everybody and the answer.
    Answered {
        /// How many days ago.
        ago: i32,
        /// The question for everybody.
        public: &'static str,
        /// The answer.
        answer: &'static str,
    },
    /// It was taken back.
    TakenBack,
}

/// An announcement.
#[derive(Clone, Copy, Debug)]
pub struct Announced {
    /// In whose name.
    pub from: From,
    /// How many days ago it was published.
    pub ago: i32,
    /// The day that it is about, in so many days from today.
    pub about: i32,
    /// The last day on which it holds, in so many days from today.
    pub until: i32,
    /// The title.
    pub title: &'static str,
    /// The plain text.
    pub plain: &'static str,
    /// The original text; empty where there is none.
    pub original: &'static str,
    /// The document; empty where there is none.
    pub document: &'static str,
    /// A correction: so many days ago, by so many days later, and why.
    pub corrected: Option<(i32, i32, &'static str)>,
    /// An early end: so many days ago, and why.
    pub ended: Option<(i32, &'static str)>,
    /// What was asked.
    pub asked: &'static [Asked],
}

const fn asked(ago: i32, channel: QuestionChannel, text: &'static str, then: Then) -> Asked {
    Asked { ago, channel, text, then }
}
const fn answered(ago: i32, public: &'static str, answer: &'static str) -> Then {
    Then::Answered { ago, public, answer }
}
const WAITS: Then = Then::Waits { phone: false };
const CALL_BACK: Then = Then::Waits { phone: true };

use QuestionChannel::{Helper, Paper, Phone, Said, Web};

/// The announcements, in the order in which they were published.
pub const ANNOUNCEMENTS: &[Announced] = &[
    Announced {
        from: From::County,
        ago: 60,
        about: -40,
        until: -20,
        title: "共同缔造怎么搞，请大家提意见",
        plain: "县里拟了一份共同缔造的办法。房前屋后的事，大家商量着办。\n村里出工出料，县里按完成的给补助。\n办法的草稿贴在村部，也在手机上。\n{day}前提意见，怎么说都行。",
        original: "为推动美好环境与幸福生活共同缔造活动开展，现就《青渡县共同缔造活动实施办法（征求意见稿）》公开征求意见。各乡镇、村（社区）可结合实际提出修改建议，单位意见请加盖公章，个人意见可以口头、书面或者网上方式提出。",
        document: "青共缔〔征〕1号",
        corrected: None,
        ended: None,
        asked: &[
            asked(
                57,
                Web,
                "自己出的工算不算钱",
                answered(55, "自己出的工算不算钱？", "出工只记工天，不折成钱，也不发工钱。补助按完成的实事算。"),
            ),
            asked(
                52,
                Said,
                "我家没人在家，出不了工，会不会少了我家的好处？",
                answered(
                    48,
                    "家里没人出工，会不会少了好处？",
                    "不会。路修好了谁都走，灯亮了谁都照。出不出工由各家自己定。",
                ),
            ),
            asked(
                50,
                Paper,
                "补助什么时候到，前年那个到现在没看到",
                answered(
                    40,
                    "补助什么时候给？",
                    "验收合格后报到县里，县里一个月内拨。前年那一笔我们查了，已经在上月拨到村里。",
                ),
            ),
        ],
    },
    Announced {
        from: From::Township("429921100000"),
        ago: 34,
        about: -20,
        until: -12,
        title: "农机免费检修两天",
        plain: "镇农机站请了师傅下来。{day}在镇粮站门口。\n拖拉机、抽水机、打谷机都看。\n人工不收，换零件按进价。\n开不动的，打电话上门拖。",
        original: "",
        document: "",
        corrected: None,
        ended: None,
        asked: &[asked(
            31,
            Phone,
            "电动三轮修不修？",
            answered(30, "电动三轮修不修？", "电动三轮这次不修，师傅不熟。车行在镇东头，平日里都开门。"),
        )],
    },
    Announced {
        from: From::Township("429921101000"),
        ago: 25,
        about: -10,
        until: -4,
        title: "渡口老街赶集改一天",
        plain: "老街要铺水管，{day}的集挪到新场坝。\n摊位照旧，谁原来在哪一排还在哪一排。\n第二天回老街。",
        original: "",
        document: "",
        corrected: None,
        ended: Some((12, "水管提前铺完，集不挪了，照旧在老街赶")),
        asked: &[],
    },
    Announced {
        from: From::County,
        ago: 16,
        about: 6,
        until: 20,
        title: "县里的医生下来看眼睛",
        plain: "县医院的医生到各乡镇看眼睛，不收钱。\n{day}起，一个乡镇一天。哪天到哪里，看村部的牌子。\n老人看不清的，都可以去。\n走不动的，跟村里说一声，有车接。",
        original: "为方便群众就近查治眼病，县人民医院拟组织眼科医师赴各乡镇卫生院开展筛查，免收检查费用；确需手术的，按医保政策办理。",
        document: "青卫函〔基〕27号",
        corrected: None,
        ended: None,
        asked: &[
            asked(
                14,
                Helper,
                "我娘坐轮椅，接的车上得去不",
                answered(11, "坐轮椅的上得了接送的车吗？", "上得了。有一辆车带斜板，跟村里报的时候说一声要轮椅。"),
            ),
            asked(
                13,
                Web,
                "要不要带什么本子",
                answered(6, "要带什么？", "带上医保的卡，没有带也给看。眼镜、正在用的眼药水带来。"),
            ),
            asked(9, Said, "云岭那边山高，会不会不来", WAITS),
            asked(2, Phone, "开刀要多少钱，能报多少", CALL_BACK),
            asked(1, Web, "号我多写了一遍，不问了", Then::TakenBack),
        ],
    },
    Announced {
        from: From::Township("429921100000"),
        ago: 10,
        about: 3,
        until: 14,
        title: "官桥大桥检修，车要绕行",
        plain: "官桥大桥要换伸缩缝。{day}起关桥十天，人和自行车能过。\n汽车、三轮走下游的石埠桥，远四里路。\n学生的校车改六点五十发，别的不变。",
        original: "",
        document: "官路告〔桥〕3号",
        corrected: Some((6, 2, "备件晚到，关桥推后两天")),
        ended: None,
        asked: &[
            asked(
                9,
                Web,
                "送货的小四轮能不能半夜过",
                answered(
                    7,
                    "小四轮半夜能不能过桥？",
                    "不能，桥缝是敞着的，半夜更险。急送病人的打镇上值班电话，守桥的放行。",
                ),
            ),
            asked(4, Paper, "石埠桥也老了，大车都挤过去，压得住吗", WAITS),
        ],
    },
    Announced {
        from: From::Village("ZX"),
        ago: 7,
        about: 1,
        until: 3,
        title: "竹溪停水一天",
        plain: "{day}早上8点到下午5点停水，换水泵。\n请先接好水，别把龙头开着。\n家里只有老人的，网格员上门送两桶。",
        original: "",
        document: "",
        corrected: Some((3, 1, "水泵晚到一天，停水也推一天")),
        ended: None,
        asked: &[
            asked(
                6,
                Said,
                "喂猪的水怎么办，两桶不够",
                answered(4, "养猪户用水怎么办？", "养了猪的，跟村部说头数，头天晚上拉一车水来放进缸里。"),
            ),
            asked(2, Helper, "我一个人在家，门口的坎提不上去水", CALL_BACK),
        ],
    },
    Announced {
        from: From::County,
        ago: 4,
        about: 12,
        until: 26,
        title: "免费学电工，管一顿中饭",
        plain: "县职校办电工班，学七天，不收学费，管中饭。\n{day}开班，一班四十个人，先报先学。\n十八岁到五十五岁都可以报。\n学完自己去考证，考不考随你。",
        original: "",
        document: "青人社培〔工〕9号",
        corrected: None,
        ended: None,
        asked: &[
            asked(3, Web, "女的收不收", answered(2, "女同志收不收？", "收。上一班四十个人里有九个。")),
            asked(0, Web, "住得远，晚上能不能住在学校", WAITS),
        ],
    },
    Announced {
        from: From::Village("SG"),
        ago: 2,
        about: 5,
        until: 30,
        title: "石鼓村部换地方办事",
        plain: "村部的屋顶要翻，{day}起到老小学一楼办事。\n章子、户册、取药都在那边。\n信箱还挂在原来的门口，天天有人取。",
        original: "",
        document: "",
        corrected: None,
        ended: None,
        asked: &[],
    },
];
