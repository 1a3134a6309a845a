"""A dossier says what the registers say, exactly, and stays on two pages."""

import re

import numpy as np
import pytest

from oshrisk.documents.dossier import dossiers
from oshrisk.documents.dossier_files import write_dossiers
from oshrisk.documents.parts import Table
from oshrisk.documents.pdf import pdf_bytes
from oshrisk.errors import OshriskError
from oshrisk.issued import read_issued
from oshrisk.messages import catalogue
from oshrisk.planning import Quarter

QUARTER = Quarter(2027, 1)


@pytest.fixture(scope="module")
def issued(planned):
    return read_issued(planned, QUARTER)


def words_of(document):
    tables = [part for part in document.parts if isinstance(part, Table)]
    cells = [cell for table in tables for row in table.rows for cell in row]
    return "\n".join([*(column.title for table in tables for column in table.columns), *cells])


def number(words):
    return float(words.replace("×", "").replace(".", "").replace(",", "."))


def pages(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_everybody_has_a_dossier_on_the_list_or_not(issued):
    firms = issued.registry["enterprises"]
    closed = firms.loc[firms["closed_on"].notna(), "enterprise_id"].head(3)
    ids = [*issued.visits.index[:3], *issued.not_selected["enterprise_id"].head(20), *closed]
    made = dossiers(issued, ids)
    assert len(closed)
    assert all(str(name) in document.subject for name, document in zip(ids, made, strict=True))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_two_pages_at_most(issued, language):
    worst = issued.assessment.sort_values("rank").index[:8]  # of whom most is known
    for document in dossiers(issued, worst, language):
        assert pages(pdf_bytes(document, language)) <= 2, document.subject


def test_base_times_all_multipliers_is_the_estimate(issued):
    for document in dossiers(issued, issued.visits.index[:5]):
        reasons = next(part for part in document.parts if isinstance(part, Table) and len(part.columns) == 5)
        first, *factors, last = [[number(cell.rstrip(" %")) for cell in row[1:4]] for row in reasons.rows]
        product = np.prod(factors, axis=0)
        assert last[0] == pytest.approx(first[0] * product[0], rel=0.05)  # two decimals each
        assert last[1] == pytest.approx(first[1] * product[1], rel=0.05)
        odds = first[2] / (100 - first[2]) * product[2]
        assert last[2] == pytest.approx(100 * odds / (1 + odds), abs=1.5)


def test_without_scores_nothing_of_the_ranking_is_told(issued):
    listed = issued.visits.index[:3]
    words = catalogue("dossier", "vi")
    for document in dossiers(issued, listed, scores=False):
        said = words_of(document)
        assert "×" not in said.replace("(hệ số ×1)", "")
        assert not re.search(r"[Nn]hóm [ABCD]\b|chỉ số|hạng \d", said)
        assert words["headings"]["changes"] not in said


def test_silence_is_told_as_unknown(issued):
    silent = issued.features.index[issued.features["training_coverage"].isna() & issued.features["workers"].notna()]
    said = words_of(dossiers(issued, silent[:1])[0])
    assert catalogue("dossier", "vi")["duties"]["silent"] in said
    assert "Không có số liệu không phải là bằng chứng an toàn, cũng không phải vi phạm" in said


def test_the_address_of_a_household_business_is_marked_as_personal(issued):
    firms = issued.registry["enterprises"]
    household = firms.loc[firms["legal_form"].eq("household"), "enterprise_id"]
    other = firms.loc[firms["legal_form"].eq("limited"), "enterprise_id"]
    words = catalogue("dossier", "vi")["household"]
    one, two = dossiers(issued, [household.iloc[0], other.iloc[0]])
    assert (words in one.parts[0].text, words in two.parts[0].text) == (True, False)


def test_an_unknown_enterprise_is_refused(planned):
    with pytest.raises(OshriskError, match="9999999999"):
        write_dossiers(planned, QUARTER, ["9999999999"])
    assert not planned.path("dossiers").exists()


def test_files_are_marked_as_simulated(planned, issued):
    files, simulated = write_dossiers(planned, QUARTER, [issued.visits.index[0]])
    assert simulated
    assert sorted(file.suffix for file in files) == [".docx", ".pdf"]
    assert all("-simulated" in file.name for file in files)
