"""The base of all event data, and the marks that say which fields need special care."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Data(BaseModel):
    """Immutable data of one event. Unknown fields are ignored: a consumer is a tolerant reader."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Personal(Data):
    """The one group of an event's fields that holds personal data, always named `personal`.

    Everything about a person lies in this group and nowhere else in the event, so that it can be
    encrypted or erased by itself without touching the rest.
    """


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""A short name for machines, as in addresses: lower-case letters, digits and dashes."""


class Secret:
    """Marks a text field that never travels in the clear.

    A tenant's file holds it in the clear; events and stores hold it sealed (see chassis.sealing).
    """


SecretText = Annotated[str, Secret()]
