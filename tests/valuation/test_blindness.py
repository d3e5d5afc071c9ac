"""Blind mode, walked: until the draft is locked, nothing an appraiser can open tells the loan asked for, the offers, or
an indicative value.

Every page and every reading operation of the API is opened with every number and key of the application's world in
every place of its address; every answer is searched for the figures in all the ways the platform writes them.
"""

import re
from itertools import product
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from banks_portal.models import Offer
from banks_portal.services import offers
from finance_platform.api import api
from finance_platform.foundation import money, viewer
from finance_platform.foundation.services import people
from pledges.services import applications
from tests.architecture import policy
from tests.banks_portal.offers import plain_terms
from tests.factories import make_paper, set_clock
from tests.pledges import builders as pledges
from tests.pledges.builders import ACCEPTED, DEADLINE
from tests.valuation import builders
from valuation import queries
from valuation.models import Appraisal
from valuation.services import bases, estimates

pytestmark = pytest.mark.django_db
ASKED_FEN, OFFERED_FEN, PROPOSED_FEN = 712_345_600, 634_567_800, 387_654_300
SIX = {"kind": "invention_patent", "remaining_years": 11, "revenue_fen": 4_321_000_000, "growth": 0.03}
PLACE = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")


def written(amount_fen: int) -> set[str]:
    """Return an amount in every way the platform writes it."""
    yuan = f"{amount_fen // 100}.{amount_fen % 100:02d}"
    wan = money.figure(amount_fen, unit_fen=money.FEN_PER_WAN)
    return {
        str(amount_fen), yuan, money.figure(amount_fen), wan, wan.replace(",", ""), money.capital_amount(amount_fen),
    }  # fmt: skip


class World:
    """An application with a loan asked for, sealed offers, other bases, an estimate, and an appraisal at work."""

    def __init__(self, actors):
        application = pledges.drafted(actors, [asset.pk for asset in pledges.mixed_pool(actors)], amount_fen=ASKED_FEN)
        self.application = applications.submit(by=actors.enterprise, at=pledges.APPLIED, application_id=application.pk)
        self.appraisal = builders.taken_up(actors, builders.commissioned(actors, self.application))
        applications.accept(by=actors.intake, at=ACCEPTED, application_id=application.pk, offer_deadline=DEADLINE)
        call = {"at": builders.MEASURED, "application_id": application.pk}
        terms = plain_terms(amount_fen=OFFERED_FEN)
        offers.save(by=actors.bank_officer, **call, terms=terms, seal=True)
        with viewer.seen_by(actors.bank_officer):
            self.offer = Offer.objects.get(application=application)
        self.agreed = bases.propose(by=actors.bank_officer, **call, value_fen=PROPOSED_FEN, grounds="参照同类交易")
        document = builders.model(Appraisal(application=self.application), tax_rate=0.15)
        self.internal = bases.measure(by=actors.bank_officer, **call, document=document, seed=99, evidence="报表")
        self.estimate = estimates.estimate(by=actors.enterprise, at=builders.MEASURED, inputs=SIX)
        self.paper = make_paper(actors.enterprise, "financial_statements", builders.MEASURED)

    def secrets(self) -> dict[str, set[str]]:
        return {
            "loan asked for": written(ASKED_FEN), "offer": written(OFFERED_FEN) | {str(self.offer.pk)},
            "value proposed": written(PROPOSED_FEN) | {self.agreed.number},
            "internal value": written(self.internal.point_fen) | {self.internal.number, self.internal.output_digest},
            "indicative value": written(self.estimate.median_fen) | {str(self.estimate.pk)},
        }  # fmt: skip

    def keys(self, actors) -> list[str]:
        """Return what may stand in a place of an address: numbers and keys of this world, and every small number."""
        named = [
            self.application.number, self.appraisal.number, self.agreed.number, self.internal.number,
            str(self.offer.pk), str(self.paper), "patent",
        ]  # fmt: skip
        rows = [self.application.pk, self.appraisal.pk, self.internal.pk, self.agreed.pk]
        with viewer.seen_by(actors.system):
            for model in apps.get_models():
                if model._meta.app_label in {"pledges", "valuation", "banks_portal"}:
                    rows += model.objects.order_by("-pk").values_list("pk", flat=True)[:1]
        return [*named, *dict.fromkeys(str(row) for row in rows)]


def leaked(world: World, text: str) -> list[str]:
    """Return what an answer tells of what the appraiser must not know."""
    return [f"{what}: {secret}" for what, secrets in world.secrets().items() for secret in secrets if secret in text]


def addresses(route: str, keys: list[str]):
    """Give a route with keys in its places; where it has several, the same key or neighbours of this world."""
    places = PLACE.findall(route)
    for values in product(keys, repeat=min(len(places), 1)) if places else [()]:
        chosen = iter([*values] * len(places))
        yield "/" + PLACE.sub(lambda _place, chosen=chosen: next(chosen), route)


@pytest.fixture
def world(actors):
    set_clock(builders.MEASURED)
    return World(actors)


def walk(actors, world) -> tuple[dict[str, str], set[str]]:
    """Open everything as the appraiser; returns what leaked, by address, and which addresses answered."""
    client, token = Client(), people.issue_token(by=actors.appraiser, at=builders.MEASURED, label="walk")[1]
    client.force_login(actors.appraiser, "django.contrib.auth.backends.ModelBackend")
    machine = Client(headers={"Authorization": f"Bearer {token}"})
    keys, found, opened = world.keys(actors), {}, set()
    routes = [(client, page.route) for page in policy.pages() if "estimate/<uuid" not in page.route]
    routes += [
        (machine, f"api/v1/{operation.path}") for operation in policy.operations(api)
        if operation.method == "GET" and operation.path != "estimates/{pk}"
    ]  # fmt: skip
    for who, route in routes:
        for address in addresses(route, keys):
            answer = who.get(address)
            if answer.status_code == 200:
                opened.add(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            tells = leaked(world, body.decode(errors="ignore"))
            tells = [tell for tell in tells if tell.split(": ")[1] not in unquote(address)]
            if tells:
                found[address] = "; ".join(tells)
    return found, opened


def test_nothing_an_appraiser_can_open_tells_what_he_must_not_know(actors, world):
    run = builders.measured(actors, world.appraisal)
    found, opened = walk(actors, world)
    assert found == {}
    number = world.appraisal.number
    assert {
        reverse("appraiser_task", args=[number]), reverse("appraiser_model", args=[number]),
        reverse("appraiser_run", args=[run.pk]), reverse("appraiser_statements", args=[number]),
        f"/api/v1/appraisals/{number}", f"/api/v1/appraisals/{number}/model", "/api/v1/internal-valuations",
    } <= opened, "the walk must have opened the workbench"  # fmt: skip


def test_the_walk_would_find_a_leak(actors, world):
    """The bank, who may know, is told the same figures by the pages the appraiser cannot open."""
    officer = Client()
    officer.force_login(actors.bank_officer, "django.contrib.auth.backends.ModelBackend")
    dossier = officer.get(reverse("bank_dossier", args=[world.application.number])).content.decode()
    values = officer.get(reverse("bank_values", args=[world.application.number])).content.decode()
    assert any(tell.startswith("loan asked for") for tell in leaked(world, dossier))
    assert {"value proposed", "internal value"} <= {tell.split(": ")[0] for tell in leaked(world, values)}


def test_what_begins_a_model_is_nothing_but_tables_and_the_company(actors, world):
    stated = queries.default_assumptions(world.appraisal, builders.VALUATION_DATE)
    assert leaked(world, repr(stated)) == []
    assert "loan" not in builders.model(world.appraisal)
