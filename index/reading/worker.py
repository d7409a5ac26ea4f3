"""What runs in the process that reads: a file's kind to its parser, and whatever a parser raises to a line about it."""

import json
import logging
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import UnreadableFile
from index.reading.charset import declared_charset, decoded
from index.reading.docx import read_docx
from index.reading.draft import checked, letters, named_after, shown
from index.reading.epub import read_epub
from index.reading.html import read_html
from index.reading.limits import Limits
from index.reading.mail import read_mail, read_mhtml
from index.reading.pdf import read_pdf
from index.reading.process import PARSED_KINDS, REPLY
from index.types import Draft

# A page that shows so little of itself waits for a script to fetch the rest.
_LARGE_PAGE, _LETTERS_IN_A_LARGE_PAGE = 100_000, 200


def read_parsed(path: Path, kind: str, limits: Limits) -> Iterator[Draft | UnreadableFile]:
    """The drafts of a file of one of `PARSED_KINDS`, each with an id, and an error for every part that fails."""
    name = shown(path)
    try:
        for one in _READERS[kind](path.read_bytes(), name, limits):
            yield one if isinstance(one, UnreadableFile) else _finished(one, path.name[: -len(kind)], limits)
    except UnreadableFile as error:
        yield error
    except OSError as error:
        yield UnreadableFile(f"{name}: cannot be opened ({error.strerror or error}); check its permissions")
    except MemoryError:
        yield UnreadableFile(f"{name}: needs more than {limits.memory_bytes / 2**30:.0f} GB to read; save it as .txt")
    # What a parser raises for a damaged file has no end: KeyError, struct.error, RecursionError, ...
    except Exception as error:  # noqa: BLE001
        what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        yield UnreadableFile(f"{name}: damaged ({what}); save it anew from the program it came from, or as .txt")


def _finished(draft: Draft, stem: str, limits: Limits) -> Draft | UnreadableFile:
    try:
        draft = checked(draft, limits)
    except UnreadableFile as error:
        return error
    return draft if draft.id else named_after(draft, stem)


def _read_page(data: bytes, name: str, _limits: Limits) -> Iterator[Draft]:
    draft = read_html(decoded(data, name, declared_charset(data)), name)
    if len(data) > _LARGE_PAGE and (
        (found := letters(draft.text, _LETTERS_IN_A_LARGE_PAGE)) < _LETTERS_IN_A_LARGE_PAGE
    ):
        raise UnreadableFile(
            f"{name}: hardly any text ({found} letters in {len(data):,} bytes); a script fetches the rest: "
            "save the page from the browser once it shows its text"
        )
    yield draft


_READERS: dict[str, Callable[[bytes, str, Limits], Iterator[Draft | UnreadableFile]]] = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), _read_page),
    **dict.fromkeys((".mhtml", ".mht"), read_mhtml),
    ".eml": read_mail,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".epub": read_epub,
}
if set(_READERS) != set(PARSED_KINDS):
    raise AssertionError("every parsed kind has its reader")


def _bound_memory(size: int) -> None:
    """Let allocations beyond `size` fail, so that a hostile file ends in a MemoryError; Windows has no such bound."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (there is none on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _end_after(seconds: float) -> None:
    """Have the system end this process once it has worked so long, also inside of C; 0 lifts that."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def main() -> None:
    """Read the files that are asked for on standard input, a line each, and reply on standard output."""
    limits = Limits(**json.loads(sys.argv[1]))
    _bound_memory(limits.memory_bytes)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    # What a parser prints must not stand between the replies.
    replies, sys.stdout = sys.stdout.buffer, sys.stderr
    replies.write(b"\n")
    replies.flush()
    for question in sys.stdin.buffer:
        path, kind, seconds = json.loads(question)
        _end_after(seconds)
        found = read_parsed(Path(path), kind, limits)
        replies.write(REPLY.dump_json([str(one) if isinstance(one, UnreadableFile) else one for one in found]) + b"\n")
        replies.flush()
        _end_after(0)


if __name__ == "__main__":
    main()
