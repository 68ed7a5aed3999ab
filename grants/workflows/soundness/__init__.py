"""Whether a circuit holds, told from the file alone."""

from grants.workflows.soundness.errors import ENDS, CircuitError
from grants.workflows.soundness.parts import errors_of_parts
from grants.workflows.soundness.proofs import Need, Proof, circuit_errors, prove
from grants.workflows.soundness.situations import Kind, Share

__all__ = [
    "ENDS",
    "CircuitError",
    "Kind",
    "Need",
    "Proof",
    "Share",
    "circuit_errors",
    "errors_of_parts",
    "prove",
]
