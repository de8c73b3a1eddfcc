"""Names, choices, services and staff."""

import pytest

from conversation.domain.understanding import Expecting, Term, Vocabulary

ASKED_NAME = Expecting(slot="name")
SLOTS = Expecting(slot="choice", options=("Giovedì 15:00", "Giovedì 16:00", "Venerdì 17:30"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("sono Marta", "Marta"),
        ("Ciao, sono Marta e vorrei un taglio", "Marta"),
        ("mi chiamo marta rossi", "Marta Rossi"),
        ("prenotate a nome Rossi", "Rossi"),
        ("my name is John O'Neil", "John O'Neil"),
        ("hi, I'm Anna, can I book?", "Anna"),
        ("je m'appelle Jean-Pierre N'Diaye", "Jean-Pierre N'Diaye"),
        ("c'est au nom de Diallo", "Diallo"),
    ],
)
def test_introduced_names(read, text, name):
    assert read(text).name == name


@pytest.mark.parametrize(
    "text",
    ["sono libero domani", "sono le 15", "I'm late", "it's fine", "je suis disponible", "domani"],
)
def test_no_introduction(read, text):
    assert read(text).name is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Marta Rossi", "Marta Rossi"),
        ("marta", "Marta"),
        ("MARTA ROSSI", "Marta Rossi"),
        ("Mario Rossi, grazie", "Mario Rossi"),
        ("ok, Marta Bianchi", "Marta Bianchi"),
        ("Luca De Santis", "Luca De Santis"),
        ("Giulia", "Giulia"),
        ("Paolo Verdi 333 1234567", "Paolo Verdi"),
        ("Moussa Ndiaye svp", "Moussa Ndiaye"),
    ],
)
def test_bare_names(read, text, name):
    assert read(text, expecting=ASKED_NAME).name == name


@pytest.mark.parametrize(
    "text",
    [
        "boh",
        "perché?",
        "taglio uomo",
        "non lo so",
        "annulla",
        "domani alle 15",
        "sì",
        "je sais pas",
        "3331234567",
    ],
)
def test_no_bare_name(read, text):
    assert read(text, expecting=ASKED_NAME).name is None


def test_the_customers_name_is_not_the_stylist(read):
    reading = read("sono Giulia, vorrei un taglio con Marco")
    assert (reading.name, reading.staff) == ("Giulia", ("marco",))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("2", 1),
        ("la seconda", 1),
        ("la 3", 2),
        ("quella delle 16", 1),
        ("alle 16", 1),
        ("16", 1),
        ("accetto la proposta delle 16", 1),
        ("17:30", 2),
        ("the last one", 2),
        ("le premier", 0),
        ("l'ultima", 2),
        ("Giovedì 16:00", 1),
        ("venerdì", 2),
        ("giovedì", None),
        ("la quinta", None),
        ("nessuna", None),
        ("alle 11", None),
        ("un'ora prima", None),
        ("e prima?", None),
        ("il prima possibile", None),
        ("the middle one", 1),
    ],
)
def test_choices(read, text, index):
    assert read(text, expecting=SLOTS).choice == index


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("taglio uomo", ("cut-men",)),
        ("un taglio da uomo", ("cut-men",)),
        ("un taglio", ("cut-women", "cut-men")),
        ("un tagglio donna", ("cut-women",)),
        ("a men's haircut", ("cut-men",)),
        ("mens haircut", ("cut-men",)),
        ("une coupe femme", ("cut-women",)),
        ("barba e piega", ("blow-dry", "beard")),
        ("un uomo gentile", ()),
    ],
)
def test_services(read, text, services):
    assert read(text).services == services


def test_a_modifier_alone_answers_which_service(read):
    assert read("uomo", expecting=Expecting(slot="service")).services == ("cut-men",)


def test_staff(read):
    assert read("domani con giulia").staff == ("giulia",)
    assert read("a marzo").staff == ()


def test_names_of_the_tenant_are_not_repaired_into_months(read):
    vocabulary = Vocabulary(staff=(Term("marzia", ("Marzia",)),))
    reading = read("con Marzia", vocabulary=vocabulary)
    assert (reading.staff, reading.when) == (("marzia",), None)


@pytest.mark.parametrize("name", ["Carla Domenica", "Robinson Friday", "Marie Avril"])
def test_a_day_may_be_a_surname_where_a_name_is_asked(read, name):
    reading = read(name, expecting=ASKED_NAME)
    assert (reading.name, reading.when) == (name, None)


def test_a_day_alone_is_no_name(read):
    assert read("Domenica", expecting=ASKED_NAME).name is None


def test_a_bare_number_beyond_the_options_is_an_hour(read):
    reading = read("18", expecting=SLOTS)
    assert (reading.choice, reading.when.times[0].hour) == (None, 18)
