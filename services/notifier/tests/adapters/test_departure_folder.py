"""What has left this machine is known to every notifier on it, dead or alive."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from notifier.adapters.departure_folder import DepartureFolder


def test_an_attempt_departs_once_whoever_notes_it(tmp_path):
    message, one, other = uuid4(), DepartureFolder(tmp_path), DepartureFolder(tmp_path)
    assert one.depart(message, 0)
    assert not other.depart(message, 0)
    assert other.depart(message, 1)


def test_what_is_forgotten_may_depart_again(tmp_path):
    message, folder = uuid4(), DepartureFolder(tmp_path)
    folder.depart(message, 0)
    folder.forget(message, 0)
    folder.forget(message, 0)
    assert folder.depart(message, 0)


def test_all_of_one_folder_are_at_one_place_and_other_folders_elsewhere(tmp_path):
    assert DepartureFolder(tmp_path / "a").place == DepartureFolder(tmp_path / "a").place
    assert DepartureFolder(tmp_path / "b").place != DepartureFolder(tmp_path / "a").place


def test_all_who_open_a_new_folder_at_once_are_at_one_place(tmp_path):
    """Each sweeps while the others' drafts of the place come and go."""
    with ThreadPoolExecutor(8) as pool:
        for round_ in range(50):
            new = tmp_path / str(round_)
            assert len(set(pool.map(lambda _, new=new: DepartureFolder(new).place, range(8)))) == 1


def test_old_notes_are_swept_and_young_ones_stay(tmp_path):
    old, young, folder = uuid4(), uuid4(), DepartureFolder(tmp_path)
    for message in (old, young):
        folder.depart(message, 0)
    os.utime(tmp_path / f"{old}.0", (time.time() - 3 * 24 * 3600,) * 2)
    again = DepartureFolder(tmp_path)
    assert again.place == folder.place
    assert again.depart(old, 0)
    assert not again.depart(young, 0)
