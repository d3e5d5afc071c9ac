"""Files of rights come in whatever program wrote them; every row is taken in or told what is wrong with it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from finance_platform.foundation.errors import Forbidden, Invalid, NotFound
from pledges import queries
from pledges.models import AssetImport, AssetTag, IpAsset
from pledges.rules import asset_files
from pledges.rules import asset_imports as rules
from pledges.services import asset_imports, assets
from tests.factories import Actors, at
from tests.pledges.builders import LISTED, full_width, listed_asset, patent_number, workbook

HEADER = ["权利号", "权利类型", "名称", "权利人", "申请日", "授权日", "法律状态", "IPC"]
OWNER = "青山稀土科技有限公司"
IMPORTED = at(2025, 3, 4)


def good_row(serial: int) -> list[str]:
    return [
        patent_number(serial),
        "发明专利",
        f"一种永磁材料 {serial}",
        OWNER,
        "2019-03-05",
        "2021.6.1",
        "有效",
        "H01F1/057",
    ]


def fifty_rows_with_five_faults() -> list[list[str]]:
    rows = [good_row(serial) for serial in range(1, 51)]
    rows[9][0] = rows[9][0][:-1] + ("1" if rows[9][0][-1] != "1" else "2")
    rows[19][0] = rows[0][0]
    rows[29][3] = "别家公司"
    rows[39][4] = "2019-02-30"
    rows[44][1] = "实用新型"
    return [HEADER, *rows]


def as_csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    return "\n".join(",".join(row) for row in rows).encode(encoding)


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_a_text_file_is_read_in_its_own_encoding(self, encoding: str) -> None:
        sheet = asset_files.read(as_csv([HEADER, good_row(1)], encoding))
        assert (sheet.header, sheet.rows[0][1][3]) == (HEADER, OWNER)

    def test_a_workbook_gives_its_line_numbers_and_skips_empty_lines(self) -> None:
        sheet = asset_files.read(workbook([HEADER, good_row(1), [], good_row(2)]))
        assert [number for number, _ in sheet.rows] == [2, 4]

    @pytest.mark.parametrize("data", [b"", b"\n \n", b"PK\x03\x04broken", as_csv([HEADER])])
    def test_a_file_without_rows_is_refused_with_a_remedy(self, data: bytes) -> None:
        with pytest.raises(Invalid) as refusal:
            asset_files.read(data)
        assert "file" in refusal.value.fields

    def test_a_file_without_a_number_column_is_refused(self) -> None:
        with pytest.raises(Invalid, match="号码列"):
            rules.read(asset_files.read(as_csv([["名称"], ["某专利"]])))


class TestRows:
    def reading(self, **cells: str) -> rules.Reading:
        row = dict(zip(HEADER, good_row(1), strict=True)) | cells
        return rules.read(asset_files.read(workbook([list(row), list(row.values())])), OWNER)

    def test_full_width_digits_and_dotted_dates_are_understood(self) -> None:
        right = self.reading(权利号=full_width(patent_number(1)), 申请日=full_width("2019.3.5")).rights[0]
        assert (right.filing_date, right.expiry_date) == (date(2019, 3, 5), date(2039, 3, 5))

    def test_an_unknown_status_word_is_stored_as_unknown_with_a_warning(self) -> None:
        reading = self.reading(法律状态="不明")
        assert (reading.rights[0].legal_status, reading.refused) == ("unknown", 0)
        assert [finding.level for finding in reading.findings] == ["warning"]

    def test_an_ended_right_is_taken_in_with_its_status(self) -> None:
        assert self.reading(法律状态="未缴年费终止").rights[0].legal_status == "lapsed"

    def test_co_owners_are_kept_beside_the_owner(self) -> None:
        assert self.reading(权利人=f"某研究所、{OWNER}").rights[0].co_owner_names == ("某研究所",)

    def test_each_planted_fault_is_named_with_row_column_and_value(self) -> None:
        reading = rules.read(asset_files.read(workbook(fifty_rows_with_five_faults())), OWNER)
        assert (reading.rows, len(reading.rights), reading.refused) == (50, 45, 5)
        found = {(finding.row, finding.column): finding.code for finding in reading.findings}
        assert found == {
            (11, "权利号"): "check_digit", (21, "权利号"): "duplicate", (31, "权利人"): "other_owner",
            (41, "申请日"): "invalid", (46, "权利类型"): "invalid",
        }  # fmt: skip
        assert all(finding.reason and finding.value for finding in reading.findings)

    @pytest.mark.parametrize(
        ("events", "status"),
        [
            ({"grant": "2004-01-01"}, "in_force"),
            ({"grant": "2004-01-01", "terminate": "2008-01-01"}, "lapsed"),
            ({"grant": "2004-01-01", "terminate": "2008-01-01", "recover": "2008-06-01"}, "in_force"),
            ({"app_withdraw": "2003-01-01"}, "withdrawn"),
            ({"reject": "2003-01-01"}, "rejected"),
            ({}, "pending"),
        ],
    )
    def test_the_latest_event_gives_the_status(self, events: dict[str, str], status: str) -> None:
        header = ["app_num", "grant", "terminate", "app_withdraw", "reject", "recover"]
        row = ["CN00118464.4", *(events.get(name, "NA") for name in header[1:])]
        assert rules.read(asset_files.read(as_csv([header, row]))).rights[0].legal_status == status


class TestImport:
    def test_a_preview_lists_nothing_yet(self, actors: Actors) -> None:
        batch = asset_imports.preview(
            by=actors.enterprise, at=IMPORTED, filename="库.xlsx", data=workbook(fifty_rows_with_five_faults())
        )
        assert (batch.rows, batch.refused, batch.stored, batch.confirmed_at) == (50, 5, 0, None)
        assert not IpAsset.objects.exists()

    def test_confirming_lists_the_good_rows_and_mending_the_rest_completes_them(self, actors: Actors) -> None:
        first = self.confirmed(actors, workbook(fifty_rows_with_five_faults()))
        assert (first.stored, first.unchanged, first.refused) == (45, 0, 5)
        mended = self.confirmed(actors, workbook([HEADER, *(good_row(serial) for serial in range(1, 51))]))
        assert (mended.stored, mended.unchanged, mended.refused) == (5, 45, 0)
        assert IpAsset.objects.filter(owner=actors.enterprise.organisation).count() == 50

    @pytest.mark.parametrize("make", [workbook, lambda rows: as_csv(rows, "gb18030")])
    def test_twice_is_the_same_as_once(self, actors: Actors, make: Callable[..., bytes]) -> None:
        data = make([HEADER, *(good_row(serial) for serial in range(1, 6))])
        first, again = self.confirmed(actors, data), self.confirmed(actors, data)
        assert (first, again.stored) == (again, 5)
        assert IpAsset.objects.count() == 5

    def test_a_right_listed_by_another_stays_out_with_a_reason(self, actors: Actors) -> None:
        listed_asset(actors.other_enterprise, patent_number(3))
        batch = self.confirmed(actors, workbook([HEADER, good_row(3), good_row(4)]))
        assert (batch.stored, batch.refused) == (1, 1)
        assert batch.report["findings"][0]["code"] == "already_listed"

    def test_a_right_that_came_in_without_an_owner_can_be_claimed(self, actors: Actors) -> None:
        data = as_csv([["app_num"], [patent_number(7)]])
        asset_imports.run(by=actors.system, at=IMPORTED, filename="a.csv", data=data, enterprise_id=None)
        assert self.confirmed(actors, workbook([HEADER, good_row(7)])).stored == 1
        assert IpAsset.objects.get().owner == actors.enterprise.organisation

    def test_imported_rights_are_proposed_for_tags_and_wait_as_drafts(self, actors: Actors) -> None:
        self.confirmed(actors, workbook([HEADER, good_row(1)]))
        assert IpAsset.objects.get().state == "DRAFT"
        assert AssetTag.objects.get(taxonomy="plan_five_fields").code == "稀土"

    def test_only_an_enterprise_imports_and_only_for_itself(self, actors: Actors) -> None:
        data = workbook([HEADER, good_row(1)])
        with pytest.raises(Forbidden):
            asset_imports.preview(by=actors.bank_officer, at=IMPORTED, filename="a.xlsx", data=data)
        with pytest.raises(Forbidden):
            asset_imports.run(
                by=actors.enterprise, at=IMPORTED, filename="a.xlsx", data=data,
                enterprise_id=actors.other_enterprise.organisation.pk,
            )  # fmt: skip

    def test_anothers_preview_is_not_found(self, actors: Actors) -> None:
        data = workbook([HEADER, good_row(1)])
        batch = asset_imports.preview(by=actors.enterprise, at=IMPORTED, filename="a.xlsx", data=data)
        with pytest.raises(NotFound):
            asset_imports.confirm(by=actors.other_enterprise, at=IMPORTED, import_id=batch.pk)

    @staticmethod
    def confirmed(actors: Actors, data: bytes) -> AssetImport:
        batch = asset_imports.preview(by=actors.enterprise, at=IMPORTED, filename="库.xlsx", data=data)
        return asset_imports.confirm(by=actors.enterprise, at=IMPORTED, import_id=batch.pk)


class TestCommand:
    def test_it_refuses_an_unknown_enterprise_and_a_missing_file(self, actors: Actors, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_assets", tmp_path / "none.csv", "--owner-from-file")
        path = tmp_path / "a.csv"
        path.write_bytes(as_csv([HEADER, good_row(1)]))
        with pytest.raises(CommandError, match="没有统一社会信用代码"):
            call_command("import_assets", path, "--enterprise", "91150200MA0N0X1Y2H")

    def test_it_imports_for_an_enterprise_by_its_code(
        self, actors: Actors, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes(as_csv([HEADER, good_row(1)]))
        call_command("import_assets", path, "--enterprise", actors.enterprise.organisation.credit_code)
        assert "入库 1" in capsys.readouterr().out
        assert IpAsset.objects.get().owner == actors.enterprise.organisation


class TestRealRecords:
    def run(self, shared_dir: Path, name: str, by: object, moment: object = LISTED) -> AssetImport:
        data = (shared_dir / "data" / name).read_bytes()
        return asset_imports.run(by=by, at=moment, filename=name, data=data, enterprise_id=None)  # type: ignore[arg-type]

    def test_the_survival_sample_comes_in_but_for_its_four_broken_rows(self, actors: Actors, shared_dir: Path) -> None:
        name = "cn_patent_survival/sample_cleaned_sample.csv"
        batch = self.run(shared_dir, name, actors.system, at(2017, 12, 31))
        assert (batch.rows, batch.stored, batch.refused) == (4001, 3997, 4)
        assert {finding["row"] for finding in batch.report["findings"]} == {731, 2095, 2253, 3923}
        # 672 were in force by their last event; those filed before 1998 had reached their twenty years by that day.
        in_force = IpAsset.objects.filter(legal_status="in_force")
        assert in_force.count() == batch.report["statuses"]["in_force"] == 672
        assert batch.report["pledgeable"] == in_force.filter(expiry_date__gte=date(2017, 12, 31)).count() > 600
        assert self.run(shared_dir, name, actors.system) == batch

    def test_the_publications_come_in_with_their_status_unknown(self, actors: Actors, shared_dir: Path) -> None:
        batch = self.run(shared_dir, "cn_patent_ipc/oof_predictions.csv", actors.system)
        assert (batch.rows, batch.stored, batch.refused, batch.report["pledgeable"]) == (9740, 9740, 0, 0)
        assert batch.report["kinds"] == {"invention_patent": 5220, "utility_model": 4520}
        assert queries.assets_visible_to(actors.auditor).filter(legal_status="unknown").count() == 9740
        assert AssetTag.objects.filter(taxonomy="green_ipc", state="PROPOSED").exists()

    def test_a_title_can_be_added_and_the_right_still_waits_for_verification(self, actors: Actors) -> None:
        asset = listed_asset(actors.enterprise, patent_number(1), title="")
        with pytest.raises(Invalid):
            assets.submit(by=actors.enterprise, at=LISTED, asset_id=asset.pk)
