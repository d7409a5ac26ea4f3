"""The page's own words in English, Chinese and Japanese. It knows no article and no answer."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the page says by itself in one language; `{}` stands where a value goes."""

    language: str
    motto: str
    ask_your_articles: str
    you_might_ask: str
    question: str
    placeholder: str
    ask: str
    articles: str
    one_article: str
    no_articles: str
    period: str
    searching: str
    search_in: str
    everything: str
    any_language: str
    unknown_language: str
    from_date: str
    to_date: str
    date_hint: str
    not_a_date: str
    dates_swapped: str
    searched_for: str
    quotes: str
    source: str
    also_in: str
    first_published: str
    differ: str
    nearest: str
    near_passage: str
    undated: str
    source_panel: str
    step: str
    previous: str
    following: str
    close: str
    original: str
    greyed: str
    panel_title: str
    panel_hint: str
    gone: str
    broken: str
    day: str

    def date(self, day: date | None) -> str:
        """A date as this language writes it, or its word for a missing one."""
        return self.day.format(day) if day else self.undated

    def language_name(self, code: str) -> str:
        """A language's name in that language, or its code where we have no name for it."""
        return self.unknown_language if code == "und" else LANGUAGE_NAMES.get(code, code)

    def count(self, number: int) -> str:
        """How many articles, in words."""
        return self.one_article if number == 1 else self.articles.format(f"{number:,}")


ENGLISH = Words(
    language="en",
    motto="Every answer is a quote you can check.",
    ask_your_articles="Ask your own articles",
    you_might_ask="You might ask",
    question="Your question",
    placeholder="Ask about your articles",
    ask="Ask",
    articles="{} articles",
    one_article="1 article",
    no_articles="The library is empty. Add articles with: quotedesk index PATH --library DIR",
    period="{} to {}",
    searching="Searching {}",
    search_in="Search in: {}",
    everything="everything",
    any_language="Any language",
    unknown_language="Unknown",
    from_date="From",
    to_date="To",
    date_hint="2024, 2024-05 or 2024-05-31",
    not_a_date="“{}” is not a date. Write a year, a month or a day: 2024, 2024-05 or 2024-05-31.",
    dates_swapped="The search would start on {} and end before that, on {}. Swap the two dates or clear one.",
    searched_for="Searched for: {}",
    quotes="Quoted word for word",
    source="Source {}: {}, {}",
    also_in="Also in",
    first_published="First published by {}, {}.",
    differ="Sources differ",
    nearest="Nearest passages (not an answer)",
    near_passage="Nearest passage, not an answer",
    undated="undated",
    source_panel="Source",
    step="Quote {} of {}",
    previous="Previous quote",
    following="Next quote",
    close="Close the source",
    original="Read the original",
    greyed="Greyed text (menus, adverts, repeats) is never searched or quoted.",
    panel_title="The source, in its place",
    panel_hint="Choose a number in an answer, and the article opens here at the very sentence it rests on.",
    gone="This answer is no longer held here, so its source cannot be opened. Ask the question once more.",
    broken="Something broke inside quotedesk, and no answer was made. The terminal it runs in says what. "
    "Your question is back in the box.",
    day="{0.day} {0:%B} {0.year}",
)

CHINESE = Words(
    language="zh",
    motto="每个回答，都是可以核对的原文。",
    ask_your_articles="向你自己的文章提问",
    you_might_ask="可以这样问",
    question="你的问题",
    placeholder="就你的文章提一个问题",
    ask="提问",
    articles="{} 篇文章",
    one_article="1 篇文章",
    no_articles="文库里还没有文章。请这样添加：quotedesk index PATH --library DIR",
    period="{}至{}",
    searching="正在检索 {}",
    search_in="检索范围：{}",
    everything="全部文章",
    any_language="所有语言",
    unknown_language="语言不明",
    from_date="从",
    to_date="到",
    date_hint="2024、2024-05 或 2024-05-31",
    not_a_date="“{}”不是日期。请写年、月或日：2024、2024-05 或 2024-05-31。",
    dates_swapped="检索从 {} 开始，却在更早的 {} 结束。请对调两个日期，或清空其中一个。",
    searched_for="检索用语：{}",
    quotes="原文引用",
    source="来源 {}：{}，{}",
    also_in="另见",
    first_published="最早刊发于{}（{}）。",
    differ="来源说法不一",
    nearest="最接近的段落（不是答案）",
    near_passage="最接近的段落，不是答案",
    undated="日期不详",
    source_panel="来源",
    step="引文 {} / {}",
    previous="上一条引文",
    following="下一条引文",
    close="关闭来源",
    original="阅读原文",
    greyed="灰色文字（菜单、广告、重复内容）不参与检索，也不会被引用。",
    panel_title="回到原文",
    panel_hint="点一下回答里的编号，文章就在这里打开，停在它所依据的那一句。",
    gone="这个回答已不在内存里，无法打开来源。请再问一次。",
    broken="quotedesk 内部出错，没有得出回答；运行它的终端里写着原因。你的问题已放回输入框。",
    day="{0.year}年{0.month}月{0.day}日",
)

JAPANESE = Words(
    language="ja",
    motto="どの答えも、確かめられる原文の引用です。",
    ask_your_articles="手もとの記事にたずねる",
    you_might_ask="たとえば",
    question="質問",
    placeholder="記事について質問する",
    ask="質問する",
    articles="記事 {} 本",
    one_article="記事 1 本",
    no_articles="ライブラリーに記事がありません。追加するには：quotedesk index PATH --library DIR",
    period="{}〜{}",
    searching="{} を検索しています",
    search_in="検索範囲：{}",
    everything="すべての記事",
    any_language="すべての言語",
    unknown_language="言語不明",
    from_date="開始日",
    to_date="終了日",
    date_hint="2024、2024-05、2024-05-31 など",
    not_a_date="「{}」は日付ではありません。年・月・日のいずれかで書いてください：2024、2024-05、2024-05-31。",
    dates_swapped="検索の開始日 {} が終了日 {} より後になっています。入れ替えるか、片方を空にしてください。",
    searched_for="検索した言葉：{}",
    quotes="原文からの引用",
    source="出典 {}：{}、{}",
    also_in="同じ文のある記事",
    first_published="最初の掲載：{}（{}）。",
    differ="出典によって異なります",
    nearest="近い箇所（答えではありません）",
    near_passage="近い箇所（答えではありません）",
    undated="日付不明",
    source_panel="出典",
    step="引用 {} / {}",
    previous="前の引用",
    following="次の引用",
    close="出典を閉じる",
    original="元の記事を読む",
    greyed="灰色の文字（メニュー、広告、重複）は検索も引用もされません。",
    panel_title="原文のその場所へ",
    panel_hint="答えの番号を選ぶと、よりどころの一文を示して、記事がここに開きます。",
    gone="この答えはもう保持されていないため、出典を開けません。もう一度質問してください。",
    broken="quotedesk の内部で問題が起き、答えを作れませんでした。詳しくは実行中の端末に出ています。"
    "質問は入力欄に戻しました。",
    day="{0.year}年{0.month}月{0.day}日",
)

PAGE_LANGUAGES = {words.language: words for words in (ENGLISH, CHINESE, JAPANESE)}

LANGUAGE_NAMES = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "pt": "Português",
    "ru": "Русский",
    "zh": "中文",
}


def words_for(accept_language: str | None) -> Words:
    """The words for a browser's `Accept-Language` header: its first language that the page speaks, else English."""
    for wish in (accept_language or "").split(","):
        primary = wish.split(";")[0].strip().lower().split("-")[0]
        if primary in PAGE_LANGUAGES:
            return PAGE_LANGUAGES[primary]
    return ENGLISH
