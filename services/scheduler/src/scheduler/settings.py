"""Settings of the scheduler: those of every service, and the port it listens on."""

from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class SchedulerSettings(ServiceSettings):
    http_port: Annotated[int, Field(ge=0, le=65535)] = Field(8003, description="port of the read API")
