"""From an empty library to a published application through both doors: pages without script, and JSON."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from finance_platform.foundation.models import User
from finance_platform.foundation.services import people
from pledges.models import Application, AssetImport, AssetTag, Dossier, IpAsset
from pledges.rules import verification
from pledges.rules.applications import CONSENTS
from pledges.services import assets
from tests.factories import Actors, at, set_clock
from tests.pledges.builders import (
    drafted,
    listed_asset,
    patent_number,
    published,
    submitted,
    verified,
    workbook,
)

NOW = at(2025, 4, 1)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = [
    ["权利号", "权利类型", "名称", "申请日", "授权日", "法律状态", "IPC"],
    [patent_number(1), "发明", "一种稀土永磁体", "2019.3.5", "2021-06-01", "有效", "H01F1/057"],
    ["ZL201910000002.9", "发明", "校验位写错的专利", "2019-03-05", "", "有效", ""],
]


@pytest.fixture(autouse=True)
def the_day(db: None) -> None:
    set_clock(NOW)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def machine(user: User) -> "Json":
    _row, token = people.issue_token(by=user, at=NOW, label="test")
    return Json(token)


class Json:
    """A program at the JSON door."""

    def __init__(self, token: str) -> None:
        self.client, self.headers = Client(), {"Authorization": f"Bearer {token}"}

    def get(self, path: str, expect: int = 200) -> Any:
        return self._answer(self.client.get(f"/api/v1{path}", headers=self.headers), expect)

    def post(self, path: str, body: Any = None, expect: int = 200, key: str = "", method: str = "post") -> Any:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        call = getattr(self.client, method)
        answer = call(f"/api/v1{path}", body or {}, content_type="application/json", headers=headers)
        return self._answer(answer, expect)

    def upload(self, path: str, name: str, data: bytes, expect: int = 201, **fields: str) -> Any:
        body = {"file": SimpleUploadedFile(name, data), **fields}
        return self._answer(self.client.post(f"/api/v1{path}", body, headers=self.headers), expect)

    @staticmethod
    def _answer(response: Any, expect: int) -> Any:
        assert response.status_code == expect, response.content.decode()
        return response.json()


def text_of(response: Any) -> str:
    assert response.status_code == 200, (response.status_code, response.content.decode()[:2000])
    return str(response.content.decode())


def posted(client: Client, path: str, **fields: Any) -> Any:
    """Post a form as a browser does; it must redirect."""
    response = client.post(path, fields)
    assert response.status_code == 302, text_of(response)
    return response


class TestPages:
    def test_the_enterprise_imports_mends_and_hands_in(self, actors: Actors) -> None:
        browser = signed_in(actors.enterprise)
        assert "填写企业信息" in text_of(browser.get("/sme/"))
        posted(browser, "/sme/company/", size="small", revenue_last_year_fen="48,000,000.00", employees="120")
        assert "导入知识产权" in text_of(browser.get("/sme/"))
        file = SimpleUploadedFile("库.xlsx", workbook(ROWS), XLSX)
        where = posted(browser, "/sme/ip/import/", file=file).url
        preview = text_of(browser.get(where))
        assert "校验位不符" in preview
        assert "ZL201910000002.9" in preview
        errors = browser.get(f"{where}errors.xlsx")
        sheet = list(load_workbook(BytesIO(errors.content)).active.values)
        assert sheet[0][-1] == "导入结果"
        assert (sheet[1][-1] or "", "校验位不符" in sheet[2][-1]) == ("", True)
        posted(browser, f"{where}confirm/")
        asset = IpAsset.objects.get()
        assert asset.owner == actors.enterprise.organisation
        assert "一种稀土永磁体" in text_of(browser.get("/sme/ip/"))
        posted(browser, f"/sme/ip/{asset.pk}/submit/")
        asset.refresh_from_db()
        assert asset.state == "VERIFYING"

    def test_the_template_is_taken_back_as_it_is(self, actors: Actors) -> None:
        browser = signed_in(actors.enterprise)
        header = next(load_workbook(BytesIO(browser.get("/sme/ip/import/template.xlsx").content)).active.values)
        row = dict.fromkeys(header, "") | {"权利号": patent_number(5), "权利类型": "发明", "名称": "模板行"}
        file = SimpleUploadedFile("t.xlsx", workbook([header, list(row.values())]), XLSX)
        where = posted(browser, "/sme/ip/import/", file=file).url
        assert AssetImport.objects.get(pk=int(re.findall(r"\d+", where)[0])).refused == 0

    def test_an_unreadable_file_keeps_the_page_and_says_why(self, actors: Actors) -> None:
        browser = signed_in(actors.enterprise)
        file = SimpleUploadedFile("空.csv", b"a,b\n1,2\n")
        assert "找不到号码列" in text_of(browser.post("/sme/ip/import/", {"file": file}))
        assert not AssetImport.objects.exists()

    def test_one_right_is_entered_corrected_and_judged(self, actors: Actors) -> None:
        browser = signed_in(actors.enterprise)
        wrong = {
            "kind": "invention_patent",
            "number": "ZL201910000002.9",
            "title": "某专利",
            "legal_status": "in_force",
        }
        assert "校验位不符" in text_of(browser.post("/sme/ip/new/", wrong))
        where = posted(browser, "/sme/ip/new/", **wrong | {"number": patent_number(2)}).url
        assert "未发现不予登记的事由" in text_of(browser.get(where))
        posted(browser, f"{where}edit/", title="某专利", legal_status="lapsed", declared=["same_day_twin"])
        assert "专利权已终止" in text_of(browser.get(where))

    def test_two_verifiers_work_the_desk_and_confirm_a_tag(self, actors: Actors) -> None:
        asset = assets.submit(
            by=actors.enterprise, at=NOW, asset_id=listed_asset(actors.enterprise, patent_number(3)).pk
        )
        first, second = signed_in(actors.verifier), signed_in(actors.verifier2)
        assert asset.title in text_of(first.get("/bureau/assets/"))
        answers = {f"q_{code}": "no" for code in verification.questions("patent")}
        page = f"/bureau/assets/{asset.pk}/"
        complete = {"extract_date": "2025-03-25", "legal_status": "in_force"} | answers
        open_question = first.post(f"{page}check/", complete | {"q_disputed": ""})
        assert "是否存在" in text_of(open_question)
        assert not asset.verifications.exists()
        posted(first, f"{page}check/", **complete, extract=SimpleUploadedFile("登记簿副本.pdf", b"extract"))
        assert asset.verifications.get().document_id
        posted(second, f"{page}check/", ok="yes")
        asset.refresh_from_db()
        assert asset.state == "ELIGIBLE"
        tag = AssetTag.objects.get(asset=asset)
        posted(first, f"/bureau/tags/{tag.pk}/confirm/")
        tag.refresh_from_db()
        assert (tag.state, tag.decided_by) == ("CONFIRMED", actors.verifier)

    def test_the_same_person_cannot_do_the_second_check_by_the_page(self, actors: Actors) -> None:
        asset = assets.submit(
            by=actors.enterprise, at=NOW, asset_id=listed_asset(actors.enterprise, patent_number(3)).pk
        )
        first = signed_in(actors.verifier)
        answers = {f"q_{code}": "no" for code in verification.questions("patent")}
        page = f"/bureau/assets/{asset.pk}/check/"
        posted(first, page, extract_date="2025-03-25", legal_status="in_force", **answers)
        refusal = first.post(page, {"ok": "yes"})
        assert refusal.status_code == 403
        assert "不同人员" in refusal.content.decode()

    def test_an_application_goes_from_draft_to_published(self, actors: Actors) -> None:
        browser = signed_in(actors.enterprise)
        pool = [verified(actors, listed_asset(actors.enterprise, patent_number(serial))).pk for serial in (21, 22)]
        posted(browser, "/sme/company/", size="small")
        banks = [actors.bank_officer.organisation.pk, actors.other_bank_officer.organisation.pk]
        need = {"amount_fen": "6,000,000.00", "term_months": "24", "purpose_code": "equipment", "purpose": "扩大产能",
                "repayment": "equal_instalment", "asset_ids": pool, "bank_ids": banks}  # fmt: skip
        where = posted(browser, "/sme/applications/new/", **need).url
        assert "授权与承诺(还缺 4 项)" in text_of(browser.get(where))
        posted(browser, f"{where}edit/", **need, consents=list(CONSENTS))
        for kind in ("business_licence", "financial_statements"):
            file = SimpleUploadedFile(f"{kind}.pdf", kind.encode())
            posted(browser, f"{where}documents/", kind=kind, file=file)
        posted(browser, f"{where}submit/")
        application = Application.objects.get()
        assert (application.state, application.amount_fen) == ("SUBMITTED", 600_000_000)
        office = signed_in(actors.intake)
        desk = f"/bureau/applications/{application.number}/"
        assert application.number in text_of(office.get("/bureau/applications/"))
        assert "受理并发布" in text_of(office.get(desk))
        posted(office, f"{desk}accept/", offer_deadline="2025-04-10 17:00")
        application.refresh_from_db()
        assert application.state == "PUBLISHED"
        page = text_of(browser.get(where))
        assert page.count("已开放") == 2
        assert not Dossier.objects.exists()  # nobody looks outside a request

    def test_a_third_party_joins_and_leaves_through_the_page(self, actors: Actors) -> None:
        browser = signed_in(actors.enterprise)
        his = listed_asset(actors.enterprise, patent_number(2), owner_name="巴特尔")
        application = drafted(actors, [])
        page = f"/sme/applications/{application.number}/"
        posted(
            browser, f"{page}pledgors/new/", kind="person", name="巴特尔", id_number="150102198001010011",
            relation="实际控制人", asset_ids=[his.pk], consent=SimpleUploadedFile("同意书.pdf", b"yes"),
        )  # fmt: skip
        assert "巴特尔" in text_of(browser.get(page))
        posted(browser, f"{page}pledgors/{application.pledgors.get().pk}/remove/")
        assert not application.pledgors.exists()

    def test_returning_and_withdrawing_leave_their_reasons(self, actors: Actors) -> None:
        application = submitted(actors)
        posted(
            signed_in(actors.intake),
            f"/bureau/applications/{application.number}/return/",
            missing="登记簿副本\n年费凭证",
        )
        browser = signed_in(actors.enterprise)
        page = f"/sme/applications/{application.number}/"
        assert "年费凭证" in text_of(browser.get(page))
        posted(browser, f"{page}withdraw/", reason="改用自有资金")
        assert "改用自有资金" in text_of(browser.get(page))

    @pytest.mark.parametrize(
        "path",
        ["/sme/", "/sme/ip/", "/sme/ip/import/", "/sme/applications/", "/bureau/assets/", "/bureau/applications/"],
    )
    def test_empty_lists_say_what_to_do_and_strangers_are_refused(self, actors: Actors, path: str) -> None:
        role = actors.enterprise if path.startswith("/sme") else actors.intake if "applic" in path else actors.verifier
        text_of(signed_in(role).get(path))
        assert signed_in(actors.bank_officer).get(path).status_code == 403
        assert Client().get(path).url.startswith("/accounts/login/")

    def test_foreign_pages_are_not_found(self, actors: Actors) -> None:
        application, asset = drafted(actors, []), listed_asset(actors.enterprise, patent_number(1))
        stranger = signed_in(actors.other_enterprise)
        for path in (f"/sme/applications/{application.number}/", f"/sme/ip/{asset.pk}/", f"/sme/ip/{asset.pk}/edit/"):
            assert stranger.get(path).status_code == 404
        assert signed_in(actors.other_prefecture_reviewer).get(f"/bureau/assets/{asset.pk}/").status_code == 404


class TestJson:
    def test_the_same_way_in_json(self, actors: Actors) -> None:
        firm, office = machine(actors.enterprise), machine(actors.intake)
        one, two = machine(actors.verifier), machine(actors.verifier2)
        batch = firm.upload("/asset-imports", "库.xlsx", workbook(ROWS))
        assert (batch["rows"], batch["refused"]) == (2, 1)
        assert firm.post(f"/asset-imports/{batch['id']}/confirmation")["stored"] == 1
        asset = firm.get("/assets")["items"][0]
        firm.post(f"/assets/{asset['id']}/submission")
        findings = dict.fromkeys(verification.questions("patent"), False)
        one.post(f"/assets/{asset['id']}/first-check", {"findings": findings}, expect=201)
        assert one.post(f"/assets/{asset['id']}/second-check", {"ok": True}, expect=403)["code"] == "same_hands"
        assert two.post(f"/assets/{asset['id']}/second-check", {"ok": True})["state"] == "ELIGIBLE"
        firm.post("/profile", {"size": "small"}, method="put")
        need = {"amount_fen": 600_000_000, "term_months": 24, "purpose": "扩大产能", "purpose_code": "equipment",
                "repayment": "bullet", "asset_ids": [asset["id"]], "consents": list(CONSENTS),
                "bank_ids": [actors.bank_officer.organisation.pk]}  # fmt: skip
        number = firm.post("/applications", need, expect=201)["number"]
        refused = firm.post(f"/applications/{number}/submission", expect=422)
        assert [error["field"] for error in refused["errors"]] == ["documents"]
        for kind in ("business_licence", "financial_statements"):
            receipt = firm.upload(f"/applications/{number}/papers", f"{kind}.pdf", kind.encode(), kind=kind)
            assert len(receipt["sha256"]) == 64
        assert firm.post(f"/applications/{number}/submission")["state"] == "SUBMITTED"
        body = {"offer_deadline": "2025-04-10T17:00:00+08:00"}
        assert office.post(f"/applications/{number}/acceptance", body)["state"] == "PUBLISHED"
        bank = machine(actors.bank_officer)
        assert bank.get(f"/applications/{number}")["pool"][0]["number"] == asset["number"]
        assert [row["application"] for row in bank.get("/dossiers")["items"]] == [number]
        assert machine(actors.other_bank_officer).get(f"/applications/{number}", expect=404)["code"] == "not_found"

    def test_a_retried_call_answers_as_the_first_time(self, actors: Actors) -> None:
        firm = machine(actors.enterprise)
        body = {"kind": "invention_patent", "number": patent_number(1), "title": "某专利"}
        first = firm.post("/assets", body, expect=201, key="k1")
        assert firm.post("/assets", body, expect=201, key="k1") == first
        assert IpAsset.objects.count() == 1
        assert firm.post("/assets", body | {"title": "别的"}, expect=409, key="k1")["code"] == "idempotency_key_reused"

    def test_lists_are_paged_by_key(self, actors: Actors) -> None:
        for serial in range(5):
            listed_asset(actors.enterprise, patent_number(serial))
        firm = machine(actors.enterprise)
        seen, after = [], ""
        while True:
            page = firm.get(f"/assets?limit=2&after={after}")
            seen += [row["id"] for row in page["items"]]
            if not (after := page["next"]):
                break
        assert seen == sorted(seen, reverse=True)
        assert len(seen) == 5

    def test_refusals_are_problem_details_naming_the_field(self, actors: Actors) -> None:
        firm = machine(actors.enterprise)
        body = {"kind": "invention_patent", "number": "CN00118464.5", "title": "x"}
        problem = firm.post("/assets", body, expect=422)
        assert (problem["status"], problem["errors"][0]["field"]) == (422, "number")
        assert machine(actors.bank_officer).post("/assets", body, expect=403)["code"] == "forbidden"
        assert Client().get("/api/v1/assets").status_code == 401

    def test_a_revoked_consent_closes_the_json_door_too(self, actors: Actors) -> None:
        application = published(actors)
        firm, bank = machine(actors.enterprise), machine(actors.other_bank_officer)
        assert bank.get(f"/applications/{application.number}")["state"] == "PUBLISHED"
        rows = firm.get("/dossiers")["items"]
        mine = next(row for row in rows if row["bank_id"] == actors.other_bank_officer.organisation.pk)
        assert firm.post(f"/dossiers/{mine['id']}/revocation")["revoked_at"]
        bank.get(f"/applications/{application.number}", expect=404)

    def test_watching_and_pledgeability_speak_json(self, actors: Actors) -> None:
        asset = verified(actors, listed_asset(actors.enterprise, patent_number(1)))
        desk = machine(actors.verifier)
        assert desk.get(f"/assets/{asset.pk}/pledgeability")["ok"] is True
        desk.post(f"/assets/{asset.pk}/restriction", {"ground": "disputed", "note": "保全"})
        verdict = desk.get(f"/assets/{asset.pk}/pledgeability")
        assert [ground["code"] for ground in verdict["grounds"]] == ["disputed"]
