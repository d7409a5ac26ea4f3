import pytest

from index.chrome import CREDIT_TAIL, WEAK_KINDS, kind_of


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("图片", "picture"),
        ("[photo]", "picture"),
        ("Image 3", "picture"),
        ("写真", "picture"),
        ("Advertisements", "advert"),
        ("广告", "advert"),
        ("広告", "advert"),
        ("ADVERTISEMENT - Continue reading below", "advert"),
        ("扫一扫下载晨星快报APP", "plug"),
        ("下载晨星新闻", "plug"),
        ("アプリをダウンロード", "plug"),
        ("Sign up for our morning newsletter", "sign-up"),
        ("Follow Ada Lund on Twitter @adalund", "sign-up"),
        ("阅读 1.2万", "counter"),
        ("413 views", "counter"),
        ("发表于 2021-3-4 10:20:30", "dateline"),
        ("Posted on 10 April 2021, 08:05", "dateline"),
        ("文|林小满 周一", "byline"),
        ("作者 linxm", "byline"),
        ("文章来自:某某网", "byline"),
        ("(Reporting by Ada Lund; editing by Bo Chen)", "byline"),
        ("正在阅读:", "navigation"),
        ("Home > News > World", "navigation"),
        ("Skip to main content", "navigation"),
        ("Loading...", "navigation"),
        ("This website uses cookies to improve your visit.", "navigation"),
        ("声明:本文观点仅代表作者本人,不构成建议。", "rights"),
        ("© 2021 Harbour Post. All rights reserved.", "rights"),
        ("無断転載を禁じます", "rights"),
        ("The views expressed here are those of the author.", "rights"),
        ("暂无评论,快来抢沙发", "comments"),
        ("Leave a reply", "comments"),
        ("12 Comments", "comments"),
        ("コメントを書く", "comments"),
        ("支持", "buttons"),
        ("支持 12  反对 1  回复 6  收藏 30", "buttons"),
        ("Like · Reply · Share", "buttons"),
        ("いいね! シェア 返信", "buttons"),
        ("【打印】【关闭】", "buttons"),
        ("猜你喜欢", "related"),
        ("You may also like:", "related"),
        ("関連記事", "related"),
        ("More: Council votes on the new harbour wall", "link"),
        ("235", "number"),
        ("前天 12:48", "ago"),
        ("3 hours ago", "ago"),
        ("2021年3月4日 9:12 来源:某报", "header"),
        ("By Ada Lund and Bo Chen", "signature"),
    ],
)
def test_kind_of_furniture(line: str, kind: str) -> None:
    assert kind_of(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "支持开源的人越来越多",
        "The company does not provide guidance for the next year.",
        "法院认定被告侵权,判赔三千万元。",
        "黑客未经授权进入了系统。",
        "这不代表政府的立场,他说。",
        "Like many users on Facebook, she left.",
        "Credit card debt hits a record",
        "Two responses to the drought",
        "Google uses cookies to follow readers across sites.",
        "记者:您怎么看这件事?",
        "关注人工智能安全",
        "下载量最高的十个APP",
        "顾客扫描二维码付款。",
        "Views are mixed.",
        "Yes.",
        "1996",
        "Share prices fell again",
        "写真は時代を映す。",
    ],
)
def test_content_has_no_kind(line: str) -> None:
    assert kind_of(line) == ""


def test_a_long_line_is_never_furniture() -> None:
    assert kind_of("Follow us on Facebook " + "and so on " * 30) == ""


def test_only_kinds_that_need_company_are_weak() -> None:
    assert sorted(WEAK_KINDS) == ["ago", "date", "header", "network", "number", "offer", "signature"]


@pytest.mark.parametrize(
    ("line", "tail"),
    [
        ("雨停了。(责任编辑:林小满)", "(责任编辑:林小满)"),
        ("雨停了。（林小满）返回搜狐，查看更多责任编辑：", "（林小满）返回搜狐，查看更多责任编辑："),
        ("雨停了。来源：某报 编辑 林小满", "来源：某报 编辑 林小满"),
        ("雨停了", ""),
        ("雨停了。（该数据不包括周边三个县市的降雨量）", ""),
    ],
)
def test_credits_glued_to_the_last_sentence(line: str, tail: str) -> None:
    match = CREDIT_TAIL.search(line)
    assert (match.group() if match else "") == tail
