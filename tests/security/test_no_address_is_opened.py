"""Addresses in every place that a person or a file fills: whatever the service does with them, it opens none."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from discovery_agent.discovery.exporting import Format
from tests.security.asked import asking
from tests.security.conftest import Full
from tests.security.test_uploads import RELATIONS, TYPES, WORD, ended, packed
from tests.web.service import API


class Listener:
    """A server that answers nothing and remembers that somebody came."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.came: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                wire, _ = self._socket.accept()
            except OSError:
                return
            with wire:
                wire.settimeout(5)
                try:
                    self.came.append(wire.recv(2000))
                except OSError:
                    self.came.append(b"")

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


@contextmanager
def listening() -> Iterator[Listener]:
    made = Listener()
    try:
        yield made
    finally:
        made.close()


def documents(url: str) -> dict[str, bytes]:
    """Files of every kind that is taken, each with the address wherever its format has a place for one."""
    picture = f'<img src="{url}/img.png"><link rel="stylesheet" href="{url}/a.css"><script src="{url}/a.js"></script>'
    page = (
        f'<html><head><base href="{url}/"><meta http-equiv="refresh" content="0;url={url}/r">{picture}'
        f'<style>@import url("{url}/b.css"); p {{background: url({url}/c.png)}}</style></head>'
        f'<body><p>It takes nine days.</p><iframe src="{url}/f"></iframe><object data="{url}/o"></object><video poster="{url}/v"></video></body></html>'
    )
    outside = RELATIONS.format(f"{url}/document.xml", ' TargetMode="External"')
    template = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="{url}/t.dotm" TargetMode="External"/>'
        f'<Relationship Id="r8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="{url}/i.png" TargetMode="External"/>'
        "</Relationships>"
    )
    word = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format("word/document.xml", ""),
        "word/document.xml": WORD.format(f"Ann: It takes nine days, see {url}/w."),
        "word/_rels/document.xml.rels": template,
    }
    entity = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % e SYSTEM "{url}/e.dtd">%e;<!ENTITY j SYSTEM "{url}/j">]>'
    return {
        "page.html": page.encode(),
        "page.md": f"# Waiting\n\n![x]({url}/m.png) [y]({url}/l) <{url}/a>\n\n{picture}\n\nIt takes nine days.\n".encode(),
        "notes.txt": f"Ann: It takes nine days, see {url}/t.\nBob: Open {url}/t2 now.\n".encode(),
        "talk.docx": packed({name: text.encode() for name, text in word.items()}),
        "outside.docx": packed({"[Content_Types].xml": TYPES.encode(), "_rels/.rels": outside.encode(), "word/document.xml": b"<a/>"}),
        "entity.docx": packed({**{n: t.encode() for n, t in word.items()}, "word/document.xml": (entity + WORD.format("&j;")).encode()}),
        "late.docx": packed(
            {
                **{n: t.encode() for n, t in word.items()},
                "word/document.xml": (f"<!--{'x' * 9000}-->" + entity + WORD.format("&j;")).encode(),
            }
        ),
        "sheet.xlsx": packed({"xl/workbook.xml": (entity + "<workbook>&j;</workbook>").encode()}),
        "table.csv": f'speaker,text\nAnn,"=WEBSERVICE(""{url}/ws"")"\nAnn,=IMAGE({url}/i)\n'.encode(),
        "talk.json": f'[{{"speaker": "Ann", "text": "See {url}/js", "audio_url": "{url}/audio.mp3"}}]'.encode(),
        "talk.vtt": f"WEBVTT\nSTYLE\n::cue {{ background: url({url}/cue) }}\n\n00:00.000 --> 00:02.000\n<v Ann>See {url}/vtt</v>\n".encode(),
        "picture.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/s.png"/></svg>'.encode(),
        "paper.pdf": f"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/URI/URI({url}/pdf)>>>>endobj\ntrailer<</Root 1 0 R>>".encode(),
    }


@pytest.mark.slow
def test_no_address_that_people_or_files_name_is_opened(full: Full) -> None:
    with listening() as listener, asking(full.server.url, full.owner) as owner:
        url = f"http://127.0.0.1:{listener.port}"
        words = f"See {url}/x or ![i]({url}/i.png) <img src='{url}/i'> {base64.b64encode(url.encode()).decode()}"
        made = owner.post(f"{API}/engagements", json={"title": words[:150], "organisation": url, "purpose": words}).json()
        root = f"{API}/engagements/{made['id']}"
        person = owner.post(f"{root}/stakeholders", json={"name": f"Ann {url}", "role": "business", "department": url}).json()
        for name, data in documents(url).items():
            sent = owner.post(f"{root}/transcripts", files={"files": (name, data)})
            jobs = sent.json().get("jobs", []) if sent.status_code == 202 else []
            for job in jobs:
                with asking(f"{full.server.url}{root}", full.owner) as client:
                    ended(client, full.server.url, job["id"])
            assert owner.post(f"{root}/documents", files={"files": (name, data)}).status_code < 500, name
        invited = owner.post(f"{root}/invites", json={"stakeholder_id": person["id"]}).json()["secret"]
        with asking(full.server.url, invited) as guest:
            interview = guest.post(f"{root}/interviews", json={}).json()["id"]
            guest.post(f"{API}/conversations/{interview}/opening")
            assert guest.post(f"{API}/conversations/{interview}/turns", json={"text": words, "client_key": "a1"}).status_code == 200
            chat = {
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": words}, {"type": "image_url", "image_url": {"url": f"{url}/i"}}]}
                ]
            }
            assert guest.post("/v1/chat/completions", json=chat).status_code < 500
        assert owner.get(f"{root}/knowledge", params={"q": words}).status_code == 200
        owner.post(f"{root}/lessons", json={"title": f"Ask {url}", "body": words})
        for path in ("", "/people", "/conversations", "/knowledge", "/goals", "/agenda", "/settings"):
            assert owner.get(f"/engagements/{made['id']}{path}").status_code == 200
        draft = owner.post(f"{root}/blueprints").json()
        with asking(f"{full.server.url}{root}", full.owner) as client:
            ended(client, full.server.url, draft["id"])
        for form in Format:  # among them the PDF, which a browser prints
            answer = owner.get(f"{root}/blueprints/1/export", params={"format": form.value})
            assert answer.status_code in (200, 404, 409), answer.text[:200]
        assert owner.get(f"{root}/export").status_code == 200
        assert listener.came == []
        with socket.create_connection(("127.0.0.1", listener.port)) as knock:
            knock.sendall(b"knock")
        while not listener.came:
            assert owner.get("/healthz").status_code == 200
    assert listener.came == [b"knock"], "the listener does not listen"
    assert full.server.process.poll() is None
