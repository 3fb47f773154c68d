"""Tables of the regional registry. Codes of organisations are plain text: unknown ones are kept, never refused."""

from registry.insured.tables.application import Address, Application
from registry.insured.tables.attachment import Attachment, District, DistrictDoctor
from registry.insured.tables.contact import Contact
from registry.insured.tables.dated import Dated
from registry.insured.tables.history import DeathFact, PersonEnp, PersonHistory, PersonStatus
from registry.insured.tables.key import FormerForm, KeyRebuild, PersonKey
from registry.insured.tables.link import DuplicateSearch, PersonLead, PersonLink, PersonLinkStep
from registry.insured.tables.notice import AttachmentAct, DepartureNotice, DetachmentNotice
from registry.insured.tables.person import IdentityDocument, Person, PersonVersion, Snils
from registry.insured.tables.policy import Insurance, Policy
from registry.insured.tables.representative import Representative

__all__ = [
    "Address",
    "Application",
    "Attachment",
    "AttachmentAct",
    "Contact",
    "Dated",
    "DeathFact",
    "DepartureNotice",
    "DetachmentNotice",
    "District",
    "DistrictDoctor",
    "DuplicateSearch",
    "FormerForm",
    "IdentityDocument",
    "Insurance",
    "KeyRebuild",
    "Person",
    "PersonEnp",
    "PersonHistory",
    "PersonKey",
    "PersonLead",
    "PersonLink",
    "PersonLinkStep",
    "PersonStatus",
    "PersonVersion",
    "Policy",
    "Representative",
    "Snils",
]
