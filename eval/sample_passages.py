"""The sample's passages as an embedder is given them; it measures nothing."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.sets import SAMPLE_ARTICLES
from index.embedder import SentenceTransformerEmbedder, Vectors
from index.update import index_paths


def sample_passages() -> list[str]:
    """Each passage of the sample articles with its article's title before it."""
    embedder = _Listening()
    with TemporaryDirectory() as folder:
        index_paths(Path(folder) / "library", [SAMPLE_ARTICLES], embedder)
    return embedder.heard


class _Listening(SentenceTransformerEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.heard += texts
        return super().embed_passages(texts)
