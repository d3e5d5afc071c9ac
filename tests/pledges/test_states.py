"""The state tables are whole: every state is reached, every cell of every table is what the model allows."""

import json
from pathlib import Path

import pytest
from django_fsm import can_proceed

from finance_platform.foundation.moves import Machine
from finance_platform.foundation.stateful import Stateful
from pledges.models import Application, AssetTag, Disposal, IpAsset, Loan, Pledge
from pledges.rules import states

MODELS: dict[str, type[Stateful]] = {
    "asset": IpAsset, "application": Application, "pledge": Pledge, "loan": Loan, "disposal": Disposal, "tag": AssetTag,
}  # fmt: skip
MACHINES = [states.ASSET, states.APPLICATION, states.PLEDGE, states.LOAN, states.DISPOSAL, states.TAG]
CELLS = [(machine, state, event) for machine in MACHINES for state in machine.states for event in machine.events]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_is_reached_from_the_first(machine: Machine) -> None:
    reached, frontier = {machine.initial}, [machine.initial]
    while frontier:
        state = frontier.pop()
        new = {move.target for move in machine.moves if move.source == state} - reached
        reached |= new
        frontier += new
    assert reached == set(machine.states)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_move_names_its_actor_and_its_evidence(machine: Machine) -> None:
    assert [move for move in machine.moves if not (move.actor and move.evidence)] == []


@pytest.mark.parametrize(("machine", "state", "event"), CELLS, ids=lambda part: getattr(part, "name", part))
def test_the_model_allows_exactly_the_cells_of_the_table(machine: Machine, state: str, event: str) -> None:
    thing = MODELS[machine.name](state=state)
    assert can_proceed(getattr(thing, event)) == (machine.target(state, event) is not None)


def test_the_tables_hold_every_row_of_the_domain_page(shared_dir: Path) -> None:
    text = (shared_dir / "cases" / "risk_worked_examples.json").read_text(encoding="utf-8")
    published = {name.partition(" ")[0]: table for name, table in json.loads(text)["state_machines"].items()}
    for machine in MACHINES[:-1]:
        rows = published["ip_asset" if machine is states.ASSET else machine.name]["transitions"]
        ours = {(move.source, move.target) for move in machine.moves}
        theirs = {(source, row["to"]) for row in rows for source in row["from"].split("|")}
        assert theirs - ours == set(), machine.name
