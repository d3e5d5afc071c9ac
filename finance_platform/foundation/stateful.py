"""Models with a state: transition methods for django-fsm and a trigger in PostgreSQL, both built from one table.

    class Pledge(stateful(rules.PLEDGE)):
        class Meta(stateful(rules.PLEDGE).Meta): ...       # or no Meta at all

gives `pledge.state`, one protected method per event, and `pledge.move("register", by=..., at=..., ...)`, which makes
the transition, saves the row and writes the change with its evidence. `queryset.update` cannot cheat: the database
knows the same table.
"""

from datetime import datetime
from functools import cache
from typing import Any

import pgtrigger
from django.db import models
from django_fsm import FSMField, FSMModelMixin, can_proceed, transition

from finance_platform.foundation.errors import IllegalTransition
from finance_platform.foundation.models import StateChange, User
from finance_platform.foundation.moves import Machine
from finance_platform.foundation.triggers import append_only, never_deleted

__all__ = ["Stateful", "append_only", "never_deleted", "stateful"]


class Stateful(FSMModelMixin, models.Model):  # type: ignore[misc]
    """What every model with a state can do; use `stateful(machine)` as the base class."""

    machine: Machine
    state: str

    class Meta:
        abstract = True

    @property
    def state_label(self) -> str:
        return self.machine.states[self.state]

    def can(self, event: str) -> bool:
        return self.machine.target(self.state, event) is not None

    def move(self, event: str, *, by: User, at: datetime, **evidence: Any) -> None:
        """Make the transition, save the whole row, and write who moved what from where to where on which evidence.

        Raises: IllegalTransition if the state does not allow the event.
        """
        method = getattr(self, event)
        if not can_proceed(method):
            allowed = "、".join(self.machine.events_from(self.state)) or "—"
            raise IllegalTransition(f"{self}:当前状态“{self.state_label}”不允许“{event}”(可行:{allowed})")
        before = self.state
        method()
        self.save()
        StateChange.objects.create(
            subject=f"{self._meta.label}:{self.pk}", event=event, source=before, target=self.state,
            by=by, at=at, evidence=evidence,
        )  # fmt: skip


@cache
def stateful(machine: Machine) -> type[Stateful]:
    """Return the abstract base model of a state machine."""
    body: dict[str, Any] = {
        "__module__": __name__,
        "machine": machine,
        "state": FSMField(default=machine.initial, protected=True, max_length=24, choices=list(machine.states.items())),
        "Meta": type("Meta", (), {"abstract": True, "triggers": _triggers(machine)}),
    }
    for event in machine.events:
        if hasattr(Stateful, event):
            raise ValueError(f"{machine.name}: the event {event!r} hides a method of every model; give it another name")
        body[event] = _method(machine, event)
    return type(f"Stateful{machine.name.title().replace('_', '')}", (Stateful,), body)


def _method(machine: Machine, event: str) -> Any:
    def change(self: Stateful) -> None:
        """Change the state; guards and evidence are the calling service's."""

    change.__name__ = event
    for move in machine.moves:
        if move.event == event:
            change = transition(field="state", source=move.source, target=move.target)(change)
    return change


def _triggers(machine: Machine) -> list[pgtrigger.Trigger]:
    pairs = sorted({(move.source, move.target) for move in machine.moves})
    return [
        pgtrigger.FSM(name="state_moves", field="state", transitions=pairs),
        pgtrigger.Protect(
            name="state_begins",
            operation=pgtrigger.Insert,
            condition=~pgtrigger.Q(new__state=machine.initial),
        ),
    ]
