"""The command line's language model: made of its options, and what would be sent to it."""

import os
from typing import TYPE_CHECKING

import typer

from index.types import Filter
from qa.assistant import Assistant
from qa.period import Times
from qa.prompt import messages
from ui.cli import show

if TYPE_CHECKING:
    from qa.endpoint import Endpoint

_KEYS = ("QUOTEDESK_LLM_KEY", "OPENAI_API_KEY")


def language_model(url: str | None, model: str | None, seconds: float) -> "Endpoint | None":
    """The endpoint that is asked for, None where none is. Its key, if it wants one, is read from the environment.

    Raises `BadEndpoint` for an address that is none, and a `QuotedeskError` where the package for it is missing.
    """
    if url is None and model is None:
        return None
    if url is None or model is None:
        missing, given = ("--llm-url", "--llm-model") if url is None else ("--llm-model", "--llm-url")
        raise typer.BadParameter(f"{given} needs {missing}: give both, or neither")
    # An optional package, and half a second that no other question waits for.
    from qa.endpoint import Endpoint, Limits

    key = next((found for name in _KEYS if (found := os.environ.get(name))), "")
    return Endpoint(url, model, key=key, limits=Limits.within(seconds))


def show_prompt(assistant: Assistant, endpoint: "Endpoint | None", question: str, where: Filter, times: Times) -> None:
    """Print the request that the question would lead to, and send nothing; its fence is drawn anew for each request."""
    if endpoint is None:
        raise typer.BadParameter("--show-prompt shows what an endpoint would be sent: give --llm-url and --llm-model")
    study = assistant.study(question, where=where, times=times)
    plain = assistant.conclude(study)
    if plain.status == "answered":
        show.json(endpoint.request(messages(study.question, study.sources(plain).passages)))
    else:
        typer.echo("The articles do not answer this: nothing would be sent.", err=True)
