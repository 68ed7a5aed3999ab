from grants.wording import fill, placeholders


def test_names_are_read_between_braces_in_their_order():
    assert placeholders("{reference} : {title}, {reference}") == ["reference", "title", "reference"]


def test_doubled_braces_are_nothing_special():
    assert placeholders("{{link}}") == ["link"]
    assert fill("{{link}}", {"link": "ici"}.get) == "{ici}"


def test_a_name_without_a_word_stays_as_it_is():
    assert fill("{title}, {unknown}", {"title": "Pilote"}.get) == "Pilote, {unknown}"


def test_braces_in_a_value_are_not_filled_again():
    words = {"title": "Projet {reference}", "reference": "HLM14-0001"}

    assert fill("{title}", words.get) == "Projet {reference}"
