"""Speed and size, as ratios within one run: machines differ, and one machine differs from hour to hour.

    python -m eval.bench [PART...] [--articles FILE] [--number N] [--passages N...] [--like LIBRARY] [--markdown]

Each part is a module `eval.bench_PART` and gives its tables one after the other.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.bench_articles import articles
from eval.bench_questions import questions
from eval.bench_search import search
from eval.bench_table import Part, Scale, show, show_markdown

PARTS: Mapping[str, Part] = {"questions": questions, "articles": articles, "search": search}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each part and print its tables as they come."""
    parser = argparse.ArgumentParser("python -m eval.bench", description="Measure speed and size.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"by default all: {', '.join(PARTS)}")
    parser.add_argument("--articles", type=Path, help="a file or folder of articles; by default the sample's")
    parser.add_argument("--number", type=_number, default=20_000, metavar="N", help="how many of the articles")
    parser.add_argument("--passages", type=_number, nargs="+", default=(10_000, 100_000), metavar="N", help="sizes")
    parser.add_argument("--like", type=Path, metavar="LIBRARY", help="whose vectors made-up ones resemble")
    parser.add_argument("--markdown", action="store_true", help="print as eval/RESULTS.md has it")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    scale = Scale(options.articles, options.number, tuple(options.passages), options.like)
    for name in options.parts or PARTS:
        for measured in PARTS[name](scale):
            (show_markdown if options.markdown else show)(measured)


def _number(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number; give 1 or more")
    return int(text)


if __name__ == "__main__":
    main()
