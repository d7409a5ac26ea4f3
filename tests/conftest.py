"""What tests of every room share: an embedder and a reader to check by hand, and a library made of a few texts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index.update import index_paths
from tests.fake_embedder import FakeEmbedder
from tests.fake_reader import FakeReader
from tests.milvus_server import served_milvus

# How long one example takes says nothing on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--kills 30` kills as many runs on a Milvus server."""
    parser.addoption("--kills", type=int, default=0, metavar="N", help="runs on a Milvus server to kill; 20 s each")


@pytest.fixture
def embedder() -> FakeEmbedder:
    """A new fake embedder: `embedder.embedded` is every passage it was given since."""
    return FakeEmbedder()


@pytest.fixture
def reader() -> FakeReader:
    """A new fake reader: `reader.passages` is every text it was given since."""
    return FakeReader()


@pytest.fixture
def make_library(tmp_path: Path, embedder: FakeEmbedder) -> Callable[[dict[str, str]], Path]:
    """`make_library({"a.txt": "..."})` writes the files into `tmp_path/articles` and gives the folder of their library.

    Called again it adds to the same library, `tmp_path/library`.
    """

    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / "articles" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        index_paths(tmp_path / "library", [tmp_path / "articles"], embedder)
        return tmp_path / "library"

    return make


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, started once."""
    wheel = pytest.importorskip("milvus", reason="no Milvus server: the wheel milvus==2.3.5 is not installed")
    with served_milvus(wheel, tmp_path_factory.mktemp("milvus")) as address:
        yield address
