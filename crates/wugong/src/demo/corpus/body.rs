//! Bodies: the branches of the county's associations, and the posts in a village.

/// Which association a branch belongs to. It says what an organisation is, never what a person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Association {
    /// 知联会, the association of intellectuals.
    Intellectuals,
    /// 新联会, the association of new social strata.
    NewStrata,
}

/// A branch of an association at a place.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// Its name.
    pub name: &'static str,
    /// The association.
    pub association: Association,
    /// The code of the place that it stands at: a township or a village.
    pub place: &'static str,
    /// What it offers the villages.
    pub offers: &'static str,
}

const fn branch(name: &'static str, association: Association, place: &'static str, offers: &'static str) -> Branch {
    Branch { name, association, place, offers }
}

/// The eighteen branches: two in every town and township, and one in a village and a community each.
pub const BRANCHES: &[Branch] = &[
    branch("官桥镇知联会分会", Association::Intellectuals, "429921100000", "帮看图纸、帮算工程量"),
    branch("官桥镇新联会分会", Association::NewStrata, "429921100000", "帮网上卖菜"),
    branch("渡口镇知联会分会", Association::Intellectuals, "429921101000", "教老人用手机"),
    branch("渡口镇新联会分会", Association::NewStrata, "429921101000", "帮修电路、修水泵"),
    branch("石矶镇知联会分会", Association::Intellectuals, "429921102000", "帮写信、帮看合同"),
    branch("石矶镇新联会分会", Association::NewStrata, "429921102000", "跑货车，顺路带菜"),
    branch("白湖镇知联会分会", Association::Intellectuals, "429921103000", "看鱼塘水质"),
    branch("白湖镇新联会分会", Association::NewStrata, "429921103000", "帮拍照、做展板"),
    branch("沙洲镇知联会分会", Association::Intellectuals, "429921104000", "看果树、看病虫"),
    branch("沙洲镇新联会分会", Association::NewStrata, "429921104000", "帮办活动、借音响"),
    branch("高岭镇知联会分会", Association::Intellectuals, "429921105000", "帮测水、测高差"),
    branch("高岭镇新联会分会", Association::NewStrata, "429921105000", "帮修路灯"),
    branch("南塘乡知联会分会", Association::Intellectuals, "429921200000", "假期给娃讲题、借书"),
    branch("南塘乡新联会分会", Association::NewStrata, "429921200000", "帮联系收粮"),
    branch("云岭乡知联会分会", Association::Intellectuals, "429921201000", "教种茶、教修枝"),
    branch("云岭乡新联会分会", Association::NewStrata, "429921201000", "帮开民宿、接游客"),
    branch("官桥镇竹溪村知联会分会", Association::Intellectuals, "429921100201", "帮量路、帮记账"),
    branch("渡口镇东门社区新联会分会", Association::NewStrata, "429921101001", "帮老街开店、帮送货"),
];

/// The body that a post belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// 村民委员会
    Committee,
    /// 村务监督委员会
    Supervision,
    /// 村民小组
    Group,
    /// 村民理事会
    Council,
    /// Works for the village without a seat in a body.
    Staff,
}

/// A post in a village.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    /// Its title.
    pub title: &'static str,
    /// The body.
    pub body: Body,
    /// How many there are: in a village, or for [`Body::Group`] and [`Body::Council`] in a hamlet.
    pub seats: u8,
}

const fn post(title: &'static str, body: Body, seats: u8) -> Post {
    Post { title, body, seats }
}

/// The posts. A villagers' committee has three to seven members (organic law of villagers' committees, art. 6).
pub const POSTS: &[Post] = &[
    post("村委会主任", Body::Committee, 1),
    post("村委会副主任", Body::Committee, 1),
    post("村委会委员", Body::Committee, 3),
    post("监督委员会主任", Body::Supervision, 1),
    post("监督委员会委员", Body::Supervision, 2),
    post("村会计", Body::Staff, 1),
    post("网格员", Body::Staff, 2),
    post("管水员", Body::Staff, 1),
    post("管护队长", Body::Staff, 1),
    post("村民小组长", Body::Group, 1),
    post("理事会会长", Body::Council, 1),
    post("理事会理事", Body::Council, 4),
];
