"""Refusals of what people ask about accounts, organisations and services."""


class AccountRefused(Exception):
    """What was asked cannot be done. `field` names the input at fault, when there is one."""

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field


class NotEntitled(AccountRefused):
    """Only a signatory, or the head of the service, may do this."""


class AddressTaken(Exception):
    """Somebody already has this address. The page does not say so: a mail to the address does."""

    def __init__(self, user_id: int) -> None:
        super().__init__("this address has its account")
        self.user_id = user_id
