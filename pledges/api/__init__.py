"""The JSON door of the pledges app, assembled by subject."""

from ninja import Router

from pledges.api import agreements, applications, asset_imports, assets, loans

router = Router()
for _subject in (assets.router, asset_imports.router, applications.router, agreements.router, loans.router):
    router.add_router("", _subject)
