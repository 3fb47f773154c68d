"""Kinds of plans and facts of preventive measures."""

from registry.support.plans.kinds.announcements import CLINIC_CONTACT, PLAN_QUANTITY, PLANNED_DATE
from registry.support.plans.kinds.facts import EXECUTION_FACT, IN_DEPTH_PERSON, INFORMING_FACT, INVOICE_FACT
from registry.support.plans.kinds.plan_row import PLAN_ROW

KINDS = (
    CLINIC_CONTACT,
    PLANNED_DATE,
    PLAN_QUANTITY,
    PLAN_ROW,
    INFORMING_FACT,
    EXECUTION_FACT,
    INVOICE_FACT,
    IN_DEPTH_PERSON,
)
