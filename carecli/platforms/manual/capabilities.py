"""What can be done on a channel without an API."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.domain.capabilities import Capabilities
from carecli.i18n import N_

CAPABILITIES = Capabilities(
    can_reply=False,
    note=N_("This place has no API. Open the link, answer there, and confirm here."),
)


def manual_capabilities(options: Mapping[str, str]) -> Capabilities:  # noqa: ARG001 - the same for all
    """Nothing but to note what a person did there."""
    return CAPABILITIES
