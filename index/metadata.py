"""Find a title and dates in plain scraped text. Knows headlines and datelines, not files or HTML."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from index.date_words import ERAS, MONTHS
from index.settle import settle_line

# A long headline in columns; a Chinese or Japanese character takes two.
_LONGEST_TITLE = 140
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")
_SENTENCE = re.compile(r".+?(?:[.!?…](?=\s)|[。！？…](?![」』”》)）])|[!?](?=[\u3040-\u9fff])|$)")
_MARKS = re.compile(r"^(?:#{1,6}\s|[>*_•·●■◆\-\s])+|[*_#\s]+$")
_CHROME = re.compile(
    r"skip to .*|home|(?:main )?menu|search|log ?in|sign ?(?:in|up)|register|subscribe.*|share|print|e-?mail"
    r"|follow|close|advertise?ments?|sponsored.*|loading.*|images?|photos?|picture|video|breaking news|latest news"
    r"|.*\bcookies?\b.*|(?:table of )?contents|by [A-Z].{2,60}|https?://\S+|.{1,12}[:：]|(?:.*[>›»]){2}.*"
    r"|(?:正在阅读|当前位置|您的位置|图片|圖片|首页|首頁|登录|登入|注册|分享|字号|字號|扫一扫|扫码|掃碼|掃描|扫描|关注)[^，。]{0,20}"
    r"|视频|影片|导航|菜单|搜索|搜尋|广告|廣告|推广|收藏|打印|目录|目錄|(?:下载|下載|返回)[^，。]{0,12}"
    r"|(?:来源|來源|作者|编辑|編輯|责编|记者|記者|撰文|文|図|图)\s?[|｜/:：・].*|ホーム|メニュー|検索|ログイン|広告|写真|画像|動画|目次",
    re.IGNORECASE,
)

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
# htmldate's reader of single strings is internal, guesses a missing day, and knows neither 年月日 nor eras.
_DATES = (
    re.compile(
        r"(?<![\d.,/-])(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d|[-/.]\d)[日号號]?"
    ),
    re.compile(
        rf"(?P<era>{'|'.join(ERAS)})\s?(?P<year>\d{{1,3}}|元)年\s?(?P<month>\d{{1,2}})月\s?(?P<day>\d{{1,2}})日"
    ),
    re.compile(rf"\b{_MONTH}\s{_DAY},?\s(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<![\d–/-]){_DAY}\s(?:of\s)?{_MONTH},?\s(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(r"(?<![\d./-])(?P<day>\d{1,2})(?P<sign>[./])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4})(?![\d./-])"),
)
_WEEKDAY_BEFORE = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s*$", re.IGNORECASE)
_WEEKDAY_AFTER = re.compile(r"^\s?[(（]?(?:星期|周|週)?[一二三四五六日天月火水木金土](?:曜日?)?[)）]?(?=\s|$|\d)")
_CLOCK_AFTER = re.compile(
    r"^[\s,T]*(?:at\s)?\d{1,2}(?:[:：]\d{2}(?:[:：]\d{2})?|[时時]\d{2}分)(?:[.\d]*Z|\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4}\b)?",
    re.IGNORECASE,
)
_CELL = re.compile(r"[|｜·•／—–]|\s[/-]\s|\s{2,}|\t")
_PUBLISHED = r"(?:first\s)?(?:posted|published|released)|发表|發表|发布|發布|發佈|刊登|公開|投稿|配信|掲載"
_UPDATED = r"(?:last\s)?(?:updated|modified)|最終更新|更新"
_MARK = rf"(?:(?P<published>{_PUBLISHED})|(?P<updated>{_UPDATED}))(?:日時?|時間|时间|日期)?"
_NAME = r"(?:[A-Z][\w.'&’-]*(?:\s|$)){0,5}|[^\sA-Za-z，。、,于於在至截到从從]{1,14}"
_MARK_BEFORE = re.compile(rf"(?P<name>{_NAME}\s)?(?i:{_MARK}(?:\s(?:on|at|by\s\D{{3,40}}))?\s*[于於:：]?)")
_MARK_AFTER = re.compile(rf"(?P<name>)(?i:{_MARK})(?=\s|$|[:：,，)）])")
_SOURCE_BEFORE = re.compile(
    r"(?i:date|日期|时间|時間|日時)\s?[:：]?|(?i:来源|來源|出典|source)\s?[:：]\s?\D{1,24}|By [A-Z]\S+ [A-Z]\D{2,60}"
)
_NAME_BEFORE = re.compile(_NAME)
# "MENLO PARK, Calif., Feb. 1, 2024 /PRNewswire/ --": the one dateline that shares its line with prose.
_WIRE_BEFORE = re.compile(r"(?:[A-Z][A-Za-z.'-]*,?\s){1,6}")
_WIRE_AFTER = re.compile(r"\s?(?:/[A-Z]\S+/|\([A-Z][\w ]+\))?\s?(?:--|—|–|-\s)")
_STOP = re.compile(r"[.。!！?？][\"'”’」』）)]*$")
_HEAD_LINES, _FOOT_LINES = 12, 8
_EARLIEST = date(1900, 1, 1)


def find_title(text: str, stem: str) -> str:
    """The first line of `text` that reads like a headline, on one line; a long one is cut at a sentence or a word.

    Menus, picture labels, bylines and datelines are passed over; `stem`, the file's name, is the last resort.
    """
    bare = (_MARKS.sub("", line) for line in text.split("\n"))
    lines = list(islice((line for line in bare if _may_be_title(line)), 30))
    headlines = (line for line in lines if _columns(line) >= 12 and (_WIDE.search(line) or line.count(" ") >= 3))
    return _shortened(settle_line(next(headlines, lines[0] if lines else stem)))


def find_dates(text: str, today: date | None = None) -> tuple[date | None, date | None]:
    """The days of publication and of the last change that datelines at the head of `text`, or else at its foot, give.

    A line counts that says so (Posted, 更新, ...), that has the time of day, or that is nothing but a date, perhaps
    among other short notes; one that says nothing dates the publication. Dates in prose, in lists and tables,
    03/04/2024 (March or April?), impossible ones, and ones before 1900 or later than the day after `today` (by
    default the real one) are refused.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    latest = _tomorrow(today)
    published, updated = _head_dates(lines[:_HEAD_LINES], latest)
    if published or updated:
        return published, updated
    return _foot_dates(lines[_HEAD_LINES:][-_FOOT_LINES:], latest)


def find_date(text: str, today: date | None = None) -> date | None:
    """The day of publication alone that `find_dates` finds."""
    return find_dates(text, today)[0]


def parse_day(value: str) -> date | None:
    """The day that a whole value stands for, perhaps with a time: ISO 8601, or as datelines are written."""
    value = settle_line(value)
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        return find_date(value, date.max - timedelta(days=1))


def plausible(day: date | None, today: date | None = None) -> date | None:
    """The day, None where it lies before 1900 or later than tomorrow: a placeholder, or a slip."""
    return day if day and _EARLIEST <= day <= _tomorrow(today) else None


def _tomorrow(today: date | None) -> date:
    # Somewhere it is tomorrow already.
    return (today or date.today()) + timedelta(days=1)


def _head_dates(lines: Sequence[str], latest: date) -> tuple[date | None, date | None]:
    """The best datelines; a bare date counts only above the first prose, since below it may head a part."""
    found = []
    prose_came = False
    for line in lines:
        found += [hit for hit in _datelines(line, latest) if hit[0] != _BARE or not prose_came]
        prose_came = prose_came or (_columns(line) > 60 and bool(_STOP.search(line)))
    first = sorted((hit for hit in found if hit[0] != _CHANGED), key=lambda hit: hit[0])
    return first[0][1] if first else None, next((day for rank, day in found if rank == _CHANGED), None)


def _foot_dates(lines: Sequence[str], latest: date) -> tuple[date | None, date | None]:
    """The day that the foot says, or signs with; none if there are several, since those belong to links or comments."""
    hits = [(place, *hit) for place, line in enumerate(lines, 1) for hit in _datelines(line, latest)]
    if len({day for _, _, day in hits}) != 1:
        return None, None
    day, ranks = hits[0][2], {rank for place, rank, _ in hits if rank != _BARE or place == len(lines)}
    return day if ranks & {_SAID, _BARE} else None, day if _CHANGED in ranks else None


# What a dateline rests on, the best first; a day of change is kept apart.
_SAID, _TIMED, _BARE, _CHANGED = range(4)


def _datelines(line: str, latest: date) -> Iterator[tuple[int, date]]:
    """Rank and day of every date in `line` that stands there as a dateline."""
    if line[0] in "|-*•" or (_columns(line) > 160 and not _WIRE_BEFORE.match(line)):
        return
    for pattern in _DATES:
        for match in pattern.finditer(line[:160]):
            rank = _rank(line[: match.start()], line[match.end() :])
            day = _day(match, latest)
            if day and rank is not None:
                yield rank, day


def _rank(before: str, after: str) -> int | None:
    """What a date rests on, by what stands before and after it on its line; None if that is no dateline."""
    if _WIRE_BEFORE.fullmatch(before) and _WIRE_AFTER.match(after):
        return _TIMED
    after = _WEEKDAY_AFTER.sub("", after)
    rest = _CLOCK_AFTER.sub("", after, count=1)
    cell = _CELL.split(_WEEKDAY_BEFORE.sub("", before))[-1].strip()
    next_cell = _CELL.split(rest)[0].strip()
    mark = _MARK_BEFORE.fullmatch(cell) or _MARK_AFTER.match(next_cell)
    if mark and not rest[:1].isalpha() and not (_STOP.search(rest) and (mark["name"] or len(rest) > 20)):
        return _CHANGED if mark["updated"] else _SAID
    if _STOP.search(rest):
        return None
    if _SOURCE_BEFORE.fullmatch(cell):
        return _SAID
    if rest != after:
        return _TIMED if _NAME_BEFORE.fullmatch(cell) else None
    return None if cell or next_cell else _BARE


def _day(match: re.Match[str], latest: date) -> date | None:
    parts = match.groupdict()
    year = (1 if parts["year"] == "元" else int(parts["year"])) + ERAS.get(parts.get("era") or "", 0)
    month, day = _month(parts["month"]), int(parts["day"])
    if parts.get("sign") == "/" and month != day:
        if month <= 12 and day <= 12:
            return None
        month, day = (month, day) if month <= 12 else (day, month)
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if _EARLIEST <= found <= latest else None


def _month(name: str) -> int:
    return int(name) if name.isdecimal() else MONTHS.index(name[:3].lower()) + 1


def _may_be_title(line: str) -> bool:
    letters = sum(map(str.isalpha, line[:200]))
    return letters >= 2 and not _CHROME.fullmatch(line[:200]) and not next(_datelines(line, date.max), None)


def _columns(line: str) -> int:
    return len(line) + len(_WIDE.findall(line))


def _shortened(line: str) -> str:
    if _columns(line) <= _LONGEST_TITLE:
        return line
    sentence = _SENTENCE.match(line)
    if sentence and _columns(sentence[0]) <= _LONGEST_TITLE:
        return sentence[0]
    end = next(end for end in range(len(line)) if _columns(line[:end]) >= _LONGEST_TITLE - 1)
    head = line[:end]
    return (head.rpartition(" ")[0] if " " in head[-20:] else head).rstrip(",;:，；：、 ") + "…"
