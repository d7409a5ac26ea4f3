"""What a reader is told of a language model: that it worded the answer, or what kept it from it; one row a language."""

from dataclasses import dataclass
from typing import Literal

from qa.language_model import Trouble

Why = Literal[Trouble, "nothing", "unsupported"]


@dataclass(frozen=True, slots=True)
class _Notices:
    fell_back: str
    cut_short: str
    signed: str
    why: dict[Why, str]


_NOTICES = {
    "en": _Notices(
        fell_back="The language model {model} {why}. The answer is in the articles' own words.",
        cut_short="The language model {model} {why}. What it had written by then was checked, and is shown.",
        signed="Worded by the language model {model}; each sentence was checked against its quotes.",
        why={
            "slow": "took too long",
            "endless": "would not come to an end",
            "unreachable": "could not be reached, or broke off",
            "refused": "refused to answer",
            "broken": "sent what could not be read",
            "busy": "takes no more questions at the moment",
            "failed": "failed",
            "nothing": "gave no answer",
            "unsupported": "wrote nothing that the articles bear out",
        },
    ),
    "zh": _Notices(
        fell_back="语言模型{model}{why}。以下答案是文章的原话。",
        cut_short="语言模型{model}{why}。此前写出的句子已经核对，予以显示。",
        signed="由语言模型{model}撰写，每句话都已与引文核对。",
        why={
            "slow": "用时过长",
            "endless": "输出没有止境",
            "unreachable": "无法连接或中途断开",
            "refused": "拒绝回答",
            "broken": "发来的内容无法读取",
            "busy": "目前不再接受问题",
            "failed": "出错",
            "nothing": "没有给出答案",
            "unsupported": "所写的内容在文章中找不到依据",
        },
    ),
    "ja": _Notices(
        fell_back="言語モデル{model}は{why}。回答は記事の原文です。",
        cut_short="言語モデル{model}は{why}。それまでに書かれた文は照合のうえ表示しています。",
        signed="言語モデル{model}が書き、各文を引用と照合しました。",
        why={
            "slow": "時間がかかりすぎました",
            "endless": "出力を終えませんでした",
            "unreachable": "接続できないか、途中で切れました",
            "refused": "回答を拒みました",
            "broken": "読み取れない内容を送ってきました",
            "busy": "現在質問を受け付けていません",
            "failed": "エラーになりました",
            "nothing": "回答を書きませんでした",
            "unsupported": "記事に裏付けのないことだけを書きました",
        },
    ),
}


def notice(language: str, model: str, why: Why, *, cut_short: bool) -> str:
    """What to tell in that language, in English where it has no words; `cut_short` where some of the text is shown."""
    words = _words(language)
    told = words.cut_short if cut_short else words.fell_back
    return told.format(model=model, why=words.why[why])


def signature(language: str, model: str) -> str:
    """Under an answer that a model worded, in that language, in English where it has no words."""
    return _words(language).signed.format(model=model)


def _words(language: str) -> _Notices:
    return _NOTICES.get(language, _NOTICES["en"])
