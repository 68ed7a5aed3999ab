"""The outbox: mails are rows, written with the act that causes them and sent afterwards."""
