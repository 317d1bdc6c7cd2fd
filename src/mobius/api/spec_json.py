"""A workflow specification on the wire."""

from typing import Annotated, Any

from msgspec import Raw

from mobius.api.schema import schema_of

WorkflowSpecJSON = Annotated[dict[str, Any], schema_of("WorkflowSpec")]
"""Raw JSON that the engine checks, because it reports all problems at once; served as `WorkflowSpec`."""

WorkflowSpecBytes = Annotated[Raw, schema_of("WorkflowSpec")]
"""The same, not even decoded: most of them came before in the same bytes."""
