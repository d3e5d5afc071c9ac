"""The JSON door of the foundation."""

from ninja import Router

router = Router()
