"""What articles say of one thing, and of others that sound like it; invented, in the files of `eval/accounts`.

A file holds groups of questions, of sentences that all answer them, often with other values, and of sentences that
answer none. The value stands in double brackets:

    #### layoffs at Corvane
    ? en | How many people did Corvane lay off in 2023?
    = en | Corvane cut [[2,400]] jobs over the course of 2023, according to a filing.
    = zh | 据工会统计，科尔文去年全年裁员[[约2500人]]。
    - en | Corvane cut [[1,100]] jobs in 2022, the first layoffs in its history.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from eval.gap import Statement
from eval.own_files import NumberedLine, groups_of, is_held_out
from eval.sets import BadSet
from index.types import Span

FOLDER = Path(__file__).parent / "accounts"

_LINE = re.compile(r"(?P<sign>[?=-]) (?P<language>en|zh|ja) \| (?P<text>\S.*)")
_VALUE = re.compile(r"(?P<before>[^\[\]]*)\[\[(?P<value>[^\[\]]+)\]\](?P<after>[^\[\]]*)")


@dataclass(frozen=True, slots=True)
class Account:
    """A sentence or two of an article, with what they say as the answer."""

    language: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """Questions, the accounts that answer them all, and those that sound like it but are of something else."""

    name: str
    questions: tuple[str, ...]
    same: tuple[Account, ...]
    other: tuple[Account, ...]

    @property
    def held_out(self) -> bool:
        """Whether it is of the tenth that nothing is trained on."""
        return is_held_out(self.name)


def read_accounts(folder: Path = FOLDER) -> list[AccountGroup]:
    """All groups, in the order of their files. Raises `BadSet` naming file and line of what is not as it should be."""
    groups = [_group(file, name, lines) for file in sorted(folder.glob("*.txt")) for name, lines in groups_of(file)]
    if not groups:
        raise BadSet(f"no accounts in {folder}; they come with the sources, not with the installed package")
    return groups


def _group(file: Path, name: str, lines: list[NumberedLine]) -> AccountGroup:
    questions, accounts = list[str](), dict[str, list[Account]]({"=": [], "-": []})
    for number, line in lines:
        found = _LINE.fullmatch(line)
        if not found:
            raise BadSet(f"{file}:{number}: not '?', '=' or '-', a language and ' | ' before a text: {line!r}")
        if found["sign"] == "?":
            questions.append(found["text"])
        else:
            accounts[found["sign"]].append(_account(file, number, found["language"], found["text"]))
    if not questions or len(accounts["="]) < 2 or not accounts["-"]:
        raise BadSet(f"{file}:{lines[0][0]}: {name!r} needs a question, two '=' lines and a '-' line at least")
    return AccountGroup(name, tuple(questions), tuple(accounts["="]), tuple(accounts["-"]))


def _account(file: Path, number: int, language: str, text: str) -> Account:
    if not (found := _VALUE.fullmatch(text)):
        raise BadSet(f"{file}:{number}: one value in [[double brackets]] is needed: {text!r}")
    before, value, after = found["before"], found["value"], found["after"]
    return Account(language, Statement(before + value + after, Span(len(before), len(before) + len(value))))
