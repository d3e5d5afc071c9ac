"""Every machine, cell by cell: the method, the table and the database say the same."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django_fsm import TransitionNotAllowed, can_proceed

from finance_platform.foundation.stateful import Stateful
from tests.architecture import specimen_rows
from tests.architecture.test_migrations import label, owner

__all__ = ["owner"]

MODELS = [model for model in apps.get_models() if issubclass(model, Stateful)]
CELLS = [(model, state, event) for model in MODELS for state in model.machine.states for event in model.machine.events]


def triggers(cursor: Any, table: str) -> set[str]:
    """Return the names of the triggers that a table carries and that are awake."""
    cursor.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'", [table]
    )
    return {name for (name,) in cursor.fetchall()}


def own_trigger(cursor: Any, table: str, name: str) -> str:
    return next(found for found in triggers(cursor, table) if found.startswith(f"pgtrigger_{name}_"))


@pytest.mark.parametrize(("model", "state", "event"), CELLS, ids=lambda x: label(x) if isinstance(x, type) else str(x))
def test_a_cell_of_the_table_is_the_method_of_the_model(model, state, event):
    thing = model()
    thing.__dict__["state"] = state  # the field is protected: no assignment after the first
    target = model.machine.target(state, event)
    assert can_proceed(getattr(thing, event)) == thing.can(event) == (target is not None)
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            getattr(thing, event)()
        assert thing.state == state
    else:
        getattr(thing, event)()
        assert thing.state == target


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_the_database_allows_the_table_s_moves_and_no_other(owner, model):
    """One specimen in each state; from each, a step to every other state is tried."""
    table, machine = model._meta.db_table, model.machine
    moves = own_trigger(owner, table, "state_moves")
    specimen_rows.lift_other_rules(owner, model)
    keys = {
        state: specimen_rows.with_sleeping_triggers(owner, model, serial, state=state)
        for serial, state in enumerate(machine.states, start=specimen_rows.FIRST)
    }
    owner.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER, ENABLE TRIGGER "{moves}"')
    allowed = {(source, target) for source in machine.states for target in machine.states
               if source != target and step(owner, model, keys[source], target)}  # fmt: skip
    assert allowed == {(move.source, move.target) for move in machine.moves if move.source != move.target}


def step(cursor: Any, model: Any, key: Any, target: str) -> bool:
    """Return whether the database lets the row take the state; it keeps the old one."""
    statement = f'UPDATE "{model._meta.db_table}" SET state = %s WHERE "{model._meta.pk.column}" = %s'
    point = transaction.savepoint_create(using="owner")
    said = specimen_rows.refusal("owner", lambda: cursor.execute(statement, [target, key]))
    transaction.savepoint_rollback(point, using="owner")
    assert said == "" or "Invalid transition" in said, said
    return said == ""


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("model", MODELS, ids=label)
def test_a_row_begins_in_the_first_state_and_in_no_other(owner, model):
    table, machine = model._meta.db_table, model.machine
    begins = own_trigger(owner, table, "state_begins")
    specimen_rows.lift_other_rules(owner, model)
    owner.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER, ENABLE TRIGGER "{begins}"')
    said = {
        state: specimen_rows.refusal("owner", lambda n=n, s=state: specimen_rows.insert(owner, model, n, state=s))
        for n, state in enumerate(machine.states, start=specimen_rows.FIRST)
    }
    assert said.pop(machine.initial) == ""
    assert all("Cannot insert" in text for text in said.values()), said


def test_there_are_machines_and_every_state_but_the_last_ones_leads_on():
    assert len(MODELS) >= 8
    for model in MODELS:
        reached = {model.machine.initial, *(move.target for move in model.machine.moves)}
        assert reached == set(model.machine.states), f"{label(model)}: a state that nothing leads to"
