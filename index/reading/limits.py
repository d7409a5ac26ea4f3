"""What one file may cost: bytes, characters, seconds, memory. Beyond it a file is reported and the rest goes in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file. `read_paths` takes others; the defaults let a thousand-page book through.

    `file_bytes` holds for a file that is read as a whole; .jsonl is read by the line, each up to `line_bytes`.
    `unpacked_bytes` is what an archive (.docx, .epub) may expand to, and a .jsonl.gz that packs better than text can;
    `characters` is what one article may have.
    A file that a parser reads may keep the processor busy for `seconds`, and `seconds_per_megabyte` more for its
    size, and take `memory_bytes`.
    """

    file_bytes: int = 256 * 2**20
    line_bytes: int = 40 * 2**20
    unpacked_bytes: int = 512 * 2**20
    # The longest novels have 3 to 6 million; a longer "article" is a dump of something.
    characters: int = 10_000_000
    # A page of news takes 20 ms, a thousand pages of PDF two minutes and a few megabytes, on a slow laptop.
    seconds: float = 60.0
    seconds_per_megabyte: float = 20.0
    memory_bytes: int = 4 * 2**30
