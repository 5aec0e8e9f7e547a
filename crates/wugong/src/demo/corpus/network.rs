//! What the associations of the demo county do, where they should be, its practice bases and its programme.

/// What branches learn.
pub const STUDIES: &[&str] = &[
    "学看修路的图纸",
    "学怎么算土石方",
    "学直播卖货，镇上请的师傅",
    "学新的村委会组织法",
    "学急救，压胸口练了一下午",
    "学怎么跟老人说手机上的事",
    "看外县是怎么管自来水的",
];

/// What branches do together.
pub const ACTIVITIES: &[&str] = &[
    "清塘边的枯枝",
    "给井台换了一圈石板",
    "赶集摆了一张桌子，谁来都能问",
    "收旧书，分给两个村的书屋",
    "在晒场放了一场电影",
    "修了六条长凳，摆在等车的地方",
    "把废水管捡出来，装了三车",
];

/// What is to come.
pub const PLANS: &[&str] = &["下个集日摆桌子，帮写字、帮看合同", "给孩子讲怎么过马路", "看三家民宿的电线", "学修水泵"];

/// Whether there should be an association: code of the place, whether a chamber (else of the kinds that branches have), yes or no, why.
pub const JUDGED: &[(&str, Kind, bool, &str)] = &[
    ("429921100000", Kind::Intellectuals, true, "两所学校、一个卫生院，退休的老师也多"),
    ("429921100000", Kind::NewStrata, true, "开网店、跑车的有四十多人"),
    ("429921100000", Kind::Chamber, true, "镇上三十多家店，早就想要个商会"),
    ("429921101000", Kind::Intellectuals, true, "中学在这里"),
    ("429921101000", Kind::NewStrata, true, "老街上开店的年轻人多"),
    ("429921102000", Kind::Intellectuals, true, "农技站、小学都在这里"),
    ("429921102000", Kind::NewStrata, true, "跑货车的多"),
    ("429921102000", Kind::Chamber, false, "只有七八家店，和官桥的合在一起就行"),
    ("429921103000", Kind::Intellectuals, true, "养鱼的要人看水"),
    ("429921103000", Kind::NewStrata, true, "办农家乐的多起来了"),
    ("429921104000", Kind::Intellectuals, true, "果园要技术"),
    ("429921104000", Kind::NewStrata, true, "外出回来的年轻人想做点事"),
    ("429921105000", Kind::Intellectuals, true, "山高路远，缺懂技术的人"),
    ("429921105000", Kind::NewStrata, true, "做电工、木工的手艺人多"),
    ("429921200000", Kind::Intellectuals, true, "教书的都愿意来"),
    ("429921200000", Kind::NewStrata, true, "收粮的、开农机的有二十来个"),
    ("429921200000", Kind::Worthies, true, "在外面做事的人年年回来"),
    ("429921201000", Kind::Intellectuals, true, "种茶要人教"),
    ("429921201000", Kind::NewStrata, true, "民宿刚起步"),
    ("429921201000", Kind::Chamber, false, "人少，先不建"),
    ("429921100201", Kind::Intellectuals, true, "村里退休的、在外教书的常回来"),
    ("429921101001", Kind::NewStrata, true, "老街就在社区里"),
    ("429921101001", Kind::Chamber, true, "老街的店主提过三次"),
];

/// The kinds of associations that were judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 知联会
    Intellectuals,
    /// 新联会
    NewStrata,
    /// 商会
    Chamber,
    /// 乡贤会
    Worthies,
}

/// What each place makes of the programme: code and text.
pub const BRANDS: &[(&str, &str)] = &[
    ("429921100000", "官桥：桥头一张桌，有事当面说"),
    ("429921101000", "渡口：老街自己管，谁开店谁出主意"),
    ("429921102000", "石矶：一车带一村，顺路办小事"),
    ("429921103000", "白湖：一口塘，一本账"),
    ("429921104000", "沙洲：果园里开会，树底下定事"),
    ("429921105000", "高岭：路灯亮到最后一户"),
    ("429921200000", "南塘：收粮的日子不开会，晚上到晒场说"),
    ("429921201000", "云岭：一山一茶，谁家摘茶谁家说了算"),
    ("429921100201", "竹溪：旧井台边说事，一塆一理事会"),
    ("429921101001", "东门：门面前三尺地，自己扫自己管"),
];

/// Who answers for a task, or helps: the name of the organisation.
pub type Owner = &'static str;

/// What becomes of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Open, nothing shows yet.
    Open,
    /// Open, something shows: so many links.
    Part(usize),
    /// Done so many days ago, with so many links.
    Done(i32, usize),
    /// Dropped so many days ago, with the reason.
    Dropped(i32, &'static str),
}

/// A task of the work plan.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// What is to be reached.
    pub goal: &'static str,
    /// Who answers for it.
    pub owner: Owner,
    /// Who helps.
    pub helpers: &'static [Owner],
    /// The last day, in so many days from today.
    pub due: i32,
    /// The document.
    pub document: &'static str,
    /// Who pays; empty where nobody has to.
    pub funding: &'static str,
    /// What becomes of it.
    pub then: Then,
    /// Whether it shows at meetings; else it shows at matters.
    pub meets: bool,
}

/// The work plan.
pub const TASKS: &[Task] = &[
    Task {
        goal: "每个乡镇开过一次屋场会，县里的人到场听",
        owner: "青渡县共同缔造办公室",
        helpers: &["青渡县知联会", "青渡县新联会"],
        due: -45,
        document: "工作方案第二条",
        funding: "",
        then: Then::Done(48, 3),
        meets: true,
    },
    Task {
        goal: "两个联谊会在每个乡镇都有分会",
        owner: "青渡县知联会",
        helpers: &["青渡县新联会"],
        due: -20,
        document: "工作方案第三条",
        funding: "",
        then: Then::Part(1),
        meets: false,
    },
    Task {
        goal: "官桥镇办出三件房前屋后的小事",
        owner: "官桥镇政府",
        helpers: &["官桥镇知联会分会", "官桥镇新联会分会"],
        due: -6,
        document: "工作方案第四条",
        funding: "",
        then: Then::Done(8, 3),
        meets: false,
    },
    Task {
        goal: "竹溪村把修路的账贴到每个塆",
        owner: "竹溪村村民委员会",
        helpers: &["官桥镇竹溪村知联会分会"],
        due: 12,
        document: "工作方案第五条",
        funding: "县财政局",
        then: Then::Part(1),
        meets: false,
    },
    Task {
        goal: "每个分会帮一个村把一件事办到有答复",
        owner: "青渡县新联会",
        helpers: &["青渡县知联会"],
        due: 30,
        document: "工作方案第六条",
        funding: "",
        then: Then::Part(2),
        meets: false,
    },
    Task {
        goal: "全县的公示都能在手机上看，也都贴在墙上",
        owner: "青渡县共同缔造办公室",
        helpers: &[],
        due: 31,
        document: "工作方案第七条",
        funding: "",
        then: Then::Open,
        meets: false,
    },
    Task {
        goal: "评一次“最美塆子”",
        owner: "青渡县共同缔造办公室",
        helpers: &[],
        due: 60,
        document: "工作方案第八条",
        funding: "",
        then: Then::Dropped(15, "村里人说评来评去伤和气，不评了"),
        meets: false,
    },
    Task {
        goal: "把没办成的事也写成案例，讲清楚为什么",
        owner: "青渡县共同缔造办公室",
        helpers: &["官桥镇政府"],
        due: 120,
        document: "工作方案第九条",
        funding: "",
        then: Then::Open,
        meets: false,
    },
];
