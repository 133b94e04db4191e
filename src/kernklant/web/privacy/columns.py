"""The privacy class of every column of the web's own tables, and what each table is kept for.

``P``: personal, ``C``: confidential, ``O``: other. A test refuses a column that stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model

from kernklant.engine.errors import Text
from kernklant.engine.ledger.privacy import AGREEMENT, INTEREST, Kept, Line
from kernklant.engine.ledger.privacy import KEPT as LEDGER
from kernklant.web.privacy.names import TECHNICAL, WORDS

WORK = Text("arbeidsovereenkomst (art. 6.1 b)", "contract of employment (6.1 b)")
SECURITY = Text("gerechtvaardigd belang: beveiliging (art. 6.1 f)",
                "legitimate interest: security (6.1 f)")  # fmt: skip
JOB = (
    "id state key asked_by asked_at started_at ended_at lease lease_until attempts cancel_asked "
    "done_share step_nl step_en error_nl error_en"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table is called and kept for, and its columns by class."""

    words: Text
    kept: Kept
    p: str = ""
    c: str = ""
    o: str = ""

    def classes(self) -> dict[str, str]:
        """The class of each column."""
        told = (("P", self.p), ("C", self.c), ("O", self.o))
        return {name: letter for letter, names in told for name in names.split()}


def _kept(ground: Text, *, nl: tuple[str, str], en: tuple[str, str]) -> Kept:
    """Purpose and term in both languages."""
    return Kept(Text(nl[0], en[0]), ground, Text(nl[1], en[1]))


MEMBERS = _kept(
    WORK,
    nl=("weten wie met Kernklant werkt", "zolang iemand er werkt; zijn naam blijft bij besluiten"),
    en=("knowing who works here", "as long as somebody works here; his name stays with decisions"),
)
GUARD = _kept(
    SECURITY,
    nl=("inbraak herkennen", "tot een jaar nadat het ophield te gelden"),
    en=("recognising a break-in", "until a year after it ceased to count"),
)
TASKS = _kept(
    INTEREST,
    nl=("werk uitvoeren dat gevraagd is", "zolang de evaluatie bestaat"),
    en=("doing work that was asked", "as long as the evaluation exists"),
)
RULES = _kept(
    INTEREST,
    nl=("vastleggen hoe wordt ingedeeld", "onbeperkt; er staan geen klanten in"),
    en=("writing down how customers are divided", "for good; it names no customers"),
)
MACHINE = _kept(
    SECURITY,
    nl=("de toepassing laten werken", "zolang het nodig is"),
    en=("keeping the application running", "as long as it is needed"),
)
NOTES = _kept(
    AGREEMENT,
    nl=("onthouden wat met de klant is besproken", "zolang hij klant is"),
    en=("remembering what was discussed", "as long as he is a customer"),
)
DECISIONS = _kept(
    INTEREST,
    nl=("nagaan wie over een klant besloot", "zolang de evaluatie bestaat"),
    en=("seeing who decided about a customer", "as long as the evaluation exists"),
)
AUDIT = _kept(
    SECURITY,
    nl=("nagaan wie wat zag en deed", "onbeperkt; er staan alleen nummers in"),
    en=("seeing who saw and did what", "for good; it holds numbers only"),
)
MESSAGES = _kept(
    INTEREST,
    nl=("andere programma's bericht geven", "tot het bericht aankwam, hoogstens 30 dagen"),
    en=("telling other programs", "until the message arrived, 30 days at most"),
)
UPLOADS = _kept(
    AGREEMENT, nl=("een bestand inlezen", "30 dagen"), en=("importing a file", "30 days")
)

TABLES: dict[str, Columns] = {
    "ledger.Customer": Columns(
        Text("klantenlijst", "list of customers"), LEDGER["customers"],
        p="source_no name email phone",
        c="number kind prospect sector employees region city country acquired_on insolvent_on "
        "group ledger_manager manager stand_in",
    ),
    "ledger.ContactPerson": Columns(
        Text("contactpersonen", "contact persons"), NOTES,
        p="name function email phone remark", c="customer", o="id",
    ),
    "ledger.Note": Columns(Text("notities", "notes"), NOTES, p="text", c="customer by at", o="id"),
    "ledger.Assignment": Columns(
        Text("accountmanager", "account manager"), NOTES, c="customer manager stand_in since"
    ),
    "value.Rating": Columns(
        Text("beoordelingen", "ratings"), LEDGER["ratings"], c="customer criterion by score at",
        o="id",
    ),
    "segments.Standing": Columns(
        Text("hoe hij staat", "how he stands"), DECISIONS, p="name",
        c="customer city sector region prospect manager stand_in segment waits computed previous "
        "moved since exit_proposed reason score score_low score_high evidence p_a p_becomes_a clv "
        "clv_low clv_high clv_after_service revenue_12m contribution_12m cost_to_serve_12m "
        "hours_12m hours_before potential value_at_risk watch insolvent last_order_on satisfaction "
        "nps_class",
    ),
    "segments.SegmentMove": Columns(
        Text("verschuivingen", "moves"), DECISIONS, p="why proposed_why",
        c="customer from_segment to_segment cause decision decided_by decided_at look_again_on "
        "together looked_at proposed proposed_by proposed_at", o="id evaluation",
    ),
    "segments.Override": Columns(
        Text("vastgezette segmenten", "fixed segments"), DECISIONS, p="why",
        c="customer segment by at until ended_at", o="id",
    ),
    "ledger.Import": Columns(
        Text("ingelezen bestanden", "imported files"), UPLOADS, p="findings",
        c="file_name settings receipts",
        o=JOB + " stored_as sha256 size stage looks import_no undone_at",
    ),
    "ledger.Undo": Columns(
        Text("teruggedraaide imports", "imports taken back"), UPLOADS, c="told",
        o=JOB + " import_no",
    ),
    "ledger.Recipe": Columns(
        Text("hoe bestanden gelezen worden", "how files are read"), RULES, c="settings by",
        o="id source headers at",
    ),
    "ledger.Copies": Columns(
        Text("stand van de kopieën", "state of the copies"), MACHINE,
        o="id versions run people day tallies decisions counted made_at",
    ),
    "value.Policy": Columns(
        Text("beleid", "policy"), RULES,
        c="text title why made_by adopted_by",
        o="id number key based_on made_at changed_at adopted_at",
    ),
    "value.Evaluation": Columns(
        Text("evaluaties", "evaluations"), TASKS, c="asked figures", o=JOB + " as_of policy run"
    ),
    "value.Preview": Columns(
        Text("gevolgen van concepten", "effects of drafts"), TASKS,
        c="asked answer present summary text", o=JOB + " draft basis",
    ),
    "privacy.Erasure": Columns(
        Text("verzoeken om te wissen", "requests to erase"), AUDIT, c="customers done", o=JOB
    ),
    "desk.SavedView": Columns(
        Text("bewaarde lijsten", "kept lists"), MACHINE, p="query", c="member name", o="id shared"
    ),
    "base.Member": Columns(
        Text("gebruikers", "users"), MEMBERS, p="email name ledger_name",
        c="password last_login role team is_active joined_at sessions_valid_from",
        o="id language theme",
    ),
    "base.Team": Columns(Text("teams", "teams"), MEMBERS, o="id name"),
    "base.Deputy": Columns(
        Text("waarneming", "stand-ins"), MEMBERS, c="member absent starts_on ends_on", o="id"
    ),
    "base.LogEntry": Columns(
        Text("logboek", "log"), AUDIT, p="where", c="by about data at what", o="number chain"
    ),
    "base.Token": Columns(
        Text("tokens", "tokens"), GUARD, c="member digest name last_seen_at",
        o="id purpose scopes made_at ends_at used_at revoked_at minute used_in_minute",
    ),
    "base.Reply": Columns(
        Text("herhaalde verzoeken", "repeated requests"), MACHINE, c="token asked",
        o="id key made at",
    ),
    "base.Setting": Columns(Text("instellingen", "settings"), MACHINE, o="key value"),
    "base.Beat": Columns(Text("processen", "processes"), MACHINE, o="name at"),
    "base.Webhook": Columns(
        Text("webhooks", "webhooks"), MESSAGES, c="url secret made_by",
        o="id events made_at ended_at",
    ),
    "base.Delivery": Columns(
        Text("berichten aan webhooks", "messages to webhooks"), MESSAGES, p="told",
        o=JOB + " webhook event due_at status",
    ),
    "auth.Permission": Columns(
        Text("rechten van Django", "permissions of Django"), MACHINE,
        o="id name content_type codename",
    ),
    "auth.Group": Columns(Text("groepen van Django", "groups of Django"), MACHINE, o="id name"),
    "contenttypes.ContentType": Columns(
        Text("soorten van Django", "kinds of Django"), MACHINE, o="id app_label model"
    ),
    "sessions.Session": Columns(
        Text("sessies", "sessions"), GUARD, c="session_data", o="session_key expire_date"
    ),
    "account.EmailAddress": Columns(
        Text("adressen van gebruikers", "addresses of users"), MEMBERS, p="email",
        c="user verified primary", o="id",
    ),
    "account.EmailConfirmation": Columns(
        Text("bevestigingen", "confirmations"), MEMBERS, c="email_address key",
        o="id created sent",
    ),
    "mfa.Authenticator": Columns(
        Text("tweede stap", "second step"), MEMBERS, c="user data",
        o="id type created_at last_used_at",
    ),
    "axes.AccessAttempt": Columns(
        Text("pogingen om aan te melden", "attempts at signing in"), GUARD,
        p="username ip_address get_data post_data",
        c="user_agent http_accept path_info attempt_time failures_since_start", o="id",
    ),
    "axes.AccessAttemptExpiration": Columns(
        Text("einde van een blokkade", "end of a lock"), GUARD, o="access_attempt expires_at"
    ),
    "axes.AccessLog": Columns(
        Text("aanmeldingen", "sign-ins"), GUARD, p="username ip_address",
        c="user_agent http_accept path_info attempt_time logout_time session_hash", o="id",
    ),
    "axes.AccessFailureLog": Columns(
        Text("mislukte aanmeldingen", "failed sign-ins"), GUARD, p="username ip_address",
        c="user_agent http_accept path_info attempt_time locked_out", o="id",
    ),
}  # fmt: skip


def label_of(model: type[Model]) -> str:
    """How a table is called here."""
    return f"{model._meta.app_label}.{model.__name__}"


def unclassified() -> list[str]:
    """Columns of the web's tables that stand in no class; there should be none."""
    missing = []
    for model in apps.get_models():
        told = TABLES[label_of(model)].classes() if label_of(model) in TABLES else {}
        missing += [
            f"{label_of(model)}.{field.name}"
            for field in model._meta.concrete_fields
            if field.name not in told
        ]
    return missing


def nameless() -> list[str]:
    """Columns about somebody that have no name for people; there should be none."""
    return [
        f"{label}.{column}"
        for label, table in TABLES.items()
        for column, privacy in table.classes().items()
        if privacy != "O" and column not in WORDS
    ]


def processing() -> Iterator[Line]:
    """The register of the web: a line per column."""
    for label, table in TABLES.items():
        for column, privacy in table.classes().items():
            meaning = WORDS[column] if privacy != "O" else TECHNICAL
            yield Line(f"web {label}", table.words, column, meaning, privacy, table.kept)
