"""Which addresses name a library in Milvus, and which are folders."""

import pytest

from index.errors import LibraryError
from index.milvus.address import MilvusAddress, milvus_address


@pytest.mark.parametrize(
    ("where", "uri", "name"),
    [
        ("milvus://host:19530/news", "http://host:19530", "news"),
        ("milvus://host/news_2", "http://host:19530", "news_2"),
        ("milvus://[::1]:19531/n", "http://[::1]:19531", "n"),
        ("milvus:///data/my files/lite.db/news", "/data/my files/lite.db", "news"),
        ("milvus:///a.db/b.db/news", "/a.db/b.db", "news"),
    ],
)
def test_an_address_is_taken_apart(where: str, uri: str, name: str) -> None:
    assert milvus_address(where) == MilvusAddress(uri, name)


def test_it_is_written_as_it_is_read() -> None:
    for where in ("milvus://host:19530/news", "milvus:///data/lite.db/news"):
        assert str(milvus_address(where)) == where


@pytest.mark.parametrize("where", ["", "news", "./milvus", "/data/lite.db", "C:\\news", "lite.db/news"])
def test_anything_else_is_a_folder(where: str) -> None:
    assert milvus_address(where) is None


@pytest.mark.parametrize(
    "where",
    [
        *("milvus:", "milvus://", "milvus://host", "milvus://host:19530/", "milvus:/host:19530/news"),
        *("milvus://host/new-s", "milvus://host/1news", "milvus:///lite.db", "milvus:///data/lite/news"),
        "milvus://host:port/news",
    ],
)
def test_an_address_that_is_not_whole_says_how_one_looks(where: str) -> None:
    with pytest.raises(LibraryError, match=r"is no address of a library; give milvus://HOST:19530/NAME or milvus:///"):
        milvus_address(where)
