"""Entries of the log as sentences: one for each key there is, in both languages.

``{who}`` did it; ``{about}`` is the thing; other names are values of the entry's data.
"""

from __future__ import annotations

from kernklant.engine.errors import Text
from kernklant.web.base.models.webhooks import Event

SENTENCES: dict[str, Text] = {
    # People
    "member.first": Text("{who} is de eerste beheerder", "{who} is the first administrator"),
    "member.invited": Text(
        "{who} nodigde {about} uit als {role}", "{who} invited {about} as {role}"
    ),
    "member.invited_again": Text(
        "{who} nodigde {about} opnieuw uit", "{who} invited {about} again"
    ),
    "member.joined": Text("{who} nam de uitnodiging aan", "{who} accepted the invitation"),
    "member.changed": Text("{who} wijzigde {about}: {fields}", "{who} changed {about}: {fields}"),
    "member.deactivated": Text(
        "{who} beëindigde de toegang van {about}", "{who} ended the access of {about}"
    ),
    "member.reactivated": Text("{who} liet {about} weer toe", "{who} let {about} in again"),
    "member.sessions_ended": Text(
        "{who} meldde {about} overal af", "{who} signed {about} out everywhere"
    ),
    "member.second_step_removed": Text(
        "{who} haalde de tweede stap van {about} weg", "{who} removed the second step of {about}"
    ),
    "link.issued": Text(
        "Er is een link gemaakt waarmee {about} zich één keer aanmeldt",
        "A link was made that signs {about} in once",
    ),
    "link.used": Text("{who} meldde zich aan met een link", "{who} signed in by a link"),
    "team.made": Text("{who} maakte het team {name}", "{who} made the team {name}"),
    "team.renamed": Text("{who} noemde een team {name}", "{who} named a team {name}"),
    "team.removed": Text("{who} haalde het team {name} weg", "{who} removed the team {name}"),
    "deputy.appointed": Text(
        "{who} liet {deputy} waarnemen voor {about}, {starts_on} t/m {ends_on}",
        "{who} let {deputy} stand in for {about}, {starts_on} to {ends_on}",
    ),
    "deputy.removed": Text(
        "{who} beëindigde de waarneming door {deputy} voor {about}",
        "{who} ended {deputy} standing in for {about}",
    ),
    # Customers
    "customer.read": Text("{who} bekeek {about}", "{who} looked at {about}"),
    "customer.rated": Text(
        "{who} beoordeelde {about} op {criterion}: {score}",
        "{who} rated {about} on {criterion}: {score}",
    ),
    "customer.rating_taken_back": Text(
        "{who} nam zijn beoordeling van {about} op {criterion} terug",
        "{who} took the rating of {about} on {criterion} back",
    ),
    "customers.exported": Text("{who} exporteerde klanten", "{who} exported customers"),
    "customers.assigned": Text("{who} gaf klanten aan {about}", "{who} gave customers to {about}"),
    "customers.assignment_undone": Text(
        "{who} draaide een toewijzing terug: {customers} klanten",
        "{who} took an assignment back: {customers} customers",
    ),
    "note.written": Text("{who} schreef een notitie bij {about}", "{who} wrote a note on {about}"),
    "note.removed": Text(
        "{who} haalde een notitie weg bij {about}", "{who} removed a note from {about}"
    ),
    "contact.added": Text(
        "{who} legde een contactpersoon vast bij {about}", "{who} added a contact person to {about}"
    ),
    "contact.changed": Text(
        "{who} wijzigde een contactpersoon van {about}",
        "{who} changed a contact person of {about}",
    ),
    "contact.removed": Text(
        "{who} haalde een contactpersoon weg bij {about}",
        "{who} removed a contact person from {about}",
    ),
    "view.kept": Text("{who} bewaarde een lijst", "{who} kept a list"),
    "view.dropped": Text("{who} haalde een bewaarde lijst weg", "{who} dropped a kept list"),
    # The policy
    "policy.drafted": Text("{who} begon een concept, {about}", "{who} began a draft, {about}"),
    "policy.changed": Text("{who} wijzigde {about}", "{who} changed {about}"),
    "policy.dropped": Text("{who} gooide {about} weg", "{who} threw {about} away"),
    "policy.adopted": Text(
        "{who} stelde {about} vast als versie {number}", "{who} adopted {about} as version {number}"
    ),
    # Segments
    "move.proposed": Text(
        "{who} stelde over {about} naar {to} voor: {decision}",
        "{who} proposed on {about} to {to}: {decision}",
    ),
    "move.decided": Text(
        "{who} besloot over {about} naar {to}: {decision} ({together} samen, {looked_at} bekeken)",
        "{who} decided on {about} to {to}: {decision} ({together} at once, {looked_at} looked at)",
    ),
    "segment.fixed": Text(
        "{who} zette {about} vast op {segment} t/m {until}",
        "{who} fixed {about} at {segment} until {until}",
    ),
    "segment.released": Text(
        "{who} liet het segment van {about} los", "{who} released the segment of {about}"
    ),
    # Evaluations
    "evaluation.asked": Text("{who} vroeg {about} aan", "{who} asked for {about}"),
    "evaluation.cancelled": Text("{who} stopte {about}", "{who} stopped {about}"),
    "evaluation.done": Text("{about} is klaar, nummer {run}", "{about} is done, number {run}"),
    # Files
    "import.received": Text(
        "{who} bracht {about} binnen ({size} bytes)", "{who} brought in {about} ({size} bytes)"
    ),
    "import.changed": Text(
        "{who} zei hoe {about} gelezen moet worden", "{who} said how {about} is to be read"
    ),
    "import.asked": Text("{who} liet {about} inlezen", "{who} had {about} imported"),
    "import.cancelled": Text("{who} stopte met {about}", "{who} stopped with {about}"),
    "import.done": Text(
        "{about} is ingelezen als import {number}: {accepted} nieuw, {known} bekend, "
        "{rejected} geweigerd",
        "{about} was imported as import {number}: {accepted} new, {known} known, "
        "{rejected} refused",
    ),
    "import.rejects_read": Text(
        "{who} haalde de geweigerde regels van import {number} op",
        "{who} took the refused rows of import {number}",
    ),
    "import.trial_rejects_read": Text(
        "{who} haalde op wat bij de proef van {about} geweigerd werd",
        "{who} took what the trial of {about} refused",
    ),
    "import.undo_asked": Text(
        "{who} liet import {number} ongedaan maken", "{who} had import {number} undone"
    ),
    "import.undone": Text(
        "Import {number} is ongedaan gemaakt: {rows} regels weg",
        "Import {number} was undone: {rows} rows gone",
    ),
    # Privacy
    "person.searched": Text("{who} zocht een persoon", "{who} searched for a person"),
    "person.read": Text(
        "{who} bekeek wat wij van {about} hebben", "{who} looked at what we hold of {about}"
    ),
    "person.explained": Text(
        "{who} opende de uitleg voor {about}", "{who} opened the explanation for {about}"
    ),
    "person.exported": Text("{who} exporteerde alles van {about}", "{who} exported all of {about}"),
    "person.list_exported": Text(
        "{who} exporteerde alles van {customers} klanten",
        "{who} exported all of {customers} customers",
    ),
    "person.corrected": Text(
        "{who} verbeterde gegevens van {about}: {fields}",
        "{who} corrected data of {about}: {fields}",
    ),
    "person.objected": Text(
        "{who} legde vast dat {about} bezwaar maakt", "{who} wrote down that {about} objects"
    ),
    "person.withdrew": Text(
        "{who} legde vast dat {about} het bezwaar introk",
        "{who} wrote down that {about} took the objection back",
    ),
    "person.erasure_asked": Text(
        "{who} vroeg om {about} te wissen", "{who} asked to erase {about}"
    ),
    "person.erased": Text("De gegevens van {about} zijn gewist", "The data of {about} are erased"),
    "terms.tidied": Text(
        "{who} ruimde op wat te lang bewaard was: {rows} regels",
        "{who} cleaned up what was kept too long: {rows} rows",
    ),
    # Settings and jobs
    "setting.changed": Text(
        "{who} veranderde {about} van {before} in {now}",
        "{who} changed {about} from {before} to {now}",
    ),
    "job.retried": Text("{who} liet {about} opnieuw doen", "{who} had {about} done again"),
    "job.cancelled": Text("{who} stopte {about}", "{who} stopped {about}"),
    # The API and webhooks
    "token.made": Text(
        "{who} maakte voor {about} het API-token {name} ({scopes}), {days} dagen geldig",
        "{who} made the API token {name} ({scopes}) for {about}, valid for {days} days",
    ),
    "token.revoked": Text(
        "{who} trok het API-token {name} van {about} in",
        "{who} revoked the API token {name} of {about}",
    ),
    "webhook.made": Text("{who} maakte {about} voor {events}", "{who} made {about} for {events}"),
    "webhook.ended": Text("{who} beëindigde {about}", "{who} ended {about}"),
    "webhook.tried": Text("{who} stuurde {about} een proef", "{who} sent {about} a trial"),
    # The log itself
    "log.exported": Text("{who} exporteerde het logboek", "{who} exported the log"),
}
# The things an entry can be about; a kind that stands not here is told as it is.
THINGS: dict[str, Text] = {
    "customer": Text("klant {n}", "customer {n}"),
    "customers": Text("klanten", "customers"),
    "erasure": Text("verzoek om te wissen {n}", "request to erase {n}"),
    "delivery": Text("webhook-bericht {n}", "webhook message {n}"),
    "evaluation": Text("evaluatie-aanvraag {n}", "evaluation request {n}"),
    "import": Text("bestand {n}", "file {n}"),
    "log": Text("regel {n} van het logboek", "line {n} of the log"),
    "member": Text("gebruiker {n}", "user {n}"),
    "policy": Text("beleid {n}", "policy {n}"),
    "setting": Text("instelling {n}", "setting {n}"),
    "team": Text("team {n}", "team {n}"),
    "undo": Text("ongedaan maken {n}", "undo {n}"),
    "view": Text("lijst {n}", "list {n}"),
    "webhook": Text("webhook {n}", "webhook {n}"),
}
NOBODY = Text("Kernklant", "Kernklant")
FIELDS: dict[str, Text] = {
    "name": Text("naam", "name"),
    "role": Text("rol", "role"),
    "team": Text("team", "team"),
    "ledger_name": Text("naam in de gegevens", "name in the data"),
    "email": Text("e-mailadres", "e-mail address"),
    "phone": Text("telefoonnummer", "phone number"),
    "postcode": Text("postcode", "postal code"),
    "city": Text("plaats", "city"),
}
SETTINGS = {
    "name": Text("Naam van het bedrijf", "Name of the company"),
    "currency": Text("Munt", "Currency"),
    "holidays": Text("Feestdagen van", "Holidays of"),
    "sign_off": Text("Wat getekend moet worden", "What needs a signature"),
    "evaluate_every": Text("Hoe vaak evalueren", "How often to evaluate"),
    "tidy_daily": Text(
        "Verwijder elke dag vanzelf wat over zijn bewaartermijn is",
        "Remove every day by itself what is past its term",
    ),
    "mfa_roles": Text("Wie een tweede stap nodig heeft", "Who needs a second step"),
}
EVENTS: dict[str, Text] = {
    Event.SEGMENT_CHANGED: Text(
        "van een klant verandert het segment dat geldt",
        "the segment in force of a customer changes",
    ),
    Event.EVALUATION_DONE: Text("een evaluatie is klaar", "an evaluation is done"),
}
# Names of ours among the values of an entry.
DECISIONS = {
    "accepted": Text("getekend", "signed"),
    "refused": Text("geweigerd", "refused"),
}
MOVES = {
    "into_a": Text("een klant wordt kernklant (A)", "a customer becomes a core customer (A)"),
    "out_of_a": Text("een kernklant gaat uit A", "a core customer leaves A"),
    "exit": Text("een voorstel om een klant uit te faseren", "a proposal to offboard a customer"),
}
WORDS = {**FIELDS, **EVENTS, **DECISIONS, **MOVES}
ON, OFF = Text("aan", "on"), Text("uit", "off")
