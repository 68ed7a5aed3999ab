"""What people do with their account, their organisation and their service.

Operations flush; whoever calls them commits.
"""

from grants.accounts.operations.invitations import (
    accept,
    accept_as_newcomer,
    find_invitation,
    invite,
    revoke,
)
from grants.accounts.operations.members import (
    Body,
    body_of,
    change_capacity,
    ensure_organisation,
    ensure_service,
    join_organisation,
    join_service,
    members_of,
    pending_invitations,
    register_body,
    remove,
    rules,
)
from grants.accounts.operations.people import (
    CONFIRM_WITHIN,
    add_user,
    address_of,
    confirm,
    find_user,
    register,
)
from grants.accounts.operations.signing_in import (
    count_failure,
    forget_failures,
    is_locked,
    remove_second_factor,
)
from grants.accounts.operations.sirets import checked_siret
from grants.accounts.operations.stand_ins import end_stand_in, name_stand_in

__all__ = [
    "CONFIRM_WITHIN",
    "Body",
    "accept",
    "accept_as_newcomer",
    "add_user",
    "address_of",
    "body_of",
    "change_capacity",
    "checked_siret",
    "confirm",
    "count_failure",
    "end_stand_in",
    "ensure_organisation",
    "ensure_service",
    "find_invitation",
    "find_user",
    "forget_failures",
    "invite",
    "is_locked",
    "join_organisation",
    "join_service",
    "members_of",
    "name_stand_in",
    "pending_invitations",
    "register",
    "register_body",
    "remove",
    "remove_second_factor",
    "revoke",
    "rules",
]
