"""Understanding a question: its language, what kind of answer it wants, and whether it can be asked at all."""

import re
from typing import Literal

from bm25s.stopwords import STOPWORDS_EN_PLUS

from index.errors import BadQuestion
from index.language import detect_language
from index.settle import settle
from index.tokens import tokens
from index.types import Filter
from qa.measures import measured
from qa.period import Times, asked_period
from qa.types import Question

Wanted = Literal["amount", "date", "person", "other"]

# A long paragraph. What is longer is a paste by mistake, and no model here reads past 512 tokens.
LONGEST = 2000

# What is told in figures, and what may come after its name: "the price paid", "the number of users".
_COUNTED = (
    r"\b(?:prices?|costs?|net worth|income|revenues?|profit|sales|expenditures?|capex|budget|salary|market cap"
    r"|valuation|percentage|share|number|amount|value|total|rate|frequency|population|headcount|turnout|age|size|height|weight)"
)
_ENDS_A_SUBJECT = "of|for|in|at|by|that|who|which|to|on|from|with|behind|and"
_AFTER_COUNTED = (
    r"of|for|in|at|by|on|per|that|which|to|from|after|before|as|during|when|since|this|last|now|today|currently|it|he|she"
    r"|they|paid|spent|lost|made|raised|set|held|reported|recorded|announced|expected|the"
)

_WANTED: list[tuple[Wanted, re.Pattern[str]]] = [
    (
        "date",
        re.compile(
            r"(?:^|[?？] )when\b|\b(?:what|which) (?:year|date|day|month)\b|\bhow long ago\b"
            r"|何时|何時(?!間)|什么时候|什麼時候|哪[一]?[年天月日]|几月|幾月|[几幾]号"
            r"|いつ|何年(?!間)|何月|何日(?!間)",
            re.IGNORECASE,
        ),
    ),
    (
        "amount",
        re.compile(
            r"\bhow (?:many|much|old|large|big|high|fast|tall|far|long)\b|\bby (?:what|which) percentage\b"
            # The noun asked for, and not one further on: "What was the name of the firm that cut its price?"
            rf"|\bwhat(?:['’]s| is| was| are| were) (?:(?!(?:{_ENDS_A_SUBJECT})\b)[\w'’.&$-]+ )*?"
            rf"{_COUNTED}(?= ?(?:[?？,;]|$)|(?-i: [A-Z\d])| (?:{_AFTER_COUNTED})\b)"
            r"|\bwhat (?:percentage|share|number|amount|price|total|proportion|age|capital expenditure)\b"
            r"|多少|(?<![哪这這那近前好过過])[几幾](?:个|個|家|名|位|款|项|項|万|亿|次|年|倍|成|座|台|枚|块|塊|片|张|張|岁|歲|萬|億|人)"
            r"|百分之[几幾]|多大(?=[？?了啦]|$|年[纪紀]|[岁歲]|面[积積]|[规規]模)|多高(?![兴興])|(?<![没沒不])多久"
            r"|いくら(?!か[のがはを])|いくつ(?!か[のがはを教])|どのくらい|どれくらい|どれほど"
            r"|何(?:人|個|枚|基|社|割|倍|％|%|パーセント|歳|才|億|万|ドル|円|件|年間|日間|回|台|種類|体|つ|GB|ヘルツ)(?!か[のがはを])",
            re.IGNORECASE,
        ),
    ),
    (
        "person",
        re.compile(
            r"(?:^|[?？] )who(?:m|se)?\b|\bwhich (?:person|executive|researcher|scientist|founder)\b"
            r"|谁|誰|哪位|何人が|どなた|だれ|[的の](?:CEO|CTO|CFO|COO|社長|会長)(?:は|是)",
            re.IGNORECASE,
        ),
    ),
]

_WANTS_MORE = re.compile(
    r"^\W*(?:and |but |so |then )?(?:why|how (?!many|much|old|large|big|high|fast|tall|far|often|long))"
    r"|\bwhat did .*\b(?:say|said|argue|announce)"
    r"|\b(?:list|explain|describe|compare|summari[sz]e|what are|who are|which are|what reasons?|what happened)\b"
    r"|\btell me (?:more |all |something )?about\b"
    r"|[为為]什[么麼]|[为為]何|如何|怎[么麼样樣]|哪些|[说説說]了什[么麼]|列出|介[绍紹]|[区區][别別]|原因"
    r"|总结|總結|概括|概述|怎么回事|讲讲|講講"
    r"|なぜ|どうして|どのように|どうやって|何と(?:言|述|語)|理由|違い|列挙|説明|要約|について(?:教え|知りた|詳し|話し)",
    re.IGNORECASE,
)

_ASKS_ITSELF = re.compile(r"\b(?:where|why|which|how)\b(?! about)|哪|[为為]什[么麼]|怎|どこ|なぜ|どう", re.IGNORECASE)


def check(text: str) -> None:
    """Raises `BadQuestion` for a question that is blank or too long."""
    if len(text) > LONGEST:
        raise BadQuestion(f"the question has {len(text):,} characters, at most {LONGEST:,} are read; shorten it")
    if not any(character.isalnum() for character in settle(text)):
        raise BadQuestion(f"the question {text[:40]!r} has no words; ask with at least one word")


def understand(text: str, searched_for: str, where: Filter, times: Times = Times(prefer=False)) -> Question:
    """The question as it will be searched for. Raises `BadQuestion` for one that is blank or too long."""
    # The question itself: one completed from the history has the words of another.
    check(text)
    settled = " ".join(settle(searched_for).split())
    language = detect_language(settle(text))
    language = detect_language(settled) if language == "und" else language
    if not times.prefer:
        return Question(text, settled, language, where)
    return Question(text, settled, language, where, asked_period(searched_for, times.today), times.today)


def asks(sentence: str) -> bool:
    """Whether a sentence of an article is itself a question; it answers none, however much it sounds like one."""
    return sentence.rstrip("\"'”’」』）) ").endswith(("?", "？"))


def deciding_words(question: Question) -> str:
    """The words that tell what kind of answer is wanted: the question's own, or else those it was completed with."""
    says_itself = wanted(question.text) != "other" or asks_itself(question.text)
    return question.text if says_itself else question.searched_for


def asks_itself(text: str) -> bool:
    """Whether a text has a word that asks, such as "where" or どこ, and not only "how about" or 呢."""
    return _ASKS_ITSELF.search(text) is not None


def wanted(question: str) -> Wanted:
    """What kind of answer a question in English, Chinese or Japanese asks for."""
    kind: Wanted = next((kind for kind, pattern in _WANTED if pattern.search(question)), "other")
    return "amount" if kind == "other" and measured(question) else kind


def wants_more(question: str) -> bool:
    """Whether a question wants more than a few words: why, how, what was said, a list, a comparison."""
    several = re.match(r"\W*who (?:are|were)\b", question, re.IGNORECASE)
    return bool(several) or (wanted(question) == "other" and _WANTS_MORE.search(question) is not None)


# Words that ask, point or glue: they say nothing of what is asked about, and articles rarely hold them.
_EMPTY_WORDS = frozenset(tokens(" ".join((*STOPWORDS_EN_PLUS, "many", "much", "must"))))
_EMPTY_PHRASES = re.compile(
    r"多少|什么|什麼|哪些|哪个|哪個|哪两个|哪兩個|哪一|哪款|哪位|哪里|哪裡|哪|谁|誰|如何|怎么样|怎么|怎樣|怎麼"
    r"|为什么|為什麼|为何|為何|是否|请问|請問|吗|嗎|呢|几|幾"
    r"|的|了|是|在|和|与|與|被|把|将|將|有|从|從|对|對|为|為|以|叫做|叫|名字|目前|现在|現在"
    r"|でしょうか|でしたか|でした|ですか|です|ましたか|ました|ますか|ます|のですか|どのような|どのように|どのくらい|どれくらい"
    r"|どれほど|どんな|どの|どれ|どこ|なぜ|いつ|いくら|いくつ|何人|何年|何月|何個|何枚|何|という|として|について|によると|による"
    r"|により|された|されて|される|している|していた|した|する|して"
    r"|[のはがをにでともへや、か]"
)


def content_tokens(question: str) -> list[str]:
    """The question's tokens that say what it is about, each once, in order."""
    found = tokens(_EMPTY_PHRASES.sub(" ", question))
    return [token for token in dict.fromkeys(found) if token not in _EMPTY_WORDS]
