"""What a reader finds in documents."""

from oshrisk.documents.parts import Heading, Items, Paragraph, Table


def words_of(document):
    """Every word of a document."""
    said = [document.title, document.subject, document.reference, document.footer]
    if document.head:
        said += [document.head.addressee, *document.head.recipients, *document.head.signer]
    for part in document.parts:
        if isinstance(part, Heading | Paragraph):
            said.append(part.text)
        elif isinstance(part, Items):
            said += part.items
        elif isinstance(part, Table):
            said += [column.title for column in part.columns]
            said += [cell for row in part.rows for cell in row] or [part.empty]
    return "\n".join(said)


def tables_of(document):
    """Its tables, each as rows of words by title."""
    return [
        [dict(zip([column.title for column in part.columns], row, strict=True)) for row in part.rows]
        for part in document.parts
        if isinstance(part, Table)
    ]
