"""What the README says is there: its files, its make targets, its command line, its Python."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from ui.cli.main import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.startswith("quotedesk ")]


def test_every_file_it_links_to_is_there() -> None:
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert "eval/RESULTS.md" in linked
    assert [target for target in linked if not (ROOT / target).exists()] == []


def test_every_make_target_it_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    assert targets == {"help", "install", "chat", "test", "lint", "type", "eval", "shots", "bench"}
    assert {"chat", "test"} <= named <= targets


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_it_shows_can_be_typed(command: str) -> None:
    """The verb is one of ours, and each option written out is one of that verb's."""
    words = shlex.split(re.sub(r"[\[\]]| {2,}.*", "", command))[1:]
    verb = typer.main.get_command(app).commands[words[0]]  # type: ignore[attr-defined]
    if inner := getattr(verb, "commands", None):
        # "list|show|remove" stands for several; what follows `eval` is the name of a set, or init.
        verb = inner.get(words[1].partition("|")[0]) or inner["run"]
    options = {option for parameter in verb.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options


def test_it_shows_every_verb() -> None:
    verbs = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert {command.split()[1] for command in COMMANDS} == verbs


def test_its_python_names_are_exported() -> None:
    namespace: dict[str, object] = {}
    exec(re.findall(r"^from qa import .*$", README, re.MULTILINE)[0], namespace)
    assert {"Assistant", "Filter"} <= set(namespace)
