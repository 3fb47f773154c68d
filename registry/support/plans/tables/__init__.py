"""Tables of plans and facts of preventive measures."""

from registry.support.plans.tables.announcements import ClinicContact, PlannedDate, PlanQuantity
from registry.support.plans.tables.facts import ExecutionFact, InDepthPerson, InformingFact, InvoiceFact
from registry.support.plans.tables.plan_row import PlanRow
from registry.support.plans.tables.reported import Reported

__all__ = [
    "ClinicContact",
    "ExecutionFact",
    "InDepthPerson",
    "InformingFact",
    "InvoiceFact",
    "PlanQuantity",
    "PlanRow",
    "PlannedDate",
    "Reported",
]
