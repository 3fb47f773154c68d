"""What «Мои загрузки» offers of files that were refused: the answer where there is one."""

from __future__ import annotations

import io
import threading

from server.worker.loop import WorkLoop
from tests.web.conftest import Site, token_of


def test_a_refused_list_offers_its_answer_and_a_refused_table_offers_none(site: Site) -> None:
    client = site.signed_in("clinic630007")
    token = token_of(client.get("/uploads").text)
    places = []
    for name, body in (("MO2630007202611201.csv", b'"1";"2"'), ("630007_01032026_90.dbf", b"nothing")):
        sent = client.post("/uploads", data={"csrf_token": token, "file": (io.BytesIO(body), name)})
        places.append(sent.headers["Location"])
    WorkLoop(site.hub).work(threading.Event())
    page = client.get("/uploads").text
    assert [f"{place}/answer/download" in page for place in places] == [True, False]
    assert "FLK_MO2630007202611201.xml" in client.get(places[0]).text
