"""The command line's options that more than one verb takes."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day such as 2024-01-31") from error


LibraryFolder = Annotated[
    str,
    typer.Option(
        "--library",
        metavar="DIR",
        envvar="QUOTEDESK_LIBRARY",
        help="The library's folder, or its address in Milvus: milvus://HOST:19530/NAME, milvus:///PATH/FILE.db/NAME.",
    ),
]
LibraryToLookInto = Annotated[str | None, typer.Option("--library", metavar="DIR", help="A library to look into.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Language = Annotated[str | None, typer.Option(help="Only articles in this language, such as zh.")]
Since = Annotated[date | None, typer.Option(parser=_day, metavar="DAY", help="Only articles of that day or later.")]
Until = Annotated[date | None, typer.Option(parser=_day, metavar="DAY", help="Only articles of that day or earlier.")]
Today = Annotated[
    date | None, typer.Option(parser=_day, metavar="DAY", help='What day "last year" is seen from; by default today.')
]
AnyTime = Annotated[bool, typer.Option("--any-time", help="Prefer no time, even where the question names one.")]
Source = Annotated[str | None, typer.Option(metavar="SUBSTRING", help="Only articles whose url or path holds it.")]
LlmUrl = Annotated[
    str | None,
    typer.Option("--llm-url", metavar="URL", help="A language model's endpoint, such as http://127.0.0.1:8080/v1."),
]
LlmModel = Annotated[str | None, typer.Option("--llm-model", metavar="NAME", help="The model that words the answers.")]
LlmTimeout = Annotated[
    float, typer.Option("--llm-timeout", min=0.1, metavar="SECONDS", help="How long the model may take for an answer.")
]
LLM_SECONDS = 60.0
UsersFile = Annotated[Path, typer.Option("--users", metavar="FILE", help="The file of users.")]
Users = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Ask for name and password; make the file with: quotedesk user add."),
]
UserHeader = Annotated[
    str | None, typer.Option(metavar="NAME", help="Take the user's name from this header; needs --proxy.")
]
Proxy = Annotated[
    list[str] | None,
    typer.Option(metavar="ADDRESS", help="A proxy, or a network of them, whose headers are believed; repeatable."),
]
Editor = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="A user of --user-header who may add and delete articles; repeatable."),
]
RequestsAMinute = Annotated[
    int | None,
    typer.Option(min=0, help="What one user may ask of the server; 0: any number. By default 120 with login."),
]
