"""The JSON door of the pledges app, assembled by subject."""

from ninja import Router

from pledges.api import applications, asset_imports, assets

router = Router()
for _subject in (assets.router, asset_imports.router, applications.router):
    router.add_router("", _subject)
