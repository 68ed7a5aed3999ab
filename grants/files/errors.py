"""Why a file is not kept."""


class FileRefused(Exception):
    """`reason`: a French sentence that says what the file is and what to hand in instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OldOffice(FileRefused):
    """A file of Office before 2007, without a password."""
