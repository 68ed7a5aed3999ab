"""What the tables do not hold."""

from datetime import date


class UnknownTerritory(LookupError):
    """No such commune, department or region, or none on that day."""

    def __init__(self, code: str, day: date | None = None) -> None:
        super().__init__(code, day)
        self.code = code
        self.day = day

    def __str__(self) -> str:
        when = f" on {self.day}" if self.day else ""
        return f"no territory « {self.code} »{when}"


class UnknownName(LookupError):
    """No service or word under that key on that day."""

    def __init__(self, key: str, day: date) -> None:
        super().__init__(key, day)
        self.key = key
        self.day = day

    def __str__(self) -> str:
        return f"nothing is named « {self.key} » on {self.day}"
