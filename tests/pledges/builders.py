"""Rights and applications for tests, made through the real services, and files of rights as enterprises send them."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook

from finance_platform.foundation.models import User
from pledges.models import Application, IpAsset
from pledges.rules import verification as verification_rules
from pledges.rules.applications import CONSENTS
from pledges.rules.assets import check_digit
from pledges.services import applications, assets, enterprises, verification
from tests.factories import Actors, at

LISTED = at(2025, 3, 3)
CHECKED = at(2025, 3, 10)
APPLIED = at(2025, 4, 1)
ACCEPTED = at(2025, 4, 3)
DEADLINE = at(2025, 4, 10, 17)


def patent_number(serial: int, year: int = 2019, kind: str = "1") -> str:
    """Return a well-formed patent number; the check digit is right."""
    digits = f"{year}{kind}{serial:07d}"
    return f"ZL{digits}.{check_digit(digits)}"


def full_width(text: str) -> str:
    """Return the text as a Chinese input method writes it in full-width mode."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def listed_asset(by: User, number: str, **changes: Any) -> IpAsset:
    """Return an invention patent in force, listed by its enterprise."""
    values: dict[str, Any] = {
        "kind": "invention_patent", "title": "一种稀土永磁材料的制备方法", "ipc": "H01F1/057",
        "filing_date": date(2019, 3, 5),
        "grant_date": date(2021, 6, 1), "legal_status": "in_force", "fee_paid_until": date(2026, 3, 5),
    }  # fmt: skip
    return assets.list_asset(by=by, at=LISTED, number=number, **values | changes)


def trademark(by: User, number: str, **changes: Any) -> IpAsset:
    """Return a registered trademark in force, listed by its enterprise."""
    values: dict[str, Any] = {
        "kind": "trademark", "title": "青山", "grant_date": date(2018, 8, 14), "legal_status": "in_force",
        "nice_classes": "9",
        "expiry_date": date(2028, 8, 13),
    }  # fmt: skip
    return assets.list_asset(by=by, at=LISTED, number=number, **values | changes)


def all_clear(asset: IpAsset, **true: bool) -> dict[str, bool]:
    """Return the answers of a verifier who found no ground but those named."""
    return dict.fromkeys(verification_rules.questions(asset.registry), False) | true


def verified(actors: Actors, asset: IpAsset) -> IpAsset:
    """Return the right after two verifiers passed it."""
    owner = actors.enterprise if asset.owner == actors.enterprise.organisation else actors.other_enterprise
    assets.submit(by=owner, at=CHECKED, asset_id=asset.pk)
    verification.first_check(by=actors.verifier, at=CHECKED, asset_id=asset.pk, findings=all_clear(asset))
    return verification.second_check(by=actors.verifier2, at=CHECKED, asset_id=asset.pk, ok=True)


def mixed_pool(actors: Actors) -> list[IpAsset]:
    """Return three patents and a trademark of the enterprise, all pledgeable."""
    patents = [listed_asset(actors.enterprise, patent_number(serial)) for serial in (11, 12, 13)]
    return [verified(actors, asset) for asset in [*patents, trademark(actors.enterprise, "31415926")]]


def drafted(actors: Actors, asset_ids: Sequence[int], **changes: Any) -> Application:
    """Return a draft of 6,000,000 yuan for 24 months to three banks, company page and required papers in place."""
    by = actors.enterprise
    enterprises.revise_profile(by=by, at=APPLIED, size="small", revenue_last_year_fen=4_800_000_000)
    banks = [
        bank.organisation.pk for bank in (actors.bank_officer, actors.other_bank_officer, actors.third_bank_officer)
    ]
    values: dict[str, Any] = {
        "amount_fen": 600_000_000, "term_months": 24, "purpose": "扩大永磁材料产能", "purpose_code": "equipment",
        "repayment": "equal_instalment", "asset_ids": asset_ids, "bank_ids": banks, "consents": list(CONSENTS),
    }  # fmt: skip
    application = applications.draft(by=by, at=APPLIED, **values | changes)
    for kind in ("business_licence", "financial_statements"):
        applications.attach(
            by=by, at=APPLIED, application_id=application.pk, kind=kind, filename=f"{kind}.pdf", data=kind.encode()
        )
    return application


def submitted(actors: Actors) -> Application:
    application = drafted(actors, [asset.pk for asset in mixed_pool(actors)])
    return applications.submit(by=actors.enterprise, at=APPLIED, application_id=application.pk)


def published(actors: Actors, deadline: datetime = DEADLINE) -> Application:
    """Return an application that the office took in and the three banks may read."""
    application = submitted(actors)
    return applications.accept(by=actors.intake, at=ACCEPTED, application_id=application.pk, offer_deadline=deadline)


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return an .xlsx file with these rows, the first being the header."""
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()
