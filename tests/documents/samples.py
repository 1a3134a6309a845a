"""Documents that hold everything a document can hold, with names that look like markup."""

from oshrisk.documents.parts import (
    Column,
    Document,
    Heading,
    Items,
    Letterhead,
    PageBreak,
    Paragraph,
    Picture,
    Table,
)

NASTY = (
    "Công ty <b>&amp;</b> #let x = 1 *đậm* _nghiêng_ $x^2$ \\ @ref [link] = Tiêu đề {{ 7*7 }} {% if %} `mã` // /* \"'~"
)
LONG = "Công ty trách nhiệm hữu hạn một thành viên khai thác khoáng sản " * 2
HEAD = Letterhead(
    "ỦY BAN NHÂN DÂN TỈNH ĐIỆN BIÊN",
    "SỞ NỘI VỤ",
    "Số:      /TTr-SNV",
    "Điện Biên, ngày    tháng 12 năm 2026",
    ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Ẩn"),
    ("Như trên;", "Lưu: VT."),
    "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh Điện Biên",
)
COLUMNS = (Column("STT", 1, "centre"), Column("Tên đơn vị", 5), Column("Ngày công", 2, "right"))


def rows(count):
    names = (NASTY, LONG, "Hộ kinh doanh Lò Thị Ưỡng", "a" * 120)
    return [[str(number + 1), names[number % len(names)], "1.234,5"] for number in range(count)]


def document(png, *, head=HEAD, count=4, landscape=False):
    parts = (
        Paragraph("DỮ LIỆU MÔ PHỎNG", "alarm"),
        Paragraph(f"Căn cứ Luật An toàn, vệ sinh lao động. {NASTY}"),
        Heading("I. Nội dung"),
        Heading("1. Mục nhỏ", 2),
        Paragraph("Đoạn thường", "plain"),
        Paragraph("Chữ đậm", "strong"),
        Paragraph("Ở giữa", "centre"),
        Items((NASTY, LONG)),
        Items(("một", "hai\ndòng"), "number"),
        Items(("Nồi hơi có giấy kiểm định?",), "box"),
        Table(COLUMNS, rows(count), "Không có cơ sở nào."),
        Table(COLUMNS, (), "Không có cơ sở nào.", small=True),
        Picture(png, "Một chấm đen", "Hình 1"),
        PageBreak(),
        Paragraph("Ghi chú", "note"),
        Paragraph("Kính trình xem xét, quyết định./."),
    )
    reference = "" if head else "(Kèm theo Kế hoạch của Sở Nội vụ)"
    return Document("TỜ TRÌNH", "Về việc phê duyệt kế hoạch", parts, head, landscape, "MÔ PHỎNG", reference)
