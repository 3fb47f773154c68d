"""Plans and facts as DCExchangeSrv writes them: elements in the contract's own order (clause 4.4)."""

from __future__ import annotations

from registry.core.forms import DAY_MOMENT, INT
from registry.core.spellings import group, spell, tag
from registry.insured.spellings.person import DCX_PERSON, complete_enp
from registry.support.plans.kinds.announcements import CLINIC_CONTACT, PLAN_QUANTITY, PLANNED_DATE
from registry.support.plans.kinds.announcements import ContactRecord as C
from registry.support.plans.kinds.announcements import PlannedDateRecord as D
from registry.support.plans.kinds.announcements import QuantityRecord as Q
from registry.support.plans.kinds.facts import EXECUTION_FACT, IN_DEPTH_PERSON, INFORMING_FACT, INVOICE_FACT
from registry.support.plans.kinds.facts import ExecutionRecord as E
from registry.support.plans.kinds.facts import InDepthRecord as U
from registry.support.plans.kinds.facts import InformingRecord as I
from registry.support.plans.kinds.facts import InvoiceRecord as B
from registry.support.plans.kinds.plan_row import PLAN_ROW
from registry.support.plans.kinds.plan_row import PlanRecord as P

SPELLINGS = (
    spell(
        PLAN_QUANTITY,
        "dcx",
        "evPlanQuantity",
        tag("rid", Q.number, always=True),
        tag("kind", Q.event_kind, INT, always=True),
        tag("kind2", Q.second_kind, INT, always=True),
        tag("year", Q.year, INT, always=True),
        tag("mnth", Q.month, INT, always=True),
        tag("code_mo", Q.clinic),
        tag("quantity", Q.quantity, INT, always=True),
        name="plan_quantity",
    ),
    spell(
        CLINIC_CONTACT,
        "dcx",
        "evContact",
        tag("rid", C.number, always=True),
        tag("code_mo", C.clinic),
        tag("phone", C.phone),
        tag("comment", C.comment),
        name="putEvContacts",
    ),
    spell(
        PLANNED_DATE,
        "dcx",
        "evPlanDate",
        tag("rid", D.number, always=True),
        tag("code_mo", D.clinic),
        tag("kind", D.event_kind, INT, always=True),
        tag("evdt", D.held_on, DAY_MOMENT),
        tag("meth", D.event_method, INT, always=True),
        tag("comment", D.comment),
        tag("address", D.address),
        name="putEvPlanDates",
    ),
    spell(
        PLAN_ROW,
        "dcx",
        "evPlan",
        tag("rid", P.number, always=True),
        tag("kind", P.event_kind, INT, always=True),
        tag("year", P.year, INT, always=True),
        tag("mnth", P.month, INT, always=True),
        tag("code_mo", P.clinic, always=True, default=""),
        tag("dfSection", P.district, always=True, default=""),
        tag("category", P.category, INT, always=True),
        tag("mkbx", P.mkb),
        tag("mkbxdate", P.mkb_on, DAY_MOMENT),
        tag("mkbxstts", P.mkb_status, INT),
        tag("mkbxmeth", P.mkb_method, INT),
        tag("doc_ss", P.doctor_snils),
        tag("opcode", P.action_code, INT),
        group("person", *DCX_PERSON, must=True),
        name="putEvPlanList",
        arrange=complete_enp,
    ),
    spell(
        INFORMING_FACT,
        "dcx",
        "evFactInfo",
        tag("rid", I.number, always=True),
        tag("smo_code", I.informer),
        tag("code_mo", I.clinic),
        tag("infodate", I.informed_on, DAY_MOMENT),
        tag("infometh", I.inform_method, INT, always=True),
        tag("infostep", I.inform_step, INT, always=True),
        tag("inforslt", I.inform_result, INT, always=True),
        group("person", *DCX_PERSON),
        name="putEvFactInfos",
        arrange=complete_enp,
    ),
    spell(
        EXECUTION_FACT,
        "dcx",
        "evFactExec",
        tag("rid", E.number, always=True),
        tag("code_mo", E.clinic),
        tag("execdate", E.executed_on, DAY_MOMENT),
        tag("execstep", E.execution_step, INT, always=True),
        tag("execmeth", E.event_method, INT, always=True),
        tag("prevdate", E.previous_on, DAY_MOMENT),
        group("person", *DCX_PERSON),
        name="putEvFactExecs",
        arrange=complete_enp,
    ),
    spell(
        INVOICE_FACT,
        "dcx",
        "evFactInvc",
        tag("rid", B.number, always=True),
        tag("year", B.year, INT, always=True),
        tag("mnth", B.month, INT, always=True),
        tag("code_mo", B.clinic),
        tag("smo_code", B.payer),
        tag("invcdatn", B.case_from, DAY_MOMENT),
        tag("invcdato", B.case_to, DAY_MOMENT),
        tag("invcdate", B.invoiced_on, DAY_MOMENT),
        tag("invcstts", B.invoice_stage, INT, always=True),
        tag("ishob", B.outcome),
        tag("q_g", B.mark),
        tag("mkbx", B.mkb),
        tag("pr_d_n", B.observed),
        tag("mkbxs", B.other_mkb),
        tag("pr_ds_n", B.other_observed),
        group("person", *DCX_PERSON),
        name="invoice_fact",
    ),
    spell(
        IN_DEPTH_PERSON,
        "dcx",
        "evUdvnStat",
        tag("rid", U.number, always=True),
        group("person", *DCX_PERSON),
        name="in_depth_person",
    ),
)
