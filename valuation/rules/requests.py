"""What an appraiser may ask of the engine: a simulation of bounded size under a seed that he names."""

from collections.abc import Mapping
from typing import Any

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.faults import BadDocument
from valuation.rules.pools import PATHS, PATHS_MAX

SEED_MAX = 2**63 - 1


def seeded(document: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return the document with this seed in its simulation (16,384 Sobol paths where it names none).

    Raises: Invalid for a seed outside 0..2^63-1, or for more than 65,536 paths.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= SEED_MAX:
        raise Invalid("随机种子有误", fields={"seed": "请填写 0 至 2^63-1 的整数"})
    simulation = document.get("simulation", {"paths": PATHS, "sampler": "sobol"})
    if not isinstance(simulation, Mapping):
        raise Invalid("模拟设置有误", fields={"/simulation": "请写成对象"})
    paths = simulation.get("paths", PATHS)
    if isinstance(paths, int) and paths > PATHS_MAX:
        raise Invalid("模拟路径过多", fields={"/simulation/paths": f"至多 {PATHS_MAX}"})
    return {**document, "simulation": {**simulation, "paths": paths, "seed": seed}}


def refusal(error: BadDocument) -> Invalid:
    """Return the engine's faults as a refusal that names every member."""
    faults = {fault.pointer or "/": fault.reason for fault in error.faults}
    return Invalid("模型参数有误,请按所列位置修改", code="bad_document", fields=faults)
