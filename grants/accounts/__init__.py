"""People, the organisations that apply and the services that instruct."""
