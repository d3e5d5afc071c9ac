"""Rights are listed with their numbers checked, judged by their registry's grounds, and seen by whom they concern."""

from datetime import date

import pytest
from django.db import IntegrityError, InternalError, transaction
from hypothesis import given
from hypothesis import strategies as st

from finance_platform.foundation.errors import Conflict, Forbidden, IllegalTransition, Invalid, NotFound
from pledges import queries
from pledges.models import IpAsset
from pledges.rules import assets as rules
from pledges.rules.pledgeability import GROUNDS, RightFacts, verdict
from pledges.services import assets
from tests.factories import Actors, at
from tests.pledges.builders import CHECKED, LISTED, full_width, listed_asset, patent_number, trademark, verified

ON = date(2025, 6, 30)


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "canonical", "kind"),
        [
            ("CN00118464.4", "CN00118464.4", "invention_patent"),
            ("ZL 01108608.4", "CN01108608.4", "invention_patent"),
            ("zl011086084", "CN01108608.4", "invention_patent"),
            (full_width("ZL01108608.4"), "CN01108608.4", "invention_patent"),
            ("专利号:ZL01108608.4", "CN01108608.4", "invention_patent"),
            ("CN114081026A", "CN114081026A", "invention_patent"),
            ("cn215792497u", "CN215792497U", "utility_model"),
            ("CN1329838A", "CN1329838A", "invention_patent"),
        ],
    )
    def test_a_patent_number_has_one_canonical_form(self, text: str, canonical: str, kind: str) -> None:
        number = rules.right_number(text)
        assert (number.canonical, number.kind) == (canonical, kind)

    @pytest.mark.parametrize(
        ("text", "remedy"),
        [
            ("CN00118464.5", "校验位"),
            ("ZL201510123456", "缺少"),
            ("US6859910", "只受理中国"),
            ("", "格式"),
        ],
    )
    def test_a_malformed_number_is_refused_with_a_remedy(self, text: str, remedy: str) -> None:
        with pytest.raises(Invalid) as refusal:
            rules.right_number(text)
        assert remedy in refusal.value.fields["number"]

    @given(st.from_regex(r"\A(19|20)\d{2}[12389]\d{7}\Z"), st.integers(0, 11), st.integers(1, 9))
    def test_any_single_wrong_digit_is_noticed(self, digits: str, place: int, step: int) -> None:
        wrong = digits[:place] + str((int(digits[place]) + step) % 10) + digits[place + 1 :]
        assert rules.check_digit(wrong) != rules.check_digit(digits)

    def test_the_number_must_agree_with_the_kind(self) -> None:
        with pytest.raises(Invalid) as refusal:
            rules.right_number("CN215792497U", "invention_patent")
        assert "kind" in refusal.value.fields

    @pytest.mark.parametrize(
        ("text", "kind"),
        [("31415926", "trademark"),
         ("第31415926号", "trademark"), ("G1234567", "trademark"), ("2021SR0123456", "copyright"),
         ("国作登字-2021-F-00123456", "copyright"), ("CNA20201234.5", "plant_variety")],
    )  # fmt: skip
    def test_other_registries_have_their_own_forms(self, text: str, kind: str) -> None:
        assert rules.right_number(text, kind).number_kind == "registration"


class TestDaysAndTerms:
    @pytest.mark.parametrize(
        "text", ["2021.3.5", "2021/03/05", "2021-03-05", "2021年3月5日", "20210305", full_width("2021.3.5")]
    )
    def test_a_day_is_read_however_it_is_written(self, text: str) -> None:
        assert rules.day_of(text, "filing_date") == date(2021, 3, 5)

    @pytest.mark.parametrize("text", ["2021.13.5", "5.3.2021", "昨天"])
    def test_a_day_that_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid):
            rules.day_of(text, "filing_date")

    @pytest.mark.parametrize(
        ("kind", "filed", "granted", "ends"),
        [
            ("invention_patent", date(2004, 2, 29), None, date(2024, 2, 29)),
            ("utility_model", date(2015, 7, 1), None, date(2025, 7, 1)),
            ("design", date(2021, 5, 31), None, date(2031, 5, 31)),
            ("design", date(2021, 6, 1), None, date(2036, 6, 1)),
            ("trademark", None, date(2018, 8, 14), date(2028, 8, 13)),
            ("copyright", date(2020, 1, 1), date(2020, 2, 1), None),
        ],
    )
    def test_terms_follow_the_statute(
        self, kind: str, filed: date | None, granted: date | None, ends: date | None
    ) -> None:
        assert rules.statutory_expiry(kind, filed, granted) == ends


class TestPledgeability:
    sound = RightFacts("patent", "invention_patent", "in_force", expiry_date=date(2030, 5, 1))

    def test_the_patent_registry_has_twelve_grounds_two_of_them_curable(self) -> None:
        assert len(GROUNDS["patent"]) == 12
        assert [g.code for g in GROUNDS["patent"] if g.curable] == ["same_day_twin", "invalidation_pending"]

    def test_a_debt_due_on_the_last_day_of_the_right_still_fits(self) -> None:
        assert verdict(self.sound, ON, maturity=date(2030, 5, 1)).ok
        assert [g.code for g in verdict(self.sound, ON, maturity=date(2030, 5, 2)).grounds] == ["debt_outlasts_right"]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"legal_status": "lapsed"}, "right_ended"),
            ({"expiry_date": date(2025, 6, 29)}, "right_ended"),
            ({"legal_status": "pending"}, "not_granted"),
            ({"fee_paid_until": date(2025, 6, 29)}, "fee_unpaid"),
            ({"co_owners_consent": False}, "co_owner_dissents"),
            ({"pledged": True}, "already_pledged"),
            ({"adverse": ["disputed"]}, "disputed"),
            ({"adverse": ["invalidation_pending"]}, "invalidation_pending"),
        ],
    )
    def test_each_ground_stands_against_the_right(self, change: dict[str, object], code: str) -> None:
        from dataclasses import replace

        answer = verdict(replace(self.sound, **change), ON)  # type: ignore[arg-type]
        assert not answer.ok
        assert code in [g.code for g in answer.grounds]

    def test_curable_grounds_fall_away_when_declared_and_others_do_not(self) -> None:
        from dataclasses import replace

        both = replace(self.sound, adverse=["same_day_twin", "disputed"], declared=["same_day_twin", "disputed"])
        assert [g.code for g in verdict(both, ON).grounds] == ["disputed"]

    def test_an_unknown_status_is_never_pledgeable_and_never_guessed(self) -> None:
        from dataclasses import replace

        answer = verdict(replace(self.sound, legal_status="unknown"), ON)
        assert (answer.ok, answer.grounds) == (False, ())
        assert "legal_status" in answer.unknown


class TestListing:
    def test_a_listed_right_has_its_canonical_number_term_and_owner(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1))
        assert asset.number.startswith("CN20191")
        assert (asset.state, asset.expiry_date) == ("DRAFT", date(2039, 3, 5))
        assert asset.owner_name == actors.enterprise.organisation.name

    def test_one_right_is_listed_once_whoever_claims_it(self, actors: Actors) -> None:
        listed_asset(actors.enterprise, patent_number(1))
        with pytest.raises(Conflict):
            listed_asset(actors.other_enterprise, patent_number(1))

    def test_the_database_refuses_a_second_live_row_of_a_right(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1))
        asset.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            asset.save(force_insert=True)

    def test_dates_that_contradict_are_refused(self, actors: Actors) -> None:
        with pytest.raises(Invalid):
            listed_asset(actors.enterprise, patent_number(1), grant_date=date(2018, 1, 1))

    def test_a_bank_may_not_list(self, actors: Actors) -> None:
        with pytest.raises(Forbidden):
            listed_asset(actors.bank_officer, patent_number(1))

    def test_a_foreign_right_is_not_found(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1))
        with pytest.raises(NotFound):
            assets.submit(by=actors.other_enterprise, at=LISTED, asset_id=asset.pk)

    def test_a_right_that_has_ended_is_not_handed_in(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1), legal_status="lapsed")
        with pytest.raises(Conflict):
            assets.submit(by=actors.enterprise, at=LISTED, asset_id=asset.pk)

    def test_a_verified_right_can_no_longer_be_revised(self, actors: Actors) -> None:
        asset = verified(actors, listed_asset(actors.enterprise, patent_number(1)))
        with pytest.raises(Conflict):
            assets.revise(by=actors.enterprise, at=CHECKED, asset_id=asset.pk, title="另一个名称")

    def test_only_curable_grounds_can_be_declared(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1))
        common = {
            "by": actors.enterprise,
            "at": CHECKED,
            "asset_id": asset.pk,
            "title": asset.title,
            "legal_status": "in_force",
        }
        assert assets.revise(**common, declared=["same_day_twin"]).declared == ["same_day_twin"]
        with pytest.raises(Invalid):
            assets.revise(**common, declared=["disputed"])


class TestWatching:
    def test_a_ground_that_appears_takes_a_pledgeable_right_out(self, actors: Actors) -> None:
        asset = verified(actors, trademark(actors.enterprise, "271828"))
        asset = assets.restrict(
            by=actors.verifier, at=CHECKED, asset_id=asset.pk, ground="disputed", note="(2025)内01民初1号"
        )
        assert (asset.state, queries.pledgeability(asset, ON).ok) == ("RESTRICTED", False)

    def test_a_restricted_right_comes_back_through_verification(self, actors: Actors) -> None:
        asset = verified(actors, trademark(actors.enterprise, "271828"))
        assets.restrict(by=actors.verifier, at=CHECKED, asset_id=asset.pk, ground="disputed", note="保全")
        assert verified(actors, IpAsset.objects.get(pk=asset.pk)).state == "ELIGIBLE"

    def test_the_end_of_a_right_needs_its_public_notice(self, actors: Actors) -> None:
        asset = verified(actors, listed_asset(actors.enterprise, patent_number(1)))
        common = {"by": actors.verifier, "at": CHECKED, "asset_id": asset.pk, "legal_status": "invalidated"}
        with pytest.raises(Invalid):
            assets.end(**common, notice_no=" ")
        assert assets.end(**common, notice_no="IW01-39-2501").state == "TERMINATED"

    def test_a_draft_cannot_be_restricted(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1))
        with pytest.raises(IllegalTransition):
            assets.restrict(by=actors.verifier, at=CHECKED, asset_id=asset.pk, ground="disputed", note="保全")

    def test_the_database_refuses_a_jump_of_state(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1))
        with pytest.raises(InternalError), transaction.atomic():
            IpAsset.objects.filter(pk=asset.pk).update(state="PLEDGED")


class TestSight:
    def test_an_office_sees_its_prefecture_and_the_region_sees_all(self, actors: Actors) -> None:
        here = listed_asset(actors.enterprise, patent_number(1))
        elsewhere = listed_asset(actors.other_enterprise, patent_number(2))
        assert list(queries.assets_visible_to(actors.verifier)) == [here]
        assert set(queries.assets_visible_to(actors.auditor)) == {here, elsewhere}
        assert not queries.assets_visible_to(actors.other_prefecture_reviewer).exists()

    def test_banks_and_strangers_see_nothing_without_a_dossier(self, actors: Actors) -> None:
        listed_asset(actors.enterprise, patent_number(1))
        for by in (actors.bank_officer, actors.guarantor, actors.appraiser, actors.public, actors.operator):
            assert not queries.assets_visible_to(by).exists()

    def test_listing_leaves_an_audit_row(self, actors: Actors) -> None:
        from finance_platform.foundation.queries import audit_rows

        asset = listed_asset(actors.enterprise, patent_number(1))
        row = audit_rows().get(use_case="pledges.services.assets.list_asset")
        assert (row.person, row.subject, row.at) == (actors.enterprise, f"pledges.IpAsset:{asset.pk}", at(2025, 3, 3))
