"""The same documents as PDF: laid out once for every call, typeset by typst."""
