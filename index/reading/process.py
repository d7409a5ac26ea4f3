"""Read with parsers in a process of its own, which is stopped when a file takes too long or brings it down."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import IO, TypeAlias, cast

from pydantic import TypeAdapter

from index.errors import UnreadableFile
from index.reading.draft import shown
from index.reading.limits import Limits
from index.types import Draft

PARSED_KINDS = (".html", ".htm", ".xhtml", ".mhtml", ".mht", ".eml", ".pdf", ".docx", ".epub")
"""The ends of names of files that need a parser."""
REPLY: TypeAdapter[list[Draft | str]] = TypeAdapter(list[Draft | str])
"""What comes back for a file, as one line of JSON: its drafts, and what there is to report."""

# The reader ends itself after the seconds it may work; on a busy machine those take longer, and Windows has no such
# timer, so that from here it is stopped after so many times as long.
_PATIENCE = 10
_TIME_IS_UP = getattr(signal, "SIGPROF", 0)
_Pipes: TypeAlias = "subprocess.Popen[bytes]"


class ReadingProcess:
    """A process that reads one file at a time. It is started for the first one, and anew after one that it died of.

    A time limit that holds inside a parser written in C needs a process that can be killed. It speaks through its
    pipes, so that a script or notebook that indexes need not be importable, as multiprocessing would ask.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: _Pipes | None = None

    def read(self, path: Path, kind: str, size: int) -> Iterator[Draft | UnreadableFile]:
        """What `index.reading.worker.read_parsed` makes of a file of `size` bytes, or what stopped it."""
        allowed = self._limits.seconds + self._limits.seconds_per_megabyte * size / 2**20
        name = shown(path)
        process, began = self._started(name), monotonic()
        timer = Timer(_PATIENCE * allowed, process.kill)
        timer.start()
        try:
            reply = _asked(process, json.dumps([os.fspath(path), kind, allowed]))
            ended = None if reply.endswith(b"\n") else process.wait()
        finally:
            timer.cancel()
        if ended is None:
            for one in REPLY.validate_json(reply):
                yield UnreadableFile(one) if isinstance(one, str) else one
        else:
            self.close()
            took_too_long = ended == -_TIME_IS_UP or monotonic() - began >= _PATIENCE * allowed
            what = (
                f"not read within {allowed:.0f} seconds" if took_too_long else f"ended its reader (exit code {ended})"
            )
            yield UnreadableFile(f"{name}: {what}; save its text as .txt, or take it away")

    def close(self) -> None:
        """Stop the process, if there is one."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _started(self, name: str) -> _Pipes:
        if self._process is None:
            # It finds quotedesk, and nothing else by that name, where this process did.
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(place or str(Path.cwd()) for place in sys.path)}
            self._process = subprocess.Popen(  # noqa: S603 (our own module, by this very Python)
                [sys.executable, "-P", "-m", "index.reading.worker", json.dumps(asdict(self._limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
            # It says when it has loaded its parsers, which is no file's fault.
            if _output(self._process).readline() != b"\n":
                self.close()
                raise UnreadableFile(f"{name}: the process that reads it does not start; install quotedesk anew")
        return self._process


def _asked(process: _Pipes, question: str) -> bytes:
    """The line that the process replies, cut short where it ended meanwhile."""
    try:
        question_pipe = cast("IO[bytes]", process.stdin)
        question_pipe.write(question.encode() + b"\n")
        question_pipe.flush()
    except BrokenPipeError:
        return b""
    return _output(process).readline()


def _output(process: _Pipes) -> IO[bytes]:
    return cast("IO[bytes]", process.stdout)
