"""Two choices at the same moment: the lock on the application lets one through, the database would refuse the other."""

import threading

from django.db import connection

from banks_portal.models import Offer
from banks_portal.services import selections
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict
from tests.banks_portal.test_selections import CHOSEN, offer_of, opened
from tests.factories import people_of_the_region


def test_of_two_simultaneous_choices_one_wins_and_the_other_is_told(committed_db):
    actors = people_of_the_region()
    application = opened(actors)
    ids = [offer_of(actors, bank).pk for bank in (actors.bank_officer, actors.other_bank_officer)]
    outcomes = []
    ready = threading.Barrier(2)

    def choose_at_once(offer_id):
        try:
            ready.wait(timeout=20)
            selections.select(by=actors.enterprise, at=CHOSEN, offer_id=offer_id)
            outcomes.append("chosen")
        except Conflict as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=choose_at_once, args=(offer_id,)) for offer_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["chosen", "not_published"]
    with viewer.seen_by(actors.enterprise):
        assert Offer.objects.filter(application=application, state="SELECTED").count() == 1
