"""Where a service keeps the layout of its inbox: one document of its store, the truth for all replicas."""

from typing import Final

from chassis.messaging.layout import Layout
from chassis.observability.logging import get_logger
from chassis.storage import CollectionSpec, Conflict, Store, StoreUnavailable
from contracts import channels

_LAYOUTS: Final = CollectionSpec("inbox_layouts")
_KEY: Final = "inbox"

log = get_logger(__name__)


class Layouts:
    """Reads and changes the layout of one service's inbox."""

    def __init__(self, store: Store) -> None:
        self._documents = store.collection(_LAYOUTS)
        self._known: Layout | None = None

    async def read(self) -> tuple[Layout, int]:
        """The layout and its version; the first one, at version 0, where none was ever kept."""
        found = await self._documents.get(channels.SYSTEM, _KEY)
        self._known = layout = Layout.model_validate(found.body) if found else Layout()
        return layout, found.version if found else 0

    async def known(self) -> Layout:
        """The layout; while the store is away, as it was last. Raises StoreUnavailable at first."""
        try:
            return (await self.read())[0]
        except StoreUnavailable as error:
            if self._known is None:
                raise
            log.warning("the store is away, the inbox stays as it was divided last", error=str(error))
            return self._known

    async def replace(self, layout: Layout, version: int) -> bool:
        """Saves it over that version. False: somebody else was faster, look again."""
        body = layout.model_dump(mode="json")
        try:
            await self._documents.save(channels.SYSTEM, _KEY, body, expected=version)
        except Conflict:
            return False
        return True
