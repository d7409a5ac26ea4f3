"""What a line of page furniture looks like, alone, in English, Chinese and Japanese: tables of patterns.

It knows one line at a time; which lines stand beside it, and what that means, is `index.boilerplate`'s to know.
"""

import re


def _any(words: str) -> str:
    """One pattern that matches any of the words or patterns in `words`, which are separated by white space."""
    return f"(?:{'|'.join(words.split())})"


_COUNT = r"[(（\[]?\d[\d,.]*\s?[万萬kKwWmM+]?[)）\]]?"
_DATE = (
    r"(?:\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}月\d{1,2}日"
    r"|(?:[A-Z][a-z]{2,8},?\s)?\d{1,2}(?:st|nd|rd|th)?\s[A-Z][a-z]{2,8}\.?,?\s\d{4}"
    r"|[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4})"
)
_TIME = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s?[A-Z]{2,4})?"
_NAME = r"[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){1,3}"
# Names after a label; a question put by a reporter ("记者：您怎么看") is no name.
_NAMES = (
    r"(?!.*[您你吗呢谢好是的])[\u3040-\u9fffA-Za-z·・]{2,12}(?:[\s、,，/|｜&]+[\u3040-\u9fffA-Za-z·・]{2,8}){0,5}"
    r"(?:[（(][^）)]{1,12}[）)])?"
)

_BUTTON = _any(
    r"""支持 反对 反對 回复 回覆 收藏 点赞 點讚 讚好 赞 讚 踩 分享 转发 轉發 举报 檢舉 打印 列印 关闭 關閉 关注 關注
    打赏 复制链接 只看该作者 使用道具 返回顶部 展开全文 阅读全文 閱讀全文 (?:点击)?查看更多 登录 登入 注册 註冊
    评论 評論 いいね[!！]? シェア(?:する)? 返信(?:する)? リツイート ツイート(?:する)? ブックマーク フォロー(?:する)?
    保存 共有 印刷 通報(?:する)? もっと見る 続きを読む ログイン 会員登録 コメント
    (?i:likes?) (?i:dislike) (?i:repl(?:y|ies)) (?i:shares?(?:\sthis(?:\s(?:article|story|post))?)?) (?i:save)
    (?i:favou?rite) (?i:(?:re)?tweet) (?i:e-?mail) (?i:print) (?i:follow) (?i:subscribe) (?i:comments?) (?i:bookmark)
    (?i:(?:up|down)vote) (?i:copy\slink) (?i:(?:log|sign)\sin) (?i:sign\sup) (?i:gift\sthis\sarticle)
    (?i:(?:read|see|load)\smore)"""
)
_NETWORK = _any(
    r"""微博 微信(?:公众号)? 朋友圈 QQ空间 QQ はてな (?i:line) (?i:x) (?i:twitter) (?i:facebook) (?i:whatsapp)
    (?i:linkedin) (?i:reddit) (?i:telegram) (?i:pinterest) (?i:instagram) (?i:youtube) (?i:weibo) (?i:wechat)
    (?i:messenger) (?i:flipboard) (?i:hatena)"""
)

# Lines that open a list of other stories.
_RELATED = (
    _any(
        r"""猜你喜欢 猜你喜歡 相关(?:阅读|新闻|推荐|文章|报道|话题|链接|资讯) 相關(?:閱讀|新聞|推薦|文章|報導|報道)
        推荐(?:阅读|文章) 推薦(?:閱讀|文章) 延伸(?:阅读|閱讀) 热门(?:推荐|文章|新闻|阅读) 熱門(?:推薦|文章|新聞)
        更多(?:精彩|阅读|文章|新闻|推荐)(?:内容)? 大家都在[看搜] [你您]可能(?:也|还)?(?:喜欢|喜歡|感兴趣) 精彩推荐
        为你推荐 今日(?:热点|推荐) 最新(?:文章|新闻|资讯) 往期(?:回顾|精选|推荐) 编辑推荐 阅读(?:推荐|排行) 热榜
        関連(?:記事|ニュース|リンク|情報|コンテンツ|トピックス) おすすめ(?:の)?(?:記事|コンテンツ) あわせて読みたい
        こちらもおすすめ 人気(?:の)?(?:記事|ランキング) アクセスランキング 新着(?:記事|ニュース)
        注目の?(?:記事|ニュース) 次に読む この記事を読んだ人.{0,20}"""
    )
    + r"\s?[:：]?",
    r"(?i:you (?:may|might) (?:also )?(?:like|be interested in|have missed)|read (?:more|next|also)|also read|see also"
    r"|related(?: (?:articles?|stories|story|posts?|content|news|links|coverage|reading))?|further reading"
    r"|recommended(?: (?:for you|stories|reading|articles?|posts?))?|more (?:from|on|in) .{2,30}|other stories"
    r"|more (?:stories|news|coverage.{0,30})|most (?:read|popular|viewed|shared)|trending(?: now)?|up next"
    r"|editors?['’]s?\.? (?:picks?|choice)|top stories|latest (?:news|stories|posts)|don['’]t miss"
    r"|popular(?: (?:posts|stories|now|articles))?|what to read next|(?:from )?around the web|in case you missed it)"
    r"\s?:?",
)

# Lines that are boilerplate wherever they stand, whatever surrounds them. Each pattern matches a whole line.
_ALWAYS = {
    "picture": (
        r"[\[【(（<]?(?:图片|圖片|配图|插图|写真|画像|動画|视频|(?i:image|photo|picture|video|img|gallery))"
        r"(?:\s?\d+(?:\s?/\s?\d+)?)?[\]】)）>]?",
        r"点击(?:查看|放大|图片查看)(?:大图|原图|更多精彩内容)?|(?:画像|写真)を?(?:拡大|もっと見る)",
        r"【(?:写真|画像|動画|関連|関連記事)】[^。]*",
        r"(?i:enlarge (?:this )?image|view image in fullscreen|(?:toggle|hide) caption|video ad feedback)",
        r"(?:图片来源|图源|写真提供|(?i:(?:photo|image|picture)s?(?: credit| courtesy)?))\s?[:：/|]\s?"
        r"[^。.!?！？]{1,40}",
    ),
    "advert": (
        r"[\[【(（［]?(?:广告|廣告|広告|推广|赞助商?|スポンサー(?:リンク|ド)?|PR|AD|Ad|(?i:advertisements?|sponsored"
        r"|promoted|ads by \w+|(?:sponsored|paid) (?:content|by .{1,40}|links|post)))[\]】)）］]?"
        r"(?:\s?[-–—:：]\s?(?i:continue reading.*|story continues.*)?)?",
        r"(?:广告|廣告|広告|(?i:advertisement|sponsored))[\s|｜][^。.]{2,60}",
    ),
    "plug": (
        r"(?!.*。).{0,12}(?:扫一扫|扫码|掃碼|扫描|掃描|长按|識別|识别).{0,24}"
        r"(?:(?i:app)|下载|下載|关注|關注|二维码|公众号|客户端|入群|订阅).{0,16}",
        r"(?:下载(?!量|次|数|排)|下載(?!量|次|數)|打开|安装)[^。，]{1,16}(?:(?i:app)|客户端|应用|應用程式)[^。]{0,24}",
        r"下载\S{1,8}新闻",
        r".{0,20}アプリ(?:を|で|の|なら)?[^。]{0,8}(?:ダウンロード(?![数件])|入手|読[むめ]|インストール(?![数件]))[^。]{0,10}",
        r"(?:公式)?(?:LINE|メルマガ)[^。]{0,12}(?:登録|追加)[^。]{0,10}",
        r"(?i:(?:download|get|install|open in) (?:the |our )?(?:\w+ ){0,3}apps?\b[^.]{0,60})",
        r"(?:點擊|点击|欢迎|歡迎)?(?:关注|關注)[^。，]{0,24}(?:公众号|公眾號|微信|视频号|我们)",
    ),
    "sign-up": (
        r"(?i:\(?(?:sign up|subscribe|would you like to receive|these articles are for|support local|know the news)\b"
        r".{0,160}\b(?:newsletters?|inbox|subscri\w+|sign up|here|today|alerts|e-?mails?)\b.{0,40})",
        r"(?i:\(?(?:get|join|never miss|want more|keep up|stay in|enjoy\w*|you can also|like what|smart analysis"
        r"|the \w+ newsletter|a version of this|for more|more from).{0,160}\b(?:newsletters?|inbox)\b.{0,80})",
        r"(?i:(?:follow|(?:like|find|join|connect with) us) .{0,60}(?:on|via) (?:twitter|x|facebook|instagram|linkedin"
        r"|threads|tiktok|youtube)\b.{0,60})",
        r"(?:.{0,140}[.?!] )?(?:-- ?)?(?:Contact|Reach|Follow|Email|Call)\b.{1,80}@\w+.{0,120}",
        r"(?:订阅|訂閱)[^。]{0,16}(?:邮件|通讯|电子报|電子報|(?i:newsletter))[^。]{0,12}",
        r"(?:メールマガジン|ニュースレター)[^。]{0,20}(?:登録|購読)[^。]{0,10}",
    ),
    "counter": (
        r"(?:(?:阅读|閱讀|浏览|瀏覽|观看|点击|閲覧|再生|(?i:views|reads|likes|shares|comments))(?:量|数|數|次数)?"
        rf"\s?[:：]?\s?{_COUNT}\s?次?[\s|·]*)+",
        rf"{_COUNT}\s?(?:(?i:views?|reads?|likes?)|次(?:浏览|阅读|播放|观看)|人?(?:阅读|浏览)|个赞|条评论|回視聴|回再生"
        r"|件のコメント|PV)",
        rf"(?=.*{_DATE}).{{0,80}}(?:[|·•,]|\s)\s?(?:{_COUNT}\s(?i:views|reads|comments)"
        rf"|(?:(?i:views)|浏览|瀏覽|阅读|閱讀|閲覧)\s?[:：]?\s?{_COUNT}).{{0,24}}",
        rf"(?i:updated?) {_TIME}.{{0,40}}|(?:字号|字號|字体|文字サイズ|(?i:text size))\s?[:：]?.{{0,12}}",
    ),
    "dateline": (
        r"(?:发表于|發表於|发布于|發佈於|(?:发布|發佈|更新)(?:时间|時間)|投稿日|公開日|更新日|掲載日)\s?[:：]?\s?.{0,6}"
        rf"{_DATE}[^。]{{0,40}}",
        r"(?i:(?:posted|published|updated|last (?:updated|modified)|first published)(?: on| at)?"
        rf"|posted by .{{1,40}} on)\s?:?\s{_DATE}[^.]{{0,60}}(?:[ap]\.m\.)?",
    ),
    "byline": (
        r"[(（【\[]?(?:(?:作者|编辑|編輯|责编|責編|责任编辑|責任編輯|记者|記者|撰文|校对|审核|采写|供稿|摄影|撮影|翻译|译者"
        rf"|编译|出品|排版|监制|通讯员|執筆|取材)(?:\s?[|｜丨/:：]\s?|\s)|(?:文|图|文字|取材・文)\s?[|｜丨/:：・]\s?){_NAMES}[)）】\]]?",
        r"(?:本帖|本文|文章|稿件|信息|内容)?(?:转自|轉自|转载自|转载于|来源|來源|来自|出典|引用元|编译自)\s?[:：|｜\"“「]\s?"
        r"[^。！？]{1,40}",
        r"(?i:(?:source|via|credit|contributing)\s?:\s?[^.!?]{1,60})",
        r"(?i:(?:(?:re-?)?posted from|republished from|originally published (?:in|on|by))\s[^.!?]{1,60})",
        r"(?i:\((?:additional )?(?:reporting|editing|writing|compiled) (?:and \w+ )?by .{1,120}\))",
        rf"(?i:edited|reviewed|translated|compiled) by {_NAME}.{{0,40}}",
        r"(?:[A-Z][\w., ]{1,30} )?CNN(?: Business| Opinion)? —",
        r"\(?(?:The )?(?:Associated Press|AP|Reuters|USA TODAY|AFP)\)?",
        r"[–—-][A-Z][a-z]+(?: [A-Z]\.?)? [A-Z][A-Za-z'’-]+(?:, [A-Z][\w. ]{2,30})?",
    ),
    "navigation": (
        r"(?:正在阅读|当前位置|[您你](?:当前)?的位置|現在地)\s?[:：].{0,60}",
        r"(?:首页|首頁|主页|ホーム|トップ|(?i:home))(?:\s?[>›»/＞]\s?[^>›»/＞。]{1,40})+",
        r"(?i:(?:story|article|post) continues (?:below|after).*|continue reading(?: below| the main story)?)",
        r"記事は広告の後に続きます|トップへ戻る|ページトップへ",
        r"(?i:skip to (?:main )?(?:content|navigation|footer).{0,20}|(?:toggle )?(?:navigation|menu)|search|back to top"
        r"|main menu|close)",
        r"(?:(?i:loading|please wait)|(?:正在)?加载中?|読み込み中)(?:\.{3}|…)?",
        r"(?i:(?:we|(?:this|our) (?:web)?site|by continuing|our partners)\b.{0,60}\bcookies\b.{0,160})",
        r"(?i:.{0,12}cookie (?:policy|notice|settings|preferences).{0,60}|we value your privacy.{0,100})",
        r"(?i:(?:accept|reject) all.{0,40})",
        r"(?:本网站|本站|我们|当サイト|このサイト).{0,12}(?i:cookies?|クッキー).{0,80}",
        r"(?:上一篇|下一篇|前の記事|次の記事|上一页|下一页|(?i:previous|next)(?i: (?:article|post|story))?)"
        r"(?:\s?[:：].{0,60})?",
        r"(?i:privacy policy|terms (?:of (?:use|service)|and conditions)|ad choices"
        r"|do not sell my (?:personal )?info\w*)(?:\s?[|·].{0,80})?",
        r"(?i:tags?|tagged|filed under)\s?[:：].{1,80}|(?:标签|標籤|タグ)\s?[:：][^。]{1,60}",
        r"(?:#[^\s#]{2,20}[\s、]*){2,}",
    ),
    "rights": (
        r".{0,40}(?:仅代表作者|僅代表作者|不构成.{0,8}建议|不構成.{0,8}建議).{0,100}",
        r"(?=.*(?:本站|本网|本網|本文|本平台|转载|轉載)).{0,60}不代表.{0,16}(?:立场|立場|观点|觀點).{0,100}",
        r".{0,40}(?:版权(?:归|属于)|版权所有|著作权归|如有侵权|如涉.{0,2}(?:版权|侵权)|侵权(?:必究|请|联系|立?删)|授权事宜).{0,80}",
        r".{0,20}未经.{0,8}(?:授权|许可|同意).{0,8}(?:不得|禁止|严禁|请勿|转载).{0,80}",
        r".{0,20}(?:转载请|转载须|谢绝转载|禁止转载|無断転載|無断複製|無断引用).{0,80}",
        r"本文(?:为|系|来自|由|经|首发|原载).{0,12}(?:转载|授权|原创|首发|投稿).{0,60}|.{0,24}[仅只]提供信息(?:存储|发布).{0,40}",
        r"(?:本稿|本記事|当サイト|本サイト)[はで].{0,60}(?:目的|保証|推奨|勧誘).{0,80}",
        r"(?i:.{0,60}(?:all rights reserved|©\s?\d{4}|copyright (?:\(c\) )?\d{4}).{0,100})",
        r"(?i:(?:the )?(?:views|opinions)(?: and opinions)?(?: expressed)?(?: above| here| in this \w+)?"
        r" (?:are|belong|do not)(?: solely| only| to)? (?:those|the author|necessarily).{0,160})",
        r"(?i:.{0,60}\b(?:does|do|is|are) not\b.{0,30}\b(?:(?:investment|financial|legal|medical|professional) advice"
        r"|recommendation to (?:buy|sell)).{0,80})",
        r"(?i:this (?:article|content|material|page) is (?:for|provided).{0,20}information.{0,100})",
        r"END|\(完\)|（完）|分享让更多人看到|返回搜狐.{0,40}",
    ),
    "comments": (
        r"(?:(?:网友|網友|用户|全部|最新|热门|精彩)?(?:评论|評論|留言|跟帖|コメント)(?:区|區|欄|一覧)?|(?i:comments?))"
        rf"\s?(?:{_COUNT})?\s?(?:登录后发表.*)?",
        r"(?:暂无|暫無|还没有|尚無|まだ)[^。]{0,4}(?:评论|評論|留言|コメント).{0,24}|.{0,8}コメントはまだありません.{0,12}",
        r"(?:发表|發表|我要|写|登录后(?:才能)?)(?:回复|回覆|评论|評論|留言).{0,10}|コメント(?:を(?:残す|書く|投稿)|する).{0,12}",
        r"(?i:(?:leave|post|add|write) a (?:reply|comment).{0,20}|cancel reply)",
        r"(?i:(?:be the first to|join the) (?:comment|conversation|discussion).{0,20})",
        rf"(?i:(?:{_COUNT}|no) (?:comments?|replies)(?:\s?[-–—].{{0,60}})?)",
        rf"(?i:(?:{_COUNT}|one) (?:comments?|thoughts?|responses?) (?:on|to) [“\"‘'].{{1,120}})",
    ),
    "empty": (r"[-*•·‧▪●○■◆※_=~—–+.|♦]{1,60}",),
    # A link to another story on one line: a label, then a headline without a full stop.
    "link": (
        r"(?:(?i:(?:read |learn |see )?more|read|read also|also read|related(?: \w+)?|see also|recommended|watch"
        r"|must[- ]\w+|for subscribers|in case you missed it|live updates|photos?|video|opinion|exclusive|previously"
        r"|up next|podcast)"
        r"|相关(?:阅读|新闻|链接)|相關(?:閱讀|新聞)|延伸阅读|延伸閱讀|推荐阅读|関連記事|関連|あわせて読みたい)"
        r"\s?[:：|]\s?(?!.*[.。]\Z).{6,160}",
    ),
}

# Lines that are boilerplate only beside other chrome, above the body or below it.
_WEAK = {
    # A bare year is a heading.
    "number": (rf"(?!(?:19|20)\d\d\Z)[+-]?{_COUNT}",),
    "date": (rf"{_DATE}(?:[\s,|]*{_TIME})?(?:配信)?|{_TIME}",),
    "ago": (
        r"(?:前天|昨天|今天|刚刚|剛剛|昨日|本日|(?i:yesterday|today|just now))\s?(?:at )?"
        rf"(?:{_TIME})?(?:\s?[·|].{{0,20}})?",
        r"\d+\s?(?:秒|分钟|分鐘|小时|小時|天|周|週|个月|個月|年|分|時間|日|か月|ヶ月|週間)前(?:\s?[·|].{0,20})?",
        r"\d+\s?(?i:[smhdwy]|(?:mins?|hrs?|mo|(?:second|minute|hour|day|week|month|year)s?) ago)"
        r"(?:\s?[·|].{0,20})?",
    ),
    "header": (rf"(?=.*{_DATE}.{{0,8}}{_TIME})[^。]{{8,100}}",),
    "signature": (
        rf"(?i:by|words by|story by|written by|posted by)\s{_NAME}(?:(?:,| and| &) {_NAME})*(?:[,|].{{0,40}})?",
        r"(?:图文|图|文)/.{2,20}",
    ),
    "network": (rf"(?:{_NETWORK}[\s|·•/]*)+",),
    "offer": (r"(?i:(?:download|get) .{1,40}\bapp\b.{0,60})",),
}

# The copy of an advert sells something; many a body line does too, so this counts only right below an advert's label.
SELLS = re.compile(
    r"(?i:点击|立即|限时|名额|优惠|折|免费|领取|购买|预约|报名|咨询|可申请|可申請|課程|今すぐ|無料|お得|キャンペーン|詳しくは"
    r"|送料|募集中|登録|転職|\bbuy\b|\bshop\b|\bsave\b|% off|half price|free\b|get a|order|call now|limited|try "
    r"|sign up|learn more|discount|deal\b|\bsale\b|protects|from \$)|\A【[^】]{2,16}】"
)

# Credits that a scrape glued to the last sentence, after its full stop (most crud-news articles end like this).
CREDIT_TAIL = re.compile(
    r"(?:(?<=[。！？”）)】])\s*(?:[(（【](?:[\u4e00-\u9fff·]{2,4}(?:[\s、]+[\u4e00-\u9fff·]{2,4}){0,4}"
    r"|[^（()）。]{0,24}(?:供图|报道|客户端|财联社|新京报|摄|译|整理|提供)[^（()）。]{0,12})[)）】]\s*)?"
    r"(?:[(（【|]?\s?(?:来源|编辑|责编|责任编辑|校对|作者|供稿|采写|图源|转自|通讯员|审核|返回搜狐|分享让更多人看到"
    r"|[\u4e00-\u9fff]{0,10}记者)[^。！？]{0,100})?|[（(]责任编辑[^。]{0,20}|返回搜狐[^。]{0,40}|分享让更多人看到)\Z"
)

# A line longer than this is prose whatever words it holds: the longest chrome line of the seed pages has 60 characters.
_LONGEST_CHROME = 240

WEAK_KINDS = frozenset(_WEAK)


def _whole(rules: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule})" for rule in rules))


_KINDS = {
    "related": _whole(_RELATED),
    "buttons": re.compile(
        rf"[【\[(]*(?={_BUTTON})(?:(?:{_BUTTON}|{_NETWORK})[\d\s万萬kK|·•/、,.‧:：】【\]\[()（）+-]*)+"
    ),
    **{kind: _whole(rules) for kind, rules in (_ALWAYS | _WEAK).items()},
}


def kind_of(line: str) -> str:
    """The kind of page furniture that the whole line is, or an empty string; kinds in `WEAK_KINDS` need company.

    `line` comes without bullet, indent and line end.
    """
    if len(line) > _LONGEST_CHROME:
        return ""
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(line)), "")
