"""The API as a whole: one address, problems in words, its description, and a page about it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

from kernklant.engine.errors import Text, UserError
from kernklant.web.base.access import signed_in
from kernklant.web.base.bearer import (
    NOT_UNDERSTOOD,
    SEE_ERRORS,
    Problem,
    asks_language,
    no_token,
)
from kernklant.web.project.wrong import PREFIX, answer, finding, status_of

BEARER = "bearer"  # the policy of every address of the API: base/bearer.py lets in


class Api(NinjaAPI):
    """Names its operations as our functions are called."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function."""
        return str(operation.view_func.__name__)


api = Api(
    title="Kernklant",
    version="1",
    description="Customers with their value, segment and reasons; evaluations; ratings; notes.",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
NO_JSON = Text(
    "De inhoud is geen JSON; er is niets veranderd.", "The body is no JSON; nothing was changed."
)
NOT_THERE = Text("Dit is er niet", "This is not there")
NOT_YOURS = Text(
    "Er is geen klant of evaluatie met dit nummer, of zij is niet voor deze gebruiker.",
    "There is no customer or evaluation of this number, or it is not for this user.",
)


def routes(*routers: Router) -> list[URLPattern]:
    """The addresses of the API, each with its policy, and of its description."""
    for router in routers:
        api.add_router("", router)
    found = []
    for one in api.urls[0]:
        if isinstance(one, URLPattern) and one.name != "api-root":
            view: Any = one.callback
            view.policy = BEARER
            found.append(path(f"{PREFIX}{one.pattern}", view, name=f"api_{one.name}"))
    return [
        path(PREFIX, reference, name="api_reference"),
        path(f"{PREFIX}openapi.json", openapi, name="api_openapi"),
        *found,
    ]


@signed_in
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for machines."""
    return JsonResponse(described())


@signed_in
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The description for people: every address, what it takes and gives, and an example."""
    operations = [
        {
            "named": f"{method.upper()} {where}",
            "description": told["description"].replace("`", ""),
            "parameters": [_in_words(one) for one in told.get("parameters", [])],
        }
        for where, methods in described()["paths"].items()
        for method, told in methods.items()
    ]
    address = settings.ORIGIN.geturl()
    example = f'curl -H "Authorization: Bearer TOKEN" {address}/{PREFIX}customers?segment=A'
    told = {"operations": operations, "example": example, "limit": settings.API_A_MINUTE}
    return render(request, "office/api.html", told)


def described() -> dict[str, Any]:
    """OpenAPI 3.1, with the problems that every address can answer with."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    found["servers"] = [{"url": settings.ORIGIN.geturl()}]
    found["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for methods in found["paths"].values():
        for told in methods.values():
            for status, words in PROBLEMS.items():
                content = {"application/problem+json": {"schema": {"$ref": REF}}}
                told["responses"][status] = {"description": words, "content": content}
    return found


def _in_words(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter of the description, with the values it can have."""
    schema = parameter["schema"]
    kinds = [schema, schema.get("items", {}), *schema.get("anyOf", [])]
    values: list[str] = next((kind["enum"] for kind in kinds if "enum" in kind), [])
    told = parameter.get("description", "").replace("`", "")
    return {**parameter, "description": told, "values": ", ".join(values)}


REF = "#/components/schemas/Problem"
PROBLEMS = {
    "400": "not JSON",
    "401": "no valid token",
    "403": "the token or its user may not do this",
    "404": "not there, or not for this user",
    "422": "the request is not right",
    "429": "too many requests; see Retry-After",
    "503": "the database or the data cannot be reached now; see Retry-After",
    "507": "the disk is full",
}
PROBLEM = {
    "title": "Problem",
    "description": "What is wrong (RFC 9457), in the language of Accept-Language.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return answer(error)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    asks_language(request)
    return answer(no_token())


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, _error: Http404) -> HttpResponse:
    return answer(Problem(404, NOT_THERE, NOT_YOURS))


@api.exception_handler(UserError)
def _refused(request: HttpRequest, error: UserError) -> HttpResponse:
    status, headers = status_of(error, others=422)
    return answer(Problem(status, error.what, error.remedy, headers=headers))


@api.exception_handler(HttpError)
def _not_read(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(Problem(error.status_code, NOT_UNDERSTOOD, NO_JSON))


@api.exception_handler(ValidationError)
def _not_right(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [finding(one) for one in error.errors]
    problem = Problem(422, NOT_UNDERSTOOD, SEE_ERRORS, more={"errors": errors})
    return answer(problem)
