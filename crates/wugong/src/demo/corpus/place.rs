//! The places of the demo county. Names are invented or as common as 老街; codes cannot be real.

use super::story::Ground;

/// Code and name of the county. The code is built like a real one (GB/T 2260: two digits each for province, prefecture and
/// county), but there is no prefecture 99.
pub const COUNTY: (&str, &str) = ("429921000000", "青渡县");

/// A town or township.
#[derive(Clone, Copy, Debug)]
pub struct Township {
    /// Twelve digits: county, then 100 to 199 for a town and 200 to 399 for a township, then zeros.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its villages and communities.
    pub villages: &'static [Village],
}

/// A village, or a community in a town's streets.
#[derive(Clone, Copy, Debug)]
pub struct Village {
    /// The last three digits of its code: below 200 for a community, from 200 on for a village.
    pub number: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Capital letters for public numbers (`ZX-2026-017`), unique in the county.
    pub abbreviation: &'static str,
    /// What the land is like.
    pub ground: Ground,
    /// Names of its hamlets.
    pub hamlets: &'static [&'static str],
}

impl Village {
    /// The division code of twelve digits.
    #[must_use]
    pub fn code(&self, township: &Township) -> String {
        format!("{}{}", township.code.strip_suffix("000").unwrap_or(township.code), self.number)
    }

    /// The code of the hamlet at `index`: hamlets have no official one, so ours is the village's with `-H` and a number
    /// from 01.
    #[must_use]
    pub fn hamlet_code(&self, township: &Township, index: usize) -> String {
        format!("{}-H{:02}", self.code(township), index + 1)
    }
}

const fn village(
    number: &'static str,
    name: &'static str,
    abbreviation: &'static str,
    ground: Ground,
    hamlets: &'static [&'static str],
) -> Village {
    Village { number, name, abbreviation, ground, hamlets }
}

/// Six towns and two townships.
pub const TOWNSHIPS: &[Township] = &[
    Township {
        code: "429921100000",
        name: "官桥镇",
        villages: &[
            village("001", "官桥社区", "GQ", Ground::Town, &["桥东组", "桥西组", "老街组", "粮站组", "新街组"]),
            village("201", "竹溪村", "ZX", Ground::Any, &["柳塆", "葛家塆", "杜家墩", "上屋场", "周家湾", "熊家嘴"]),
            village("202", "石鼓村", "SG", Ground::Hill, &["石鼓塆", "龙家冲", "毛栗组", "何家屋场", "长垅组"]),
            village("203", "梅塘村", "MT", Ground::Water, &["梅塘组", "涂家塆", "大塘边", "小塘边", "余家墩"]),
            village(
                "204",
                "双井村",
                "SJ",
                Ground::Plain,
                &["双井塆", "井边组", "曾家湾", "田心组", "谢家塆", "东畈组"],
            ),
            village("205", "朱坡村", "ZP", Ground::Hill, &["朱坡组", "坡上屋场", "坡下屋场", "汪家冲"]),
            village(
                "206",
                "白果村",
                "BG",
                Ground::Any,
                &["白果树下", "夏家塆", "彭家湾", "新屋组", "老屋组", "塘角组", "万家塆"],
            ),
            village("207", "大枫村", "DF", Ground::Hill, &["大枫树组", "金家冲", "邱家屋场", "岭背组", "石板组"]),
            village("208", "黄泥垱村", "HN", Ground::Plain, &["垱上组", "垱下组", "胡家塆", "程家湾", "砖窑组"]),
            village(
                "209",
                "桐油岭村",
                "TYL",
                Ground::Hill,
                &["桐油岭", "祝家冲", "半坡组", "榨坊组", "田冲组", "贺家屋场"],
            ),
            village(
                "210",
                "李家铺村",
                "LJP",
                Ground::Plain,
                &["李家铺", "铺前组", "铺后组", "宋家塆", "雷家墩", "长畈组", "孙家湾"],
            ),
        ],
    },
    Township {
        code: "429921101000",
        name: "渡口镇",
        villages: &[
            village("001", "东门社区", "DM", Ground::Town, &["东门组", "供销社组", "菜场组", "巷口组"]),
            village("002", "南门社区", "NM", Ground::Town, &["南门组", "车站组", "老井组", "学堂组", "塔边组"]),
            village("003", "西街社区", "XJ", Ground::Town, &["西街组", "铁匠巷", "豆腐巷", "柴码头组"]),
            village("004", "河街社区", "HJ", Ground::Town, &["河街组", "码头组", "船厂组", "堤边组", "水运组"]),
            village("201", "新渡村", "XD", Ground::Water, &["新渡组", "船家塆", "沈家墩", "柳林组"]),
            village("202", "柏树村", "BS", Ground::Plain, &["柏树塆", "萧家湾", "方家塆", "机埠组", "北畈组"]),
            village("203", "鲤鱼洲村", "LYZ", Ground::Water, &["洲头组", "洲尾组", "鱼棚组", "田家墩", "芦场组"]),
            village(
                "204",
                "五里墩村",
                "WLD",
                Ground::Plain,
                &["五里墩", "高家塆", "任家湾", "路边组", "砖场组", "沟东组"],
            ),
            village("205", "张家巷村", "ZJX", Ground::Any, &["张家巷", "巷北组", "余家塆", "菜园组"]),
            village(
                "206",
                "莲塘村",
                "LT",
                Ground::Water,
                &["莲塘组", "藕塘边", "冯家湾", "塘南组", "汤家嘴", "新塆组"],
            ),
            village("207", "花园村", "HY", Ground::Plain, &["花园塆", "上花园", "下花园", "黎家湾", "渠边组"]),
        ],
    },
    Township {
        code: "429921102000",
        name: "石矶镇",
        villages: &[
            village("001", "石矶社区", "SJS", Ground::Town, &["矶头组", "江边组", "老街组", "仓库组"]),
            village("201", "石矶头村", "SJT", Ground::Water, &["石矶头", "矶下组", "韩家墩", "渡船组"]),
            village("202", "沙咀村", "SZ", Ground::Water, &["沙咀组", "咀头组", "曹家湾", "树林组", "新堤组"]),
            village("203", "芦苇荡村", "LWD", Ground::Water, &["荡口组", "荡东组", "荡西组", "袁家台"]),
            village("204", "大堤村", "DD", Ground::Plain, &["堤内组", "堤角组", "邓家台", "许家湾", "横沟组"]),
            village(
                "205",
                "四垸村",
                "SY",
                Ground::Plain,
                &["一垸组", "二垸组", "三垸组", "四垸组", "傅家台", "闸口组"],
            ),
            village("206", "新洲村", "XZ", Ground::Water, &["新洲组", "洲心组", "棉场组", "蒋家墩"]),
            village("207", "回风村", "HF", Ground::Plain, &["回风台", "蔡家湾", "贾家台", "直沟组", "老堤组"]),
            village("208", "马鞍村", "MA", Ground::Hill, &["马鞍组", "鞍下屋场", "丁家冲", "石场组", "茶园组"]),
            village(
                "209",
                "燕窝村",
                "YW",
                Ground::Plain,
                &["燕窝台", "魏家湾", "薛家台", "上台组", "下台组", "电排组"],
            ),
            village("210", "黄柏村", "HB", Ground::Any, &["黄柏塆", "叶家湾", "阎家塆", "岔路组"]),
        ],
    },
    Township {
        code: "429921103000",
        name: "白湖镇",
        villages: &[
            village("001", "白湖社区", "BHS", Ground::Town, &["湖滨组", "鱼市组", "老街组", "邮局组"]),
            village("201", "白湖村", "BH", Ground::Water, &["白湖组", "湖边塆", "余家嘴", "杜家嘴", "鱼种组"]),
            village("202", "湖口村", "HK", Ground::Water, &["湖口组", "闸边组", "潘家墩", "戴家湾"]),
            village("203", "菱角村", "LJ", Ground::Water, &["菱角塆", "角东组", "角西组", "夏家嘴", "蒲草组"]),
            village(
                "204",
                "荷叶村",
                "HE",
                Ground::Water,
                &["荷叶塆", "藕田组", "姜家湾", "崔家墩", "水埠组", "桥头组"],
            ),
            village("205", "渔丰村", "YF", Ground::Water, &["渔丰组", "船台组", "网场组", "钟家墩"]),
            village("206", "横堤村", "HD", Ground::Plain, &["横堤组", "谭家湾", "陆家塆", "姚家湾", "堤南组"]),
            village("207", "三汊村", "SC", Ground::Water, &["头汊组", "二汊组", "三汊组", "范家墩", "石桥组"]),
            village("208", "秋湖村", "QH", Ground::Water, &["秋湖组", "廖家嘴", "邹家湾", "旱地组"]),
            village("209", "官垱村", "GD", Ground::Plain, &["官垱塆", "石家湾", "侯家塆", "龙沟组", "北垱组"]),
            village("210", "鸭棚村", "YP", Ground::Plain, &["鸭棚组", "邵家湾", "孟家塆", "秦家台", "稻场组"]),
        ],
    },
    Township {
        code: "429921104000",
        name: "沙洲镇",
        villages: &[
            village("001", "沙洲社区", "SZS", Ground::Town, &["洲街组", "菜市组", "轮渡组", "学校组"]),
            village("201", "沙洲村", "SHZ", Ground::Plain, &["沙洲组", "白家台", "江家台", "毛家湾", "林场组"]),
            village("202", "中洲村", "ZZ", Ground::Plain, &["中洲组", "洲东组", "洲西组", "史家台", "顾家台"]),
            village("203", "上河村", "SH", Ground::Water, &["上河组", "河弯组", "陶家湾", "龚家墩"]),
            village("204", "下河村", "XH", Ground::Water, &["下河组", "河尾组", "文家湾", "严家墩", "船闸组"]),
            village("205", "长圻村", "CQ", Ground::Plain, &["长圻台", "上圻组", "下圻组", "牛路组", "武家台"]),
            village(
                "206",
                "复兴村",
                "FX",
                Ground::Plain,
                &["复兴组", "钱家台", "尹家湾", "新沟组", "老沟组", "南横组"],
            ),
            village("207", "堤脚村", "DJ", Ground::Plain, &["堤脚组", "柳堤组", "常家台", "康家湾"]),
            village("208", "永丰村", "YOF", Ground::Plain, &["永丰组", "乔家台", "赖家湾", "中沟组", "西畈组"]),
            village("209", "合丰村", "HEF", Ground::Plain, &["合丰组", "庞家台", "樊家湾", "渠头组", "渠尾组"]),
            village(
                "210",
                "菜园村",
                "CY",
                Ground::Plain,
                &["菜园组", "大棚组", "施家湾", "洪家台", "冷库组", "路口组"],
            ),
        ],
    },
    Township {
        code: "429921105000",
        name: "高岭镇",
        villages: &[
            village("001", "高岭社区", "GLS", Ground::Town, &["岭街组", "车站组", "茶市组", "水塔组"]),
            village("201", "高岭村", "GL", Ground::Hill, &["高岭屋场", "岭脚组", "古家冲", "岭头组"]),
            village("202", "茶铺村", "CP", Ground::Hill, &["茶铺组", "茶山组", "苏家冲", "牌楼组", "下铺组"]),
            village("203", "枫树坳村", "FSA", Ground::Hill, &["枫树坳", "坳下组", "卢家屋场", "竹坡组"]),
            village("204", "石门村", "SM", Ground::Hill, &["石门组", "门里屋场", "门外屋场", "吕家冲", "溪口组"]),
            village(
                "205",
                "桂花村",
                "GH",
                Ground::Any,
                &["桂花塆", "桂花树下", "丁家湾", "旱坡组", "新塘组", "章家塆"],
            ),
            village("206", "雷竹村", "LZ", Ground::Hill, &["雷竹组", "竹园屋场", "俞家冲", "路上组"]),
            village("207", "凤尾村", "FW", Ground::Hill, &["凤尾组", "尾上屋场", "鲁家冲", "水库组", "梯田组"]),
            village("208", "麦坡村", "MP", Ground::Hill, &["麦坡组", "葛家冲", "韦家屋场", "粉坊组"]),
            village("209", "田心村", "TX", Ground::Plain, &["田心塆", "凌家湾", "上田组", "下田组", "车路组"]),
            village("210", "横冲村", "HC", Ground::Hill, &["横冲组", "冲口组", "冲里屋场", "柯家冲", "岩边组"]),
        ],
    },
    Township {
        code: "429921200000",
        name: "南塘乡",
        villages: &[
            village("201", "南塘村", "NT", Ground::Water, &["南塘组", "塘头塆", "骆家湾", "学堂组", "老街组"]),
            village("202", "陈桥村", "CHQ", Ground::Plain, &["陈桥塆", "桥南组", "桥北组", "喻家湾"]),
            village("203", "油坊村", "YFA", Ground::Plain, &["油坊组", "榨油塆", "童家湾", "柯家塆", "晒场组"]),
            village("204", "磨坊村", "MF", Ground::Any, &["磨坊组", "水碾组", "欧家塆", "瞿家湾", "石坝组"]),
            village("205", "杨柳村", "YL", Ground::Water, &["杨柳塆", "柳堤组", "耿家墩", "垂柳组"]),
            village(
                "206",
                "畈上村",
                "FS",
                Ground::Plain,
                &["畈上塆", "畈中组", "畈尾组", "关家湾", "甘家塆", "游家湾"],
            ),
            village("207", "泉口村", "QK", Ground::Hill, &["泉口组", "泉上屋场", "华家冲", "石井组"]),
            village("208", "枣林村", "ZL", Ground::Any, &["枣林塆", "枣树下", "涂家湾", "花生组", "红薯组"]),
            village("209", "罗坪村", "LP", Ground::Hill, &["罗坪组", "坪上屋场", "易家冲", "茶亭组"]),
            village("210", "土桥村", "TQ", Ground::Plain, &["土桥塆", "左家湾", "桥头组", "窑场组", "聂家塆"]),
        ],
    },
    Township {
        code: "429921201000",
        name: "云岭乡",
        villages: &[
            village("201", "云岭村", "YUL", Ground::Hill, &["云岭屋场", "岭上组", "岭下组", "街边组", "盘石组"]),
            village("202", "坳上村", "AS", Ground::Hill, &["坳上组", "坳背屋场", "乐家冲", "老林组"]),
            village("203", "半山村", "BSH", Ground::Hill, &["半山组", "山腰屋场", "向家冲", "梨园组", "路亭组"]),
            village("204", "石屋村", "SW", Ground::Hill, &["石屋组", "石屋场", "牟家冲", "梯坎组"]),
            village("205", "竹林村", "ZHL", Ground::Hill, &["竹林组", "竹海屋场", "冉家冲", "笋场组", "纸坊组"]),
            village("206", "老屋村", "LW", Ground::Hill, &["老屋场", "新屋场", "覃家冲", "水井组"]),
            village("207", "松坪村", "SP", Ground::Hill, &["松坪组", "坪下屋场", "全家冲", "林边组", "药圃组"]),
            village("208", "岩下村", "YX", Ground::Hill, &["岩下组", "岩口屋场", "粟家冲", "溪边组"]),
            village("209", "冷水村", "LS", Ground::Hill, &["冷水组", "冷水冲", "敖家屋场", "上坪组", "下坪组"]),
            village("210", "松林村", "SL", Ground::Hill, &["松林组", "林中屋场", "艾家冲", "护林组", "板栗组"]),
        ],
    },
];
