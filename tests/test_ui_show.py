"""What a terminal shows: answers and declines, titles printed as they are, and nothing that steers the terminal."""

from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from eval.figures import Figure
from index.intake import IndexReport
from index.types import Article, Hit, Passage, Span
from qa.types import Answer, Citation, Found, Quote
from ui.cli import show
from ui.cli.doctor import Finding

TEXT = "The factory cost 48 million.\n\nRead also: [bold]menus[/bold] and :warning: signs"
# Console markup, an emoji code, a link, a trailing backslash: all of it has to come out as it went in.
MARKUP = "[bold]Chips[/bold] [link=http://x] :warning: [/] \\[red] 1\\"


def article(title: str = "Chips", path: str = "chips.txt", published: date | None = None) -> Article:
    return Article("chips", "0123456789ab", title, TEXT, "en", None, published, path, boilerplate=(Span(30, 81),))


def passage(of: Article) -> Found:
    span = Span(0, 28)
    return Found(Hit(Passage(0, of.id, "en", span, span.of(TEXT)), 0.876, "words"), of)


def an_answer(of: Article, *citations: Citation) -> Answer:
    status = "answered" if citations else "abstained"
    text = "The factory cost 48 million. [1]" if citations else "The articles do not answer this."
    consulted = tuple(passage(of) for _ in range(4))
    return Answer("?", "en", "?", status, "", text, 0.9, citations, consulted=consulted)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def wide_and_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever terminal the tests run in."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def test_who_worded_an_answer_and_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    given = replace(an_answer(article()), written_by="gpt", notice="The [model] took too long.")
    show.answer(replace(given, consulted=()))
    assert capsys.readouterr().out == (
        "The articles do not answer this.\n"
        "Worded by the language model gpt; each sentence was checked against its quotes.\n"
        "The [model] took too long.\n"
    )


def test_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    dated, undated = article(published=date(2024, 4, 9)), article()
    show.answer(
        an_answer(
            dated, Citation(1, Quote(dated, Span(0, 28)), ("copy", "reprint")), Citation(2, Quote(undated, Span(4, 9)))
        )
    )
    assert capsys.readouterr() == (
        "The factory cost 48 million. [1]\n"
        "\n[1] Chips (chips, 2024-04-09) also in copy, reprint\n"
        "    /articles/chips@0123456789ab#0-28\n"
        "\n[2] Chips (chips)\n"
        "    /articles/chips@0123456789ab#4-9\n",
        "",
    )


def test_a_decline_shows_the_three_nearest_passages_and_says_they_are_no_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show.answer(an_answer(article()))
    nearest = "".join(f"{n}  0.88  Chips (chips)\n   The factory cost 48 million.\n\n" for n in (1, 2, 3))
    heading = "The articles do not answer this.\n\nNearest passages (not an answer):\n"
    assert capsys.readouterr() == (heading + nearest, "")


def test_an_article_with_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    show.article(article(published=date(2024, 4, 9)))
    assert capsys.readouterr().out == (
        "       id  chips\n"
        "  version  0123456789ab\n"
        "    title  Chips\n"
        " language  en\n"
        "published  2024-04-09\n"
        "      url  -\n"
        "     path  chips.txt\n"
        "   marked  51 of 79 characters\n"
        f"\n{TEXT}\n"
    )


def test_the_other_days_that_a_source_names_are_facts_too(capsys: pytest.CaptureFixture[str]) -> None:
    show.article(replace(article(published=date(2024, 4, 9)), updated=date(2024, 4, 11), fetched=date(2024, 5, 2)))
    assert "\npublished  2024-04-09\n  updated  2024-04-11\n  fetched  2024-05-02\n" in capsys.readouterr().out


def test_boilerplate_is_dimmed_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.cli.show._out", Console(force_terminal=True, color_system="standard", soft_wrap=True))
    show.article(article())
    assert "\n\x1b[2mRead also: [bold]menus[/bold] and :warning: signs\x1b[0m\n" in capsys.readouterr().out


def test_markup_in_a_title_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    one = article(MARKUP, "[red]chips[/red].txt")
    show.article(one)
    assert f"    title  {MARKUP}\n" in capsys.readouterr().out
    show.articles([one])
    assert capsys.readouterr().out == f"chips  en  no date     {MARKUP}\n"
    show.found([passage(one)])
    assert capsys.readouterr().out.startswith(f"1  0.88  {MARKUP} (chips)\n")
    show.answer(an_answer(one, Citation(1, Quote(one, Span(0, 28)), ("[red]copy",))))
    assert f"\n[1] {MARKUP} (chips) also in [red]copy\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("dangerous", "shown"),
    [
        ("\x1b[31mred", "\\u001b[31mred"),
        ("\x1b]0;title\x07", "\\u001b]0;title\\u0007"),
        ("\x9b2Jclear", "\\u009b2Jclear"),
        ("over\rwritten\x08\x7f", "over\\u000dwritten\\u0008\\u007f"),
        ("cod.\u202efdp", "cod.\\u202efdp"),
        ("\x00\x0b\x0c", "\\u0000\\u000b\\u000c"),
    ],
)
def test_nothing_steers_the_terminal(capsys: pytest.CaptureFixture[str], dangerous: str, shown: str) -> None:
    one = article(dangerous, f"{dangerous}.txt")
    show.article(one)
    show.articles([one])
    show.found([passage(one)])
    show.answer(an_answer(one, Citation(1, Quote(one, Span(0, 28)), (dangerous,))))
    show.findings([Finding(dangerous, dangerous, well=False, cure=dangerous)])
    show.report(IndexReport(failed=[f"{dangerous}: not text"]))
    out, err = capsys.readouterr()
    assert dangerous not in out + err
    # A title and a path, a title, a title, a title and a copy, and the three of a finding.
    assert out.count(shown) == 2 + 1 + 1 + 2 + 3
    assert err == f"failed: {shown}: not text\n"


def test_what_is_printable_stays() -> None:
    plain = "tab\tline\n多少？ é 👩\u200d🔬 \u200c العربية"
    assert show.printable(plain) == plain


def test_a_report_puts_counts_and_failures_apart(capsys: pytest.CaptureFixture[str]) -> None:
    show.report(
        IndexReport(added=["a", "b"], updated=["c"], duplicate=["b"], failed=["[x].txt: empty", "y.txt: empty"])
    )
    assert capsys.readouterr() == (
        "added 2, updated 1, unchanged 0, duplicate 1, failed 2\n",
        "failed: [x].txt: empty\nfailed: y.txt: empty\n",
    )


def test_long_lines_are_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    show.report(IndexReport(failed=["word " * 60 + "end"]))
    show.articles([article("word " * 60 + "end")])
    out, err = capsys.readouterr()
    assert (out.count("\n"), err.count("\n")) == (2, 1)


def test_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    show.figures([Figure("recall@1", 0.5, 0.25, 0.75, 4), Figure("verbatim", None, None, None, 0)])
    rows = [line.strip("│").split("│") for line in capsys.readouterr().out.splitlines()]
    cells = [[cell.strip() for cell in row] for row in rows]
    assert ["recall@1", "0.500", "0.250 to 0.750", "4"] in cells
    assert ["verbatim", "-", "-", "0"] in cells


def test_the_findings(capsys: pytest.CaptureFixture[str]) -> None:
    show.findings([Finding("numpy", "2.4"), Finding("gradio", "missing", well=False, cure="pip install gradio[oauth]")])
    assert capsys.readouterr().out == "ok  numpy: 2.4\nbad gradio: missing -> pip install gradio[oauth]\n"
