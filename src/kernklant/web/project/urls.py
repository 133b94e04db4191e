"""All addresses on one page, in loop order."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, register_converter

from kernklant.web.base import views as base
from kernklant.web.base.access import policy_of, public, signed_in
from kernklant.web.base.addresses import Base36
from kernklant.web.base.office.views import joining, log, outside, own, people, running, teams
from kernklant.web.desk import api as desk_api
from kernklant.web.desk.views import customer, customers, portfolio, undo
from kernklant.web.evaluation import api as evaluation_api
from kernklant.web.evaluation import views as evaluation
from kernklant.web.ledger import api as ledger_api
from kernklant.web.ledger import views as ledger
from kernklant.web.privacy import views as privacy
from kernklant.web.project.api import routes
from kernklant.web.segments import views as segments
from kernklant.web.value import views as value

register_converter(Base36, "base36")
handler500 = "kernklant.web.project.failing.failed"
urlpatterns = [
    path("", base.start, name="start"),
    # Signing in
    path("leeft/", base.alive, name="alive"),
    path("begin/", base.first_visit, name="first_visit"),
    path("in/<str:secret>/", base.sign_in_by_link, name="sign_in_by_link"),
    path("aanmelden/", public(account.login), name="account_login"),
    path("afmelden/", public(account.logout), name="account_logout"),
    path("niet-actief/", public(account.account_inactive), name="account_inactive"),
    path("wachtwoord/vergeten/", public(account.password_reset), name="account_reset_password"),
    path(
        "wachtwoord/vergeten/verstuurd/",
        public(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "wachtwoord/nieuw/<base36:uidb36>-<path:key>/",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "wachtwoord/nieuw/klaar/",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("tweede-stap/", public(mfa.authenticate), name="mfa_authenticate"),
    # One's own account
    path("account/", own.account, name="account"),
    path("account/weergave/", base.looks, name="looks"),
    path("account/overal-af/", own.sign_out_everywhere, name="end_sessions"),
    path("account/waarneming/", own.appoint, name="deputy_add"),
    path("account/waarneming/<int:pk>/stop/", own.dismiss, name="deputy_end"),
    path(
        "account/wachtwoord/kiezen/", signed_in(account.password_set), name="account_set_password"
    ),
    path("account/wachtwoord/", signed_in(account.password_change), name="account_change_password"),
    path("account/zeker-weten/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("account/zeker-weten/code/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/tweede-stap/", signed_in(mfa.index), name="mfa_index"),
    path(
        "account/tweede-stap/app/",
        signed_in(own.after_a_password(totp.activate_totp)),
        name="mfa_activate_totp",
    ),
    path(
        "account/tweede-stap/app/weg/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"
    ),
    path(
        "account/tweede-stap/codes/",
        signed_in(codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/tweede-stap/codes/nieuw/",
        signed_in(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/tweede-stap/codes/bewaren/",
        signed_in(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    # Portfolio and customers
    path("portefeuille/", portfolio.index, name="portfolio"),
    path("klanten/", customers.customers, name="customers"),
    path("klanten/export.<str:kind>", customers.export, name="customers_export"),
    path("klanten/toewijzen/", customers.assign, name="customers_assign"),
    path(
        "klanten/toewijzen/<int:number>/terug/",
        customers.undo_assignment,
        name="customers_assign_undo",
    ),
    path("klanten/lijsten/", customers.keep_view, name="view_keep"),
    path("klanten/lijsten/<int:pk>/weg/", customers.drop_view, name="view_drop"),
    path("klanten/<int:number>/", customer.page_of, name="customer"),
    path("klanten/<int:number>/tijdlijn/", customer.earlier, name="customer_earlier"),
    path("klanten/<int:number>/beoordeling/", customer.rate, name="customer_rate"),
    path("klanten/<int:number>/notities/", customer.write_note, name="customer_note"),
    path("klanten/<int:number>/notities/<int:pk>/weg/", customer.remove_note, name="note_remove"),
    path("klanten/<int:number>/contactpersonen/", customer.add_contact, name="customer_contact"),
    path(
        "klanten/<int:number>/contactpersonen/<int:pk>/",
        customer.change_contact,
        name="contact_change",
    ),
    path(
        "klanten/<int:number>/contactpersonen/<int:pk>/weg/",
        customer.remove_contact,
        name="contact_remove",
    ),
    # Policy
    path("beleid/", value.policy, name="policy"),
    path("beleid/nieuw/", value.begin, name="policy_begin"),
    path("beleid/versies/verschil/", value.choose, name="policy_choose"),
    path("beleid/versies/<int:number>/", value.version, name="policy_version"),
    path("beleid/versies/<int:before>/tegen/<int:after>/", value.against, name="policy_against"),
    path("beleid/concept/<int:pk>/weg/", value.drop, name="draft_drop"),
    path("beleid/concept/<int:pk>/", evaluation.draft, name="draft"),
    path("beleid/concept/<int:pk>/tekst/", evaluation.draft_text, name="draft_text"),
    path("beleid/concept/<int:pk>/gevolg/", evaluation.draft_effect, name="draft_effect"),
    path("beleid/concept/<int:pk>/proef/", evaluation.draft_trial, name="draft_trial"),
    path("beleid/concept/<int:pk>/vaststellen/", evaluation.draft_adopt, name="draft_adopt"),
    # Moves
    path("verschuivingen/", segments.moves, name="moves"),
    path("verschuivingen/besluit/", segments.decide, name="moves_decide"),
    path("verschuivingen/voorstel/", segments.propose, name="moves_propose"),
    path("verschuivingen/vast/", segments.overrides, name="overrides"),
    path("verschuivingen/vast/<int:number>/", segments.fix, name="override_fix"),
    path("verschuivingen/vast/<int:pk>/los/", segments.release, name="override_end"),
    # Evaluations
    path("evaluaties/", evaluation.index, name="evaluations"),
    path("evaluaties/nu/", evaluation.now, name="evaluations_now"),
    path("evaluaties/start/", evaluation.start, name="evaluations_start"),
    path("evaluaties/gevraagd/<int:pk>/stop/", evaluation.stop, name="evaluation_stop"),
    path("evaluaties/<int:run>/", evaluation.one, name="evaluation"),
    path("evaluaties/<int:run>/vergelijk/", evaluation.choose, name="evaluations_choose"),
    path(
        "evaluaties/<int:before>/tegen/<int:after>/",
        evaluation.against,
        name="evaluation_against",
    ),
    # Data
    path("gegevens/", ledger.index, name="imports"),
    path("gegevens/nieuw/", ledger.new, name="import_new"),
    path("gegevens/bestand/<int:pk>/", ledger.one, name="import_file"),
    path("gegevens/bestand/<int:pk>/nu/", ledger.now, name="import_now"),
    path("gegevens/bestand/<int:pk>/kijken/", ledger.look, name="import_look"),
    path("gegevens/bestand/<int:pk>/inlezen/", ledger.land, name="import_land"),
    path("gegevens/bestand/<int:pk>/weg/", ledger.drop, name="import_drop"),
    path(
        "gegevens/bestand/<int:pk>/geweigerd.<str:kind>",
        ledger.would_refuse,
        name="import_would_refuse",
    ),
    path("gegevens/<int:number>/", ledger.receipt, name="import_receipt"),
    path("gegevens/<int:number>/geweigerd.<str:kind>", ledger.rejects, name="import_rejects"),
    path("gegevens/<int:number>/ongedaan/", undo.page_of, name="import_undo"),
    path("gegevens/<int:number>/ongedaan/nu/", ledger.undoing, name="import_undoing"),
    # Privacy
    path("privacy/", privacy.index, name="privacy"),
    path("privacy/lijst/", privacy.listed, name="privacy_listed"),
    path("privacy/register/", privacy.processing, name="privacy_register"),
    path("privacy/opruimen/", privacy.tidy, name="privacy_tidy"),
    path("privacy/<int:number>/", privacy.person, name="privacy_person"),
    path("privacy/<int:number>/uitleg/", privacy.explanation, name="privacy_explanation"),
    path("privacy/<int:number>/export.zip", privacy.export, name="privacy_export"),
    path("privacy/<int:number>/verbeteren/", privacy.correct, name="privacy_correct"),
    path("privacy/<int:number>/bezwaar/", privacy.objection, name="privacy_objection"),
    path("privacy/<int:number>/wissen/", privacy.erase, name="privacy_erase"),
    # Administration
    path("welkom/<str:secret>/", joining.join, name="join"),
    path("beheer/", people.index, name="office"),
    path("beheer/mensen/uitnodigen/", people.invite, name="office_invite"),
    path("beheer/mensen/<int:pk>/", people.one, name="office_member"),
    path("beheer/mensen/<int:pk>/opnieuw/", people.invite_again, name="office_invite_again"),
    path("beheer/mensen/<int:pk>/afmelden/", people.end_sessions, name="office_end_sessions"),
    path("beheer/mensen/<int:pk>/einde/", people.deactivate, name="office_deactivate"),
    path(
        "beheer/mensen/<int:pk>/tweede-stap/",
        people.second_step_away,
        name="office_second_step_away",
    ),
    path("beheer/mensen/<int:pk>/terug/", people.reactivate, name="office_reactivate"),
    path("beheer/teams/", teams.index, name="office_teams"),
    path("beheer/teams/maken/", teams.make, name="office_team_make"),
    path("beheer/teams/<int:pk>/naam/", teams.rename, name="office_team_rename"),
    path("beheer/teams/<int:pk>/weg/", teams.remove, name="office_team_remove"),
    path("beheer/waarneming/", teams.appoint, name="office_deputy_appoint"),
    path("beheer/waarneming/<int:pk>/weg/", teams.dismiss, name="office_deputy_remove"),
    path("beheer/tokens/", outside.tokens, name="office_tokens"),
    path("beheer/tokens/<int:pk>/weg/", outside.revoke, name="office_token_revoke"),
    path("beheer/webhooks/", outside.webhooks, name="office_webhooks"),
    path("beheer/webhooks/<int:pk>/", outside.webhook, name="office_webhook"),
    path("beheer/webhooks/<int:pk>/proef/", outside.try_it, name="office_webhook_try"),
    path("beheer/webhooks/<int:pk>/einde/", outside.end, name="office_webhook_end"),
    path("beheer/logboek/", log.index, name="office_log"),
    path("beheer/logboek/export/", log.export, name="office_log_export"),
    path("beheer/logboek/controle/", log.check, name="office_log_check"),
    path("beheer/instellingen/", running.settings, name="office_settings"),
    path("beheer/gezondheid/", running.well, name="office_health"),
    path("beheer/taken/", running.jobs, name="office_work"),
    path("beheer/taken/<str:kind>/<int:pk>/opnieuw/", running.retry, name="office_work_retry"),
    path("beheer/taken/<str:kind>/<int:pk>/stop/", running.cancel, name="office_work_cancel"),
    # The API
    *routes(desk_api.router, evaluation_api.router, ledger_api.router),
]

for _route in urlpatterns:
    if policy_of(_route.callback) is None:
        raise RuntimeError(f"{_route.pattern} says not who may see it (base/access.py)")
