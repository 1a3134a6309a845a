"""Writing the dossiers of single enterprises, each a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from oshrisk.atomic import whole_file
from oshrisk.documents.dossier import dossiers
from oshrisk.documents.pdf import pdf_bytes
from oshrisk.documents.word import word_bytes
from oshrisk.documents.writing import marked, named
from oshrisk.issued import read_issued
from oshrisk.messages import Language, text
from oshrisk.planning import Quarter
from oshrisk.workspace import Workspace


def write_dossiers(
    workspace: Workspace, quarter: Quarter, ids: Sequence[str], *, scores: bool = True, language: Language = "vi"
) -> tuple[list[Path], bool]:
    """Write the dossiers of some enterprises to ``dossiers/<quarter>/``, each as Word and PDF.

    Parameters
    ----------
    workspace : Workspace
        The working folder.
    quarter : Quarter
        The quarter whose list they speak of; it must have been made.
    ids : sequence of str
        Enterprise ids, on the list or not.
    scores : bool, default True
        As for `oshrisk.documents.dossier.dossiers`.
    language : {"vi", "en"}, default "vi"
        Language.

    Returns
    -------
    tuple of (list of Path, bool)
        The files, and whether the data is simulated.

    Raises
    ------
    OshriskError
        If there is no list, or an enterprise is not in its registers; nothing is written then.
    """
    issued = read_issued(workspace, quarter)
    foot = f"{issued.programme.office.department} · {text(f'documents.levels.{_LEVEL[scores]}', language)}"
    files = []
    for enterprise_id, document in zip(ids, dossiers(issued, ids, language, scores=scores), strict=True):
        shown = marked(document, foot, language, simulated=issued.simulated)
        stem = text("notices.files.dossier", language, enterprise_id=enterprise_id)
        for ending, made in (("docx", word_bytes), ("pdf", pdf_bytes)):
            file = workspace.path("dossiers", str(quarter), named(f"{stem}.{ending}", simulated=issued.simulated))
            with whole_file(file) as partial:
                partial.write_bytes(made(shown, language))
            files.append(file)
    return files, issued.simulated


_LEVEL = {True: "internal", False: "team"}
