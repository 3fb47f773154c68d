"""The walk of operators of the fund: doubtful rows decided, districts of many people changed at once and taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

from registry.exchange.codecs.dbf import DbfReader
from registry.insured.kinds.identification import IdentificationRequest
from registry.insured.mass.kind import SectionLine
from registry.insured.queries.districts import AttachedFilter, attached_people, district_lines
from server.demo.accounts import clinic_code
from server.demo.cast import Cast, spoilt
from server.demo.packets import csv_file, dbf_file, packaged_layout
from server.demo.show import Show
from server.demo.visitor import Visitor

NAMES = ("surname", "first_name", "patronymic", "birth_date", "sex")
LINES = 12
THERAPY = 1
HELD = "На рассмотрении"


class OperatorWalk:
    """A clinic asks what cannot be answered by itself, an operator decides; then districts are changed."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._clerk = Visitor(base_url)
        self._operator = Visitor(base_url)
        self._clinic = clinic_code(cast.hub.context.fund_code, 7)

    def run(self) -> None:
        """One doubtful row is decided and answered anew, two are left; one mass change is undone, one left waiting."""
        self._show.heading("Операторы фонда: разбор записей и массовая смена участков")
        for visitor, login in ((self._clerk, f"clinic{self._cast.clinic}"), (self._operator, "operator")):
            got, address = visitor.sign_in(login)
            self._show.step(f"Вход {login}", "POST /sign-in", f"{got} {address}", expected="200", got=got)
        name, found = self._decided()
        self._answered_again(name, found)
        self._left()
        self._changed_and_taken_back()
        self._left_to_run()

    def _decided(self) -> tuple[str, str]:
        """A row with a СНИЛС of nobody waits; the operator says who it is. The file and the ЕНП chosen."""
        block = next(self._cast.people).block
        name = self._ask("8", "DBF: СНИЛС не того, о ком спрашивают", [self._with_other_snils(block, 0)], HELD)
        cases = re.findall(rb'href="(/reviews/\d+)"', self._operator.look("/reviews"))
        case = cases[-1].decode("ascii") if cases else "/reviews/0"
        people = re.findall(rb'name="verdict" value="(\d+)"', self._operator.look(case))
        fields = {"verdict": people[0].decode("ascii") if people else "", "comment": "Проверено по документу"}
        got = self._operator.press(case, f"{case}/decision", **fields)
        self._show.step("Оператор выбирает человека", f"POST {case}/decision {fields}", got, expected="200", got=got)
        return name, block["enp"]

    def _answered_again(self, name: str, enp: str) -> None:
        """The clinic finds the answer of the decided file among the packets for it."""
        second = name.replace(".DBF", "_2.DBF")
        page = self._clerk.until(f"/outgoing?name={second}", 'href="/outgoing/')
        line = re.search(rb'href="(/outgoing/\d+)"', page)
        body = self._clerk.look(f"{line[1].decode('ascii')}/download") if line else b""
        rows = [row.values for row in DbfReader(BytesIO(body))] if body else []
        shown = "\n".join(f"{row['NREC']} {row['FAM']}: {row['RENP']} {row['REPL']}" for row in rows)
        got = " ".join(row["RENP"] for row in rows)
        self._show.step("Ответ после решения оператора", f"GET {second}", shown, expected=enp, got=got)

    def _left(self) -> None:
        """Two rows of another file are left to whoever looks at the demonstration."""
        numbers, sex = next(self._cast.people).block, next(self._cast.people).block
        other_sex = {**sex, "sex": 3 - sex["sex"], "document_number": spoilt(sex["document_number"])}
        document = ("document_type", "document_series", "document_number")
        rows = [self._with_other_snils(numbers, 1), self._cast.request(other_sex, *NAMES, *document)]
        self._ask("9", "DBF: две записи остаются на разборе", rows, f"{HELD}; {HELD}")

    def _with_other_snils(self, block: dict[str, object], number: int) -> IdentificationRequest:
        return self._cast.request({**block, "snils": self._cast.other_snils(1 + number)}, *NAMES, "snils")

    def _ask(self, number: str, title: str, rows: Sequence[IdentificationRequest], expected: str) -> str:
        """Hand in a file of questions, compare what is refused in its answer; the name of the file."""
        cast = self._cast
        layout = packaged_layout(cast.hub.context.catalog, "crimea")
        body = dbf_file(layout, rows, code_page="cp866", today=cast.today)
        name = f"{cast.clinic}_{cast.today:%d%m%Y}_{cast.run % 1_000_000}{number}.DBF"
        reply = self._clerk.hand_in(name, body)
        answer = b"" if reply.get("refusal") else self._clerk.answer(reply["address"])
        told = [row.values["EERP"] for row in DbfReader(BytesIO(answer))] if answer else ["нет ответа"]
        got = "; ".join(told)
        self._show.step(title, f"{name}, {len(body)} байт", got, expected=expected, got=got)
        return name

    def _changed_and_taken_back(self) -> None:
        """A file of lines, one of them about nobody: seen, run on exactly those seen, and taken back."""
        today, district = self._cast.today, self._districts()[0]
        with self._cast.hub.sessions() as session:
            people = attached_people(session, AttachedFilter(clinic=self._clinic), today, limit=LINES)
            known = [one.person.enp for one in people if one.attachment.district_code != district]
        enps = [*known, self._cast.stranger()["enp"]]
        lines = [SectionLine(enp=enp, clinic=self._clinic, district=district) for enp in enps]
        body = csv_file(packaged_layout(self._cast.hub.context.catalog, "sections"), lines)
        file = (f"Участки {self._clinic} {today:%d.%m.%Y}.csv", body)
        _, page = self._operator.fill_in("/mass-changes", "/mass-changes", {"since": today.isoformat()}, file)
        self._seen("Массовая смена из файла: просмотр", page, len(known), 1)
        for event, title, word in (("run", "выполнение", "Выполнена"), ("undo", "отмена", "Отменена")):
            self._operator.press(page, page, event=event)
            badge = f"<span>{word}</span>"  # the words stand among the choices of the filter too
            got = word if badge in self._operator.until(page, badge).decode("utf-8") else "не дождались"
            self._show.step(f"Массовая смена: {title}", f"POST {page} {event}", got, expected=word, got=got)

    def _left_to_run(self) -> None:
        """Everybody of a district is looked at; whether to run it is left to whoever looks at the demonstration."""
        first, second = self._districts()[:2]
        with self._cast.hub.sessions() as session:
            chosen = AttachedFilter(clinic=self._clinic, district=first)
            count = len(attached_people(session, chosen, self._cast.today, limit=1_000))
        asked = {"clinic": self._clinic, "from_district": first, "district": second}
        _, page = self._operator.fill_in("/mass-changes", "/mass-changes", {**asked, "area_type": "1"})
        self._seen("Массовая смена всего участка: просмотр", page, count, 0)

    def _districts(self) -> list[str]:
        """The districts of the clinic, the greatest first."""
        with self._cast.hub.sessions() as session:
            lines = district_lines(session, [self._clinic], self._cast.today, {})
        own = [line for line in lines if line.area_type == THERAPY and line.code]
        return [line.code for line in sorted(own, key=lambda line: -line.attached)]

    def _seen(self, title: str, page: str, ready: int, wrong: int) -> None:
        shown = self._operator.until(page, "Ждёт выполнения").decode("utf-8")
        numbers = {word: int(count) for count, word in re.findall(r"<b>(\d+)</b><span>.*?</svg>([^<]+)", shown)}
        got = f"к изменению {numbers.get('к изменению')}, с ошибками {numbers.get('с ошибками')}"
        expected = f"к изменению {ready}, с ошибками {wrong}"
        self._show.step(title, f"GET {page}", got, expected=expected, got=got)
