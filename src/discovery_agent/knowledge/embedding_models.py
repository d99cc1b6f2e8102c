"""Which embedding model turns passages and queries into vectors: the local one, or one of an OpenAI-compatible server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from discovery_agent.errors import ConfigurationError, ModelAccessDenied, ModelReplyInvalid, ModelUnavailable
from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

if TYPE_CHECKING:
    from langchain_openai import OpenAIEmbeddings

Array = NDArray[np.float32]

_ATTEMPTS = 4
_SECONDS = 60.0
_KEYWORDS_REMAIN = "Until it answers, search goes by words alone; unset DISCOVERY_EMBEDDING_MODEL to use the local model."


class EmbeddingModel(Protocol):
    """Turns texts into unit vectors. An index belongs to one model: its `name` is kept with the index."""

    @property
    def name(self) -> str:
        """Provider and model, such as `local:all-MiniLM-L6-v2`."""
        ...

    def embed(self, texts: Sequence[str]) -> Array:
        """Unit vectors of the texts, one a row, in their order.

        Raises:
            ModelError: a server refused or did not answer.
        """
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors, and needs no server for it."""

    def embed(self, texts: Sequence[str]) -> Array:
        """Unit vectors of the texts, one a row, in their order."""
        ...


class LocalEmbeddingModel:
    """all-MiniLM-L6-v2 in this process, or what remembers its vectors; no key, no network."""

    name = "local:all-MiniLM-L6-v2"

    def __init__(self, embeddings: Embedder) -> None:
        self._embeddings = embeddings

    def embed(self, texts: Sequence[str]) -> Array:
        """Unit vectors of 384 numbers."""
        return self._embeddings.embed(texts)


class OpenAIEmbeddingModel:
    """An embedding model behind an OpenAI-compatible server; key and address are read by its client from the environment."""

    def __init__(self, model: str) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._client: OpenAIEmbeddings | None = None

    def embed(self, texts: Sequence[str]) -> Array:
        """Unit vectors, of as many numbers as the model has.

        Raises:
            ModelAccessDenied: wrong key, unknown model or no quota.
            ModelUnavailable: no answer, after a few attempts.
            ModelReplyInvalid: the answer is not one vector for each text.
        """
        if not texts:
            return np.zeros((0, 0), np.float32)
        import openai

        try:
            client = self._connected()
            vectors = np.asarray(client.embed_documents([text or " " for text in texts]), np.float32)
        except openai.OpenAIError as error:
            raise _typed(error, self.name) from error
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise ModelReplyInvalid(
                "The embedding server's answer is not one vector for each text.", where=self.name, remedy=_KEYWORDS_REMAIN
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ModelReplyInvalid(
                "The embedding server's answer is not one vector for each text.", where=self.name, remedy=_KEYWORDS_REMAIN
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)

    def _connected(self) -> OpenAIEmbeddings:
        if self._client is None:
            from langchain_openai import OpenAIEmbeddings

            # Texts go as they are: servers other than OpenAI's do not take token numbers, and passages are short.
            self._client = OpenAIEmbeddings(
                model=self._model, check_embedding_ctx_length=False, max_retries=_ATTEMPTS - 1, timeout=_SECONDS, chunk_size=256
            )
        return self._client


def embedding_model(configured: str | None, local: MiniLMEmbeddings) -> EmbeddingModel:
    """The embedding model of the settings, as `openai:name`; the local one where none is set.

    Raises:
        ConfigurationError: the name has another form.
    """
    if configured is None or configured == LocalEmbeddingModel.name:
        return LocalEmbeddingModel(local)
    match = re.fullmatch(r"openai:(\S+)", configured)
    if match is None:
        raise ConfigurationError(
            f"`{configured}` names no embedding model that can be used here.",
            where="DISCOVERY_EMBEDDING_MODEL",
            remedy="Write openai:<model>, for OpenAI or any server with the same interface, or unset it.",
        )
    return OpenAIEmbeddingModel(match.group(1))


def _typed(error: Exception, name: str) -> ModelAccessDenied | ModelUnavailable:
    import openai

    status = getattr(error, "status_code", None)
    if (isinstance(error, openai.APIStatusError) and status in (400, 401, 403, 404, 422)) or not isinstance(error, openai.APIError):
        reason = f"status {status}" if status else "no key is set"
        return ModelAccessDenied(
            f"The embedding server refused ({reason}).",
            where=name,
            remedy=f"Check OPENAI_API_KEY, OPENAI_BASE_URL and the model's name. {_KEYWORDS_REMAIN}",
        )
    if getattr(error, "code", None) == "insufficient_quota":
        return ModelAccessDenied("The account at the embedding server has no quota left.", where=name, remedy=_KEYWORDS_REMAIN)
    return ModelUnavailable(
        f"The embedding server gave no answer{f' (status {status})' if status else ''}.", where=name, remedy=_KEYWORDS_REMAIN
    )
