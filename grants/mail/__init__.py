"""The outbox: mails are rows, written with the act that causes them and sent afterwards."""

from grants.mail.operations import SITE, BadRecipient, enqueue, with_links

__all__ = ["SITE", "BadRecipient", "enqueue", "with_links"]
