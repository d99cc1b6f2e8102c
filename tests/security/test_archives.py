"""Archives that are traps, sent to the running service: each is refused with its reason, what is good in it is read, and others are answered."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
import pytest

from tests.archives import declaring, listing_one_file, marked_encrypted, packed, with_link
from tests.security.asked import asking
from tests.security.conftest import Full
from tests.security.test_uploads import ended, files_of
from tests.web.service import API

GOOD = b"Ada: Our goal is to pay claims faster, so that customers stay with us.\nBen: Our handling time per claim is nine days.\n"
ELSEWHERE = ("../../../../tmp/planted.txt", "..\\..\\planted.txt", "/etc/cron.d/planted.txt", "C:\\planted.txt", "talks/../../planted.txt")


@pytest.fixture(scope="module")
def lead(full: Full) -> Iterator[httpx2.Client]:
    """A lead of an engagement of their own, so that nothing planted is touched."""
    with asking(full.server.url, full.owner) as owner:
        made = owner.post(f"{API}/engagements", json={"title": "Archives"}).json()
        given = owner.post(f"{API}/engagements/{made['id']}/members", json={"role": "lead", "label": "Lea"}).json()
    with asking(f"{full.server.url}{API}/engagements/{made['id']}", given["secret"]) as client:
        yield client


def sent(full: Full, lead: httpx2.Client, archive: bytes, name: str = "talks.zip") -> dict[str, Any]:
    """What became of an archive; somebody else is answered for as long as that takes."""
    done = Event()
    statuses: list[int] = []

    def asks() -> None:
        with asking(full.server.url) as other:
            while not statuses or not done.is_set():
                statuses.append(other.get("/healthz").status_code)
                done.wait(0.05)

    meanwhile = Thread(target=asks)
    meanwhile.start()
    try:
        answer = lead.post("/transcripts", files={"files": (name, archive)})
    finally:
        done.set()
        meanwhile.join()
    assert answer.status_code == 202 and set(statuses) == {200}, answer.text[:300]
    assert answer.json()["jobs"] == [], "It was taken for an archive."
    (taken,) = answer.json()["archives"]
    assert all(one["what"] and one["remedy"] for one in taken["refused"]) and taken["refused_total"] >= len(taken["refused"])
    return taken


def read(full: Full, lead: httpx2.Client, taken: dict[str, Any]) -> list[tuple[object, object]]:
    """Title and state of the jobs of an archive, once they have ended."""
    return [(one["title"], one["state"]) for one in (ended(lead, full.server.url, job) for job in taken["jobs"])]


def refused(taken: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["name"], one["what"]) for one in taken["refused"]]


def test_names_that_lead_elsewhere_write_nothing_and_the_rest_is_read(full: Full, lead: httpx2.Client) -> None:
    before = files_of(full.folder)
    archive = with_link("passwd.txt", "/etc/passwd", *((name, GOOD) for name in ELSEWHERE), ("march/good.txt", GOOD + b"Ada: In March.\n"))
    taken = sent(full, lead, archive)
    assert read(full, lead, taken) == [("good.txt", "done")]
    assert refused(taken) == [("planted.txt", "Its path leads out of the archive.")] * len(ELSEWHERE) + [
        ("passwd.txt", "It is a link to another file.")
    ]
    assert not Path("/tmp/planted.txt").exists() and not any("planted" in one for one in files_of(full.folder) - before)
    assert "root:" not in lead.get("/findings").text


def test_an_archive_inside_is_not_opened(full: Full, lead: httpx2.Client) -> None:
    inner = packed(("hidden.txt", GOOD))
    for _ in range(50):
        inner = packed(("inner.zip", inner))
    taken = sent(full, lead, packed(("inner.zip", inner), ("talk.txt", inner), ("good.txt", GOOD + b"Ada: In April.\n")))
    assert read(full, lead, taken) == [("good.txt", "done")]
    assert [name for name, what in refused(taken) if "zip archive" in what] == ["inner.zip", "talk.txt"]


def test_encrypted_files_are_refused_and_the_rest_is_read(full: Full, lead: httpx2.Client) -> None:
    archive = marked_encrypted(packed(("secret.txt", GOOD), ("good.txt", GOOD + b"Ada: In May.\n")), "secret.txt")
    taken = sent(full, lead, archive)
    assert read(full, lead, taken) == [("good.txt", "done")]
    assert refused(taken) == [("secret.txt", "It is encrypted.")]


def test_files_that_unpack_to_much_more_than_was_sent_are_refused(full: Full, lead: httpx2.Client) -> None:
    bomb = packed(("large.txt", b" " * 60_000_000), ("good.txt", GOOD + b"Ada: In June.\n"))
    assert len(bomb) < 100_000
    taken = sent(full, lead, bomb)
    assert read(full, lead, taken) == [("good.txt", "done")]
    assert refused(taken) == [("large.txt", "It is larger than 50 MB.")]
    # One that says it is small is unpacked no further than what it says.
    taken = sent(full, lead, declaring(bomb, "large.txt", 40))
    assert read(full, lead, taken) == [("good.txt", "done")]
    assert ("large.txt", "It is damaged, or not as long as the archive says.") in refused(taken)
    # One that says that it holds more than is taken is not unpacked at all.
    whole = declaring(declaring(bomb, "large.txt", 4_000_000_000), "good.txt", 40)
    taken = sent(full, lead, whole, "whole.zip")
    assert taken["jobs"] == [] and refused(taken) == [("whole.zip", "The archive unpacks to more than 2 GB.")]


@pytest.mark.parametrize("kind", ["many files", "one file named many times", "a list that never ends"])
def test_an_archive_of_thirty_thousand_files_is_refused_whole(kind: str, full: Full, lead: httpx2.Client) -> None:
    if kind == "many files":
        archive = packed(*((f"{at}.txt", b"Ann: Yes.") for at in range(30_000)), compression=zipfile.ZIP_STORED)
    else:
        archive = listing_one_file(30_000 if kind == "one file named many times" else 200_000)
    before = lead.get("/jobs", params={"limit": 1}).json()["total"]
    taken = sent(full, lead, archive, "many.zip")
    assert taken["jobs"] == [] and taken["refused_total"] == 1
    ((name, why),) = refused(taken)
    assert name == "many.zip" and ("more than 20,000 files" in why or "names more files than are taken" in why)
    assert lead.get("/jobs", params={"limit": 1}).json()["total"] == before


def test_many_files_that_hold_nothing_are_refused_one_by_one(full: Full, lead: httpx2.Client) -> None:
    """Each may be as large as it is; together they unpack to a thousand times of what was sent."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as parts:
        for at in range(4):
            parts.writestr(f"{at}.txt", b"\0" * 30_000_000)
        parts.writestr("good.txt", GOOD + b"Ada: In July.\n")
    taken = sent(full, lead, archive.getvalue())
    assert read(full, lead, taken) == [("good.txt", "done")] and taken["refused_total"] == 4
