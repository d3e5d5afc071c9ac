"""Who carries out the works of a book: this process, others on this machine, or Dask workers elsewhere.

The answer is the same whoever works: a work is plain text in, plain values out, and path values are whole numbers.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from finance_platform.foundation.errors import Conflict
from valuation.rules.books import Done, Work, revalue


def carried_out(works: Iterable[Work], *, workers: int = 1, scheduler: str = "") -> Iterator[Done]:
    """Give what comes of each work as it is finished: here, in `workers` processes, or on the Dask `scheduler`'s.

    Raises: Conflict where an address is set and the group `distributed` is not installed.
    """
    if scheduler:
        yield from _on_dask(works, scheduler)
    elif workers <= 1:
        yield from map(revalue, works)
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            for finished in as_completed([pool.submit(revalue, work) for work in works]):
                yield finished.result()


def _on_dask(works: Iterable[Work], scheduler: str) -> Iterator[Done]:
    try:
        import distributed
    except ImportError:
        raise Conflict("未安装 distributed 组:请先执行 uv sync --group distributed", code="no_distributed") from None
    with distributed.Client(scheduler) as client:
        for _future, done in distributed.as_completed(client.map(revalue, list(works)), with_results=True):
            yield done
