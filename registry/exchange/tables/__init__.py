"""Tables of the exchange: who takes part, what came, what became of it, what goes out."""

from registry.exchange.tables.api import ApiKey, Upload, UploadPiece
from registry.exchange.tables.backup import BackupRun
from registry.exchange.tables.description import CheckSwitch, FileMask, LayoutChoice, LayoutField
from registry.exchange.tables.insurer_file import InsurerFile
from registry.exchange.tables.journal import AuditEntry, JournalEntry
from registry.exchange.tables.organisation import Account, Channel, ChannelSender, Organisation, OrganisationCode
from registry.exchange.tables.outgoing import OutgoingPacket
from registry.exchange.tables.packet import (
    ChangeRow,
    Content,
    ExchangeObject,
    FindingRow,
    Packet,
    PacketKey,
    RecordRow,
)
from registry.exchange.tables.queue import Job, OutboxMessage, QueueMessage
from registry.exchange.tables.security import AccountSecret, Certificate, RoleRight, UsedNonce
from registry.exchange.tables.sending import Sending
from registry.exchange.tables.setting import Secret, Setting, SettingChange

__all__ = [
    "Account",
    "AccountSecret",
    "ApiKey",
    "AuditEntry",
    "BackupRun",
    "Certificate",
    "ChangeRow",
    "Channel",
    "ChannelSender",
    "CheckSwitch",
    "Content",
    "ExchangeObject",
    "FileMask",
    "FindingRow",
    "InsurerFile",
    "Job",
    "JournalEntry",
    "LayoutChoice",
    "LayoutField",
    "Organisation",
    "OrganisationCode",
    "OutboxMessage",
    "OutgoingPacket",
    "Packet",
    "PacketKey",
    "QueueMessage",
    "RecordRow",
    "RoleRight",
    "Secret",
    "Sending",
    "Setting",
    "SettingChange",
    "Upload",
    "UploadPiece",
    "UsedNonce",
]
