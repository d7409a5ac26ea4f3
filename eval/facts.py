"""What a run was made with: the code, the models, the library and the machine, each as a line to be read."""

import os
import platform
import shlex
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from index.any_library import AnyLibrary
from index.builtin_model import NAME, WEIGHTS_SHA256
from qa.assistant import Assistant
from qa.reader import WEIGHTS_SHA256 as READER_SHA256


def facts(assistant: Assistant) -> dict[str, str]:
    """Name to value, in the order they are shown."""
    manifest = assistant.library.manifest
    return {
        "command": f"{_program(Path(sys.argv[0]))} {shlex.join(sys.argv[1:])}",
        "code": f"quotedesk {version('quotedesk')}, commit {_commit()}",
        "embedder": manifest.embedder + (f", weights sha256 {WEIGHTS_SHA256}" if manifest.embedder == NAME else ""),
        "reader": f"weights sha256 {READER_SHA256}",
        **({"worded by": assistant.language_model.name} if assistant.language_model else {}),
        "library": f"{manifest.articles} articles, {manifest.passages} passages",
        "splitter": f"{manifest.passage_size} tokens a passage, {manifest.passage_overlap} shared with the next",
        "machine": f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, {platform.system()}",
        "python": f"{platform.python_version()}, torch {version('torch')}",
    }


def _program(file: Path) -> str:
    """How the program was started: as an installed command, or as a module of ours."""
    return f"python -m eval.{file.stem}" if file.suffix == ".py" else file.name


def library_hash(library: AnyLibrary) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of every article's id and version, and of the settings."""
    manifest = library.manifest
    settings = f"{manifest.embedder} {manifest.passage_size} {manifest.passage_overlap}"
    articles = (f"{article} {text}" for article, text in library.table.versions().items())
    return sha256("\n".join([settings, *articles]).encode()).hexdigest()[:12]


def _commit() -> str:
    """The commit of the checkout that the code runs from, with "+" where files were changed since; else "unknown"."""
    here = Path(__file__).parent
    try:
        described = subprocess.run(  # noqa: S603 (nothing of it comes from outside)
            ["git", "-C", str(here), "describe", "--always", "--dirty=+", "--exclude=*"],  # noqa: S607
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return described.stdout.strip()
