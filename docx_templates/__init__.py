"""The Word models of the calls, and the scripts that build them."""
