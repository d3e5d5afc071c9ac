"""The pool of an application: which rights, pledged by whom. Called inside use cases of `applications`."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.models import Organisation, User
from pledges import queries
from pledges.models import Application, ApplicationAsset, IpAsset, Pledgor


def replace(
    application: Application, *, by: User, asset_ids: Sequence[int], pledgors: Sequence[dict[str, Any]] | None
) -> None:
    """Write pool and pledgors anew while the application is still open to change; None keeps the third parties.

    Every third party needs a consent or resolution, and pledges only rights held in his name; the remaining rights
    must be the borrower's own. Raises: Invalid, NotFound. Writes: pledgors, pool.
    """
    leaving = application.pledgors.all() if pledgors is not None else application.pledgors.filter(kind="borrower")
    application.pool.filter(pledgor__in=leaving).delete()
    leaving.delete()
    for entry in pledgors or ():
        add(application, by=by, entry=entry)
    given = set(application.pool.values_list("asset_id", flat=True))
    own = [asset_id for asset_id in dict.fromkeys(asset_ids) if asset_id not in given]
    if own:
        borrower = application.enterprise
        pledgor = Pledgor.objects.create(
            application=application, kind="borrower", organisation=borrower, name=borrower.name, relation="借款人"
        )
        for asset_id in own:
            _add(application, pledgor, _held_by(by, pledgor, asset_id))


def add(application: Application, *, by: User, entry: dict[str, Any]) -> Pledgor:
    """Write a third party and the rights he pledges. Raises: Invalid, NotFound. Writes: pledgor, pool."""
    pledgor = _third_party(application, by, entry)
    for asset_id in entry.get("asset_ids", ()):
        _add(application, pledgor, _held_by(by, pledgor, int(asset_id)))
    return pledgor


def _add(application: Application, pledgor: Pledgor, asset: IpAsset) -> None:
    ApplicationAsset.objects.create(application=application, asset=asset, pledgor=pledgor)


def _third_party(application: Application, by: User, entry: dict[str, Any]) -> Pledgor:
    consent = entry.get("consent_document_id")
    if entry.get("kind") not in {"organisation", "person"} or not str(entry.get("name", "")).strip():
        raise Invalid("请填写出质人", fields={"pledgors": "第三方出质人须写明类型与名称"})
    if not consent:
        raise Invalid("第三方出质须有同意书或决议", fields={"pledgors": f"请上传{entry['name']}的同意书或决议"})
    document = foundation.document(by, consent)
    id_number = str(entry.get("id_number", "")).strip()
    if entry["kind"] == "person" and not id_number:
        raise Invalid("自然人出质须填写证件号码", fields={"pledgors": "证件号码只保存摘要"})
    return Pledgor.objects.create(
        application=application, kind=entry["kind"], name=str(entry["name"]).strip(), consent_document=document,
        organisation=_organisation(entry), id_digest=id_digest(id_number) if id_number else "",
        relation=str(entry.get("relation", "")).strip(),
    )  # fmt: skip


def _organisation(entry: dict[str, Any]) -> Organisation | None:
    if entry["kind"] == "person" or not entry.get("organisation_id"):
        return None
    found = foundation.organisation(int(entry["organisation_id"]))
    if found.name != str(entry["name"]).strip():
        raise Invalid("出质人名称与单位不符", fields={"pledgors": f"该单位登记名称为 {found.name}"})
    return found


def _held_by(by: User, pledgor: Pledgor, asset_id: int) -> IpAsset:
    """Return a right that the pledgor holds: managed by the borrower, or listed by the pledgor's own enterprise."""
    theirs = IpAsset.objects.filter(pk=asset_id, owner=pledgor.organisation).first() if pledgor.organisation else None
    asset = theirs or queries.asset(by, asset_id)
    if asset.owner_name != pledgor.name:
        raise Invalid(
            f"{asset} 登记的权利人是 {asset.owner_name},不是出质人 {pledgor.name}",
            fields={"pledgors": "请按登记的权利人填写出质人"},
        )
    return asset


def id_digest(id_number: str) -> str:
    """Return what is kept of a person's identity number: a keyed digest, since the number itself is guessable."""
    return hmac.new(settings.SECRET_KEY.encode(), id_number.upper().encode(), hashlib.sha256).hexdigest()
