from ops.places import workspace
from ops.sandbox.businesses import load_businesses


def test_a_newcomer_meets_the_salon_first():
    businesses = load_businesses(workspace() / "deploy" / "tenants")
    assert list(businesses) == ["lyo", "sdb", "lily", "feelori", "academy"]


def test_a_file_that_is_no_business_is_skipped(tmp_path):
    (tmp_path / "broken.yaml").write_text("id: [")
    (tmp_path / "empty.yaml").write_text("name: nobody")
    assert load_businesses(tmp_path) == {}
