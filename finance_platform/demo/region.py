"""The fictional region as data: who is there, what they own, what they want. Everything here is invented (演示数据).

Deterministic: the same seed gives the same region. Names of places are those of the twelve prefectures; every firm,
bank, office person and right is made up.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SEED = 20250630
PASSWORD = "demo-ipf-2025"  # noqa: S105 - printed on the screen, works in demo mode only
BUSINESS_DATE = date(2025, 6, 30)
HISTORY_BEGINS = date(2022, 7, 1)
ENTERPRISES, ASSETS, APPLICATIONS, LOANS = 60, 300, 120, 80
THIRD_PARTY_LOANS = 10

PREFECTURES: dict[str, tuple[str, str, int]] = {
    # code: (short name, name for accounts, weight in the economy)
    "150100": ("呼和浩特", "hohhot", 10), "150200": ("包头", "baotou", 10), "150300": ("乌海", "wuhai", 3),
    "150400": ("赤峰", "chifeng", 6), "150500": ("通辽", "tongliao", 5), "150600": ("鄂尔多斯", "ordos", 9),
    "150700": ("呼伦贝尔", "hulunbuir", 4), "150800": ("巴彦淖尔", "bayannur", 4), "150900": ("乌兰察布", "ulanqab", 4),
    "152200": ("兴安", "hinggan", 2), "152500": ("锡林郭勒", "xilingol", 2), "152900": ("阿拉善", "alxa", 1),
}  # fmt: skip

BANKS = [
    ("青城银行", "qingcheng"), ("北疆银行", "beijiang"), ("阴山银行", "yinshan"),
    ("敕勒川农商银行", "chilechuan"), ("胡杨村镇银行", "huyang"), ("额尔古纳银行", "ergun"),
]  # fmt: skip
APPRAISERS = [("草原知产评估", "caoyuan"), ("北方资产评估", "beifang"), ("河套评估", "hetao")]
INSURER = ("北疆财险(演示)", "insurer")
GUARANTOR = ("蒙西担保(演示)", "guarantor")


@dataclass(frozen=True)
class Trade:
    """A line of business: its words, its GB/T 4754 class and the IPC codes its patents carry."""

    name: str
    industry: str
    nouns: tuple[str, ...]
    ipc: tuple[str, ...]
    margin: float


TRADES = [
    Trade("稀土材料", "C3239", ("钕铁硼磁体", "镧铈抛光粉", "稀土储氢合金", "稀土荧光材料"),
          ("H01F 1/057", "C22B 59/00", "C22C 28/00", "C09K 11/77"), 0.16),
    Trade("储能装备", "C3849", ("液流电池电堆", "储能变流器", "飞轮储能转子", "相变储热罐"),
          ("H01M 8/18", "H02J 3/32", "F28D 20/02", "H02J 15/00"), 0.14),
    Trade("氢能", "C3489", ("碱性电解槽", "氢气纯化装置", "燃料电池双极板", "储氢瓶阀"),
          ("C25B 1/04", "C01B 3/50", "H01M 8/0258", "F17C 13/04"), 0.12),
    Trade("石墨烯", "C3091", ("石墨烯导热膜", "氧化石墨烯浆料", "石墨烯防腐涂料"),
          ("C01B 32/184", "C01B 32/198", "C09D 5/08"), 0.15),
    Trade("碳捕集", "C3597", ("烟气二氧化碳吸收塔", "胺液再生装置", "二氧化碳驱油注入头"),
          ("B01D 53/14", "B01D 53/62", "E21B 43/16"), 0.11),
    Trade("现代农牧", "A0319", ("肉羊性控授精器械", "青贮玉米收获割台", "奶牛乳房炎检测试剂", "马铃薯微型薯栽培床"),
          ("A61D 19/02", "A01D 43/08", "G01N 33/569", "A01G 31/02"), 0.09),
    Trade("生物医药", "C2770", ("蒙药缓释片", "重组疫苗佐剂", "发酵罐在线检测仪"),
          ("A61K 36/00", "A61K 39/39", "C12M 1/34"), 0.18),
    Trade("装备制造", "C3516", ("矿用自卸车制动器", "煤机截齿", "风机塔筒法兰", "铝轧机辊系"),
          ("F16D 55/02", "E21C 35/18", "F03D 13/20", "B21B 27/02"), 0.10),
    Trade("乳品", "C1440", ("益生菌发酵乳", "乳清蛋白分离膜", "奶酪凝乳切割机"),
          ("A23C 9/123", "B01D 61/14", "A01J 25/06"), 0.10),
    Trade("信息技术", "I6513", ("草场遥感监测方法", "矿山安全预警平台", "蒙汉机器翻译方法"),
          ("G06V 20/10", "G08B 21/10", "G06F 40/58"), 0.17),
]  # fmt: skip
FIRST_WORDS = ("阴山", "河套", "敕勒", "昭君", "乌兰", "查干", "赛罕", "白云", "大青", "锡林", "额济", "红山",
               "科尔沁", "达来", "吉雅", "苏木", "巴音", "呼和", "腾格", "绿野")  # fmt: skip
FAMILY_NAMES = "张王李赵刘陈杨周吴孙马郭何高林罗郑梁宋唐"
GIVEN_NAMES = "洋颖磊静敏强帆涛娜斌婷浩琳峰莉鹏雪健慧明"
MONGOLIAN_NAMES = (
    "斯琴", "那仁", "高娃", "巴图", "其其格", "苏和", "萨仁", "朝鲁", "塔娜", "孟和", "格日勒", "哈斯", "娜仁", "布和",
    "托娅", "乌力吉", "图雅", "阿木尔", "牧仁", "莫日根",
)  # fmt: skip
POSTS_MAX = 40


@dataclass(frozen=True)
class Firm:
    """An enterprise of the region."""

    serial: int
    name: str
    username: str
    region: str
    trade: Trade
    revenue_fen: int
    founded_on: date


def firms() -> list[Firm]:
    """Return the region's enterprises, spread over the prefectures by weight."""
    rng = Random(SEED)
    codes = list(PREFECTURES)
    weights = [PREFECTURES[code][2] for code in codes]
    found: list[Firm] = []
    names: set[str] = set()
    while len(found) < ENTERPRISES:
        code = codes[len(found)] if len(found) < len(codes) else rng.choices(codes, weights)[0]
        trade = rng.choice(TRADES)
        short, place, _weight = PREFECTURES[code]
        name = f"{short}{rng.choice(FIRST_WORDS)}{trade.name}有限公司(演示)"
        if name in names:
            continue
        names.add(name)
        serial = len(found) + 1
        revenue = int(rng.lognormvariate(17.6, 0.7)) * 100
        founded = HISTORY_BEGINS - timedelta(days=rng.randint(1500, 6500))
        found.append(Firm(serial, name, f"firm{serial:02d}.{place}", code, trade, revenue, founded))
    return found


def person_name(serial: int, post: int = 0) -> str:
    """Return a name that nobody else of the region bears: `serial` counts units (below 40), `post` people in one."""
    names = [*MONGOLIAN_NAMES, *(family + given for family in FAMILY_NAMES for given in GIVEN_NAMES)]
    Random(SEED).shuffle(names)
    return names[serial + POSTS_MAX * post]


# The plan's own figures (82.6 to 93), and an invented course between them; the prefectures' parts are invented, too.
OFFICIAL_FIGURES = """indicator,kind,region,period_from,period_to,as_of,amount,unit,definition,source
registered_amount,base,150000,2016-01-01,2020-12-31,2020-12-31,82.6,亿元,期内累计登记金额,“十四五”知识产权规划专栏1
registered_amount,target,150000,2021-01-01,2025-12-31,2021-01-01,93,亿元,期内累计登记金额,“十四五”知识产权规划专栏1
registered_amount,actual,150000,2021-01-01,2025-12-31,2021-12-31,15.2,亿元,期内累计登记金额,演示数据
registered_amount,actual,150000,2021-01-01,2025-12-31,2022-12-31,31.4,亿元,期内累计登记金额,演示数据
registered_amount,actual,150000,2021-01-01,2025-12-31,2023-12-31,47.9,亿元,期内累计登记金额,演示数据
registered_amount,actual,150000,2021-01-01,2025-12-31,2024-12-31,64.1,亿元,期内累计登记金额,演示数据
registered_amount,actual,150000,2021-01-01,2025-12-31,2025-06-30,71.38,亿元,期内累计登记金额,演示数据
"""
