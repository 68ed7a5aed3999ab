"""Why a file is not read."""


class FileNotRead(Exception):
    """`reason`: a French sentence that says what the file is and what to send instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
