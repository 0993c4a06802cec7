//! PDF files, whole and hostile, written by hand.

/// A PDF whose pages show these words.
pub fn pdf(pages: &[&str]) -> Vec<u8> {
    let streams = pages.iter().map(|words| {
        let shown = format!("BT /F1 12 Tf 72 700 Td ({words}) Tj ET");
        stream("", shown.as_bytes())
    });
    pdf_of(streams.collect(), "")
}

/// A stream object with these entries of its dictionary besides its length.
pub fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< /Length {} {entries} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// A PDF with a page for each of these content streams, and entries of its trailer.
pub fn pdf_of(contents: Vec<Vec<u8>>, trailer: &str) -> Vec<u8> {
    let font = "/Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding";
    pdf_with_font(font, contents, trailer)
}

/// The same with these entries of its font.
pub fn pdf_with_font(font: &str, contents: Vec<Vec<u8>>, trailer: &str) -> Vec<u8> {
    let of_page = |page: usize| (4 + 2 * page, 5 + 2 * page);
    let kids: String =
        (0..contents.len()).map(|page| format!("{} 0 R ", of_page(page).0)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Count {} /Kids [{kids}] >>", contents.len()).into_bytes(),
        format!("<< /Type /Font {font} >>").into_bytes(),
    ];
    for (page, content) in contents.into_iter().enumerate() {
        let shown = of_page(page).1;
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {shown} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        );
        objects.extend([page.into_bytes(), content]);
    }
    file(&objects, trailer)
}

/// A PDF of these objects, numbered from 1, the first of which is its catalog.
pub fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend(format!("{} 0 obj\n", at + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (start, size) = (file.len(), objects.len() + 1);
    file.extend(table.bytes());
    let end =
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
    file.extend(end.bytes());
    file
}
