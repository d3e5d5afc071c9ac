"""An application is drafted on a mixed pool, handed in when complete, taken in by the prefecture's office."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import InternalError, transaction

from finance_platform.foundation import queries as foundation
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from finance_platform.foundation.services import documents
from pledges import queries
from pledges.models import Application, ApplicationAsset, Pledgor
from pledges.rules.applications import CONSENTS
from pledges.services import applications, enterprises
from tests.factories import Actors, onboard, set_clock
from tests.pledges.builders import (
    ACCEPTED,
    APPLIED,
    DEADLINE,
    drafted,
    listed_asset,
    mixed_pool,
    patent_number,
    published,
    submitted,
    verified,
)


class TestDrafting:
    def test_a_draft_has_its_number_its_prefecture_and_a_mixed_pool(self, actors: Actors) -> None:
        application = drafted(actors, [asset.pk for asset in mixed_pool(actors)])
        assert (application.number, application.region_id, application.state) == ("RZ-2025-00001", "150100", "DRAFT")
        assert [asset.registry for asset in queries.assets_of(application.pk)] == ["patent"] * 3 + ["trademark"]
        assert Pledgor.objects.get().kind == "borrower"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"amount_fen": 0}, "amount_fen"),
            ({"term_months": 121}, "term_months"),
            ({"purpose": " "}, "purpose"),
            ({"purpose_code": "speculation"}, "purpose_code"),
            ({"repayment": "never"}, "repayment"),
            ({"bank_ids": [-1]}, "bank_ids"),
            ({"consents": ["everything"]}, "consents"),
        ],
    )
    def test_each_field_is_checked_by_name(self, actors: Actors, change: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            drafted(actors, [], **change)
        assert field in refusal.value.fields

    def test_a_draft_can_be_revised_and_the_moment_of_a_consent_stays(self, actors: Actors) -> None:
        application = drafted(actors, [], consents=["data_sharing"])
        given = application.consents["data_sharing"]
        application = applications.revise(
            by=actors.enterprise, at=APPLIED + timedelta(days=1), application_id=application.pk,
            amount_fen=500_000_000, term_months=12, purpose="流动资金", purpose_code="working_capital",
            repayment="bullet", consents=list(CONSENTS),
        )  # fmt: skip
        assert (application.amount_fen, application.consents["data_sharing"]) == (500_000_000, given)
        assert application.consents["credit_query"]["at"] > given["at"]

    def test_a_foreign_right_cannot_enter_the_pool(self, actors: Actors) -> None:
        foreign = listed_asset(actors.other_enterprise, patent_number(99))
        with pytest.raises(NotFound):
            drafted(actors, [foreign.pk])

    def test_a_paper_gets_a_receipt_and_the_same_content_is_not_taken_twice(self, actors: Actors) -> None:
        import hashlib

        application = drafted(actors, [])
        with viewer.seen_by(actors.enterprise):
            paper = application.papers.select_related("document").get(kind="business_licence")
        assert paper.document.sha256 == hashlib.sha256(b"business_licence").hexdigest()
        with pytest.raises(Conflict, match="完全相同"):
            applications.attach(
                by=actors.enterprise, at=APPLIED, application_id=application.pk, kind="business_licence",
                filename="again.pdf", data=b"business_licence",
            )  # fmt: skip


class TestThirdPartyPledgors:
    def consent(self, actors: Actors) -> Any:
        return documents.store(
            by=actors.enterprise, at=APPLIED, kind="pledgor_consent", filename="同意书.pdf", data=b"I agree"
        ).pk

    def test_a_natural_persons_right_is_pledged_in_his_name(self, actors: Actors) -> None:
        own = verified(actors, listed_asset(actors.enterprise, patent_number(1)))
        his = verified(actors, listed_asset(actors.enterprise, patent_number(2), owner_name="巴特尔"))
        person = {"kind": "person", "name": "巴特尔", "id_number": "150102198001010011", "relation": "实际控制人",
                  "asset_ids": [his.pk], "consent_document_id": self.consent(actors)}  # fmt: skip
        application = drafted(actors, [own.pk, his.pk], pledgors=[person])
        pledgor = application.pledgors.get(kind="person")
        assert [entry.asset for entry in pledgor.assets.all()] == [his]
        assert len(pledgor.id_digest) == 64
        assert "150102198001010011" not in str(pledgor.__dict__)

    def test_another_enterprise_pledges_a_right_it_listed_itself(self, actors: Actors) -> None:
        theirs = listed_asset(actors.other_enterprise, patent_number(3))
        affiliate = {"kind": "organisation", "organisation_id": actors.other_enterprise.organisation.pk,
                     "name": actors.other_enterprise.organisation.name, "relation": "关联企业",
                     "asset_ids": [theirs.pk], "consent_document_id": self.consent(actors)}  # fmt: skip
        application = drafted(actors, [], pledgors=[affiliate])
        assert application.pool.get().pledgor.organisation == actors.other_enterprise.organisation

    def test_a_pledgor_is_added_and_taken_out_and_a_revision_keeps_him(self, actors: Actors) -> None:
        his = verified(actors, listed_asset(actors.enterprise, patent_number(2), owner_name="巴特尔"))
        application = drafted(actors, [])
        common = {"by": actors.enterprise, "at": APPLIED, "application_id": application.pk}
        person = {"kind": "person", "name": "巴特尔", "id_number": "150102198001010011", "asset_ids": [his.pk]}
        pledgor = applications.add_pledgor(**common, **person, consent_document_id=self.consent(actors))
        applications.revise(
            **common, amount_fen=1, term_months=1, purpose="x", purpose_code="other", repayment="bullet"
        )
        assert application.pool.get().pledgor == pledgor
        applications.remove_pledgor(**common, pledgor_id=pledgor.pk)
        assert not application.pool.exists()

    @pytest.mark.parametrize(
        "fault", [{"consent_document_id": None}, {"id_number": ""}, {"name": ""}, {"kind": "ghost"}, {"name": "旁人"}]
    )
    def test_a_third_party_needs_identity_consent_and_his_own_right(
        self, actors: Actors, fault: dict[str, Any]
    ) -> None:
        his = listed_asset(actors.enterprise, patent_number(2), owner_name="巴特尔")
        person = {"kind": "person", "name": "巴特尔", "id_number": "150102198001010011", "asset_ids": [his.pk],
                  "consent_document_id": self.consent(actors)} | fault  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            drafted(actors, [], pledgors=[person])
        assert "pledgors" in refusal.value.fields

    def test_the_borrower_cannot_pledge_what_another_holds(self, actors: Actors) -> None:
        his = listed_asset(actors.enterprise, patent_number(2), owner_name="巴特尔")
        with pytest.raises(Invalid, match="巴特尔"):
            drafted(actors, [his.pk])


class TestHandingIn:
    def test_a_complete_application_is_handed_in_and_prepares_closed_dossiers(self, actors: Actors) -> None:
        application = submitted(actors)
        assert (application.state, application.submitted_at) == ("SUBMITTED", APPLIED)
        with viewer.seen_by(actors.enterprise):
            assert application.dossiers.filter(opened_at=None).count() == 3

    def test_what_is_missing_is_named_task_by_task(self, actors: Actors) -> None:
        draft = listed_asset(actors.enterprise, patent_number(1))
        application = applications.draft(
            by=actors.enterprise, at=APPLIED, amount_fen=1, term_months=1, purpose="x", purpose_code="other",
            repayment="bullet", asset_ids=[draft.pk],
        )  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            applications.submit(by=actors.enterprise, at=APPLIED, application_id=application.pk)
        assert set(refusal.value.fields) == {"company", "ip", "documents", "banks", "consent"}

    def test_a_large_enterprise_is_sent_elsewhere(self, actors: Actors) -> None:
        application = drafted(actors, [asset.pk for asset in mixed_pool(actors)])
        enterprises.revise_profile(by=actors.enterprise, at=APPLIED, size="large")
        with pytest.raises(Invalid, match="中小微"):
            applications.submit(by=actors.enterprise, at=APPLIED, application_id=application.pk)

    def test_the_pool_is_frozen_in_the_database_once_handed_in(self, actors: Actors) -> None:
        application = submitted(actors)
        with pytest.raises(InternalError), transaction.atomic():
            ApplicationAsset.objects.filter(application=application).delete()
        with pytest.raises(Conflict):
            applications.attach(
                by=actors.enterprise,
                at=APPLIED,
                application_id=application.pk,
                kind="other",
                filename="a.pdf",
                data=b"1",
            )

    def test_the_office_can_read_the_papers_and_other_prefectures_cannot_see_the_application(
        self, actors: Actors
    ) -> None:
        application = submitted(actors)
        paper = application.papers.first()
        with viewer.seen_by(actors.intake):
            assert foundation.document(actors.intake, paper.document_id).filename == "business_licence.pdf"
        with pytest.raises(NotFound):
            queries.application(actors.other_prefecture_reviewer, application.pk)

    def test_offices_do_not_see_drafts(self, actors: Actors) -> None:
        application = drafted(actors, [])
        with pytest.raises(NotFound):
            queries.application(actors.intake, application.pk)


class TestIntake:
    def test_acceptance_publishes_with_a_deadline(self, actors: Actors) -> None:
        application = published(actors)
        assert (application.state, application.offer_deadline) == ("PUBLISHED", DEADLINE)

    @pytest.mark.parametrize("days", [0, -1, 61])
    def test_the_deadline_lies_ahead_and_not_too_far(self, actors: Actors, days: int) -> None:
        application = submitted(actors)
        with pytest.raises(Invalid):
            applications.accept(
                by=actors.intake,
                at=ACCEPTED,
                application_id=application.pk,
                offer_deadline=ACCEPTED + timedelta(days=days),
            )

    def test_an_application_is_returned_once_with_the_whole_list(self, actors: Actors) -> None:
        application = submitted(actors)
        common = {"by": actors.intake, "at": ACCEPTED, "application_id": application.pk}
        with pytest.raises(Invalid):
            applications.return_for_completion(**common, missing=[" "])
        returned = applications.return_for_completion(**common, missing=["登记簿副本", "年费凭证"])
        assert (returned.state, returned.missing) == ("RETURNED", ["登记簿副本", "年费凭证"])
        applications.resubmit(by=actors.enterprise, at=ACCEPTED, application_id=application.pk)
        with pytest.raises(Conflict, match="一次性"):
            applications.return_for_completion(**common, missing=["还有"])

    def test_completion_has_its_time(self, actors: Actors) -> None:
        application = submitted(actors)
        applications.return_for_completion(by=actors.intake, at=ACCEPTED, application_id=application.pk, missing=["x"])
        applications.attach(
            by=actors.enterprise,
            at=ACCEPTED,
            application_id=application.pk,
            kind="fee_receipt",
            filename="f.pdf",
            data=b"f",
        )
        with pytest.raises(Conflict, match="期限"):
            applications.resubmit(by=actors.enterprise, at=ACCEPTED + timedelta(days=16), application_id=application.pk)

    def test_a_refusal_needs_its_reason(self, actors: Actors) -> None:
        application = submitted(actors)
        common = {"by": actors.intake, "at": ACCEPTED, "application_id": application.pk}
        with pytest.raises(Invalid):
            applications.reject(**common, reason="")
        assert applications.reject(**common, reason="失信被执行人").state == "REJECTED"

    def test_wrong_role_and_wrong_state_are_refused(self, actors: Actors) -> None:
        application = submitted(actors)
        with pytest.raises(Forbidden):
            applications.accept(
                by=actors.enterprise, at=ACCEPTED, application_id=application.pk, offer_deadline=DEADLINE
            )
        applications.accept(by=actors.intake, at=ACCEPTED, application_id=application.pk, offer_deadline=DEADLINE)
        with pytest.raises(IllegalTransition):
            applications.accept(by=actors.intake, at=ACCEPTED, application_id=application.pk, offer_deadline=DEADLINE)

    def test_only_the_system_lets_an_application_lapse(self, actors: Actors) -> None:
        application = published(actors)
        with pytest.raises(Forbidden):
            applications.expire(by=actors.intake, at=DEADLINE, application_id=application.pk, reason="期满")
        lapsed = applications.expire(by=actors.system, at=DEADLINE, application_id=application.pk, reason="期满")
        assert lapsed.state == "EXPIRED"


class TestAward:
    def matched(self, actors: Actors) -> Application:
        set_clock(DEADLINE)
        application = published(actors)
        return applications.match(
            by=actors.enterprise, at=DEADLINE, application_id=application.pk, offer_id=uuid4(),
            bank_id=actors.bank_officer.organisation.pk,
        )  # fmt: skip

    def test_no_choice_before_the_deadline(self, actors: Actors) -> None:
        application = published(actors)
        with pytest.raises(Conflict, match="截止"):
            applications.match(
                by=actors.enterprise, at=DEADLINE - timedelta(seconds=1), application_id=application.pk,
                offer_id=uuid4(), bank_id=actors.bank_officer.organisation.pk,
            )  # fmt: skip

    def test_only_a_bank_with_a_live_dossier_can_be_chosen(self, actors: Actors) -> None:
        application = published(actors)
        stranger = onboard("bank", "外省银行")
        with pytest.raises(Conflict):
            applications.match(
                by=actors.enterprise, at=DEADLINE, application_id=application.pk, offer_id=uuid4(),
                bank_id=stranger.organisation.pk,
            )  # fmt: skip

    def test_the_chosen_bank_goes_on_and_the_others_lose_sight(self, actors: Actors) -> None:
        application = self.matched(actors)
        assert queries.application(actors.bank_officer, application.pk) == application
        with viewer.seen_by(actors.other_bank_officer), pytest.raises(NotFound):
            queries.application(actors.other_bank_officer, application.pk)
        common = {"at": DEADLINE, "application_id": application.pk}
        applications.start_diligence(by=actors.bank_officer, **common)
        with pytest.raises(NotFound):
            applications.approve(by=onboard("bank", "外省银行", "bank_approver"), **common)
        assert applications.approve(by=actors.bank_approver, **common).state == "APPROVED"

    def test_declining_reopens_the_market_for_the_others(self, actors: Actors) -> None:
        application = self.matched(actors)
        applications.start_diligence(by=actors.bank_officer, at=DEADLINE, application_id=application.pk)
        common = {"by": actors.bank_officer, "at": DEADLINE, "application_id": application.pk}
        with pytest.raises(Invalid):
            applications.decline(**common, code="repayment", reason=" ")
        back = applications.decline(**common, code="repayment", reason="现金流覆盖不足")
        assert (back.state, back.lender, back.refusals[0]["reason"]) == ("PUBLISHED", None, "现金流覆盖不足")
        assert back.offer_deadline == DEADLINE + timedelta(days=7)
        with viewer.seen_by(actors.other_bank_officer):
            assert queries.application(actors.other_bank_officer, application.pk) == application
        with viewer.seen_by(actors.bank_officer), pytest.raises(NotFound):
            queries.application(actors.bank_officer, application.pk)

    def test_a_final_refusal_ends_the_application(self, actors: Actors) -> None:
        application = self.matched(actors)
        applications.start_diligence(by=actors.bank_officer, at=DEADLINE, application_id=application.pk)
        ended = applications.decline(
            by=actors.bank_officer,
            at=DEADLINE,
            application_id=application.pk,
            code="fraud",
            reason="材料不实",
            final=True,
        )
        assert (ended.state, ended.closing_reason) == ("REJECTED", "材料不实")

    def test_a_withdrawn_application_closes_to_everybody(self, actors: Actors) -> None:
        application = self.matched(actors)
        applications.withdraw(by=actors.enterprise, at=DEADLINE, application_id=application.pk, reason="改用自有资金")
        with viewer.seen_by(actors.bank_officer):
            assert not queries.dossiers_visible_to(actors.bank_officer).exists()
        with pytest.raises(IllegalTransition):
            applications.withdraw(by=actors.enterprise, at=DEADLINE, application_id=application.pk, reason="再撤")
