//! A workflow inside an SVG of it: the file carries the definition as metadata, so that any program
//! draws it and it is read back without a loss.

use crate::{
    text::markup::{escaped, unescaped},
    workflow::Workflow,
};

const OPEN: &str = "<metadata id=\"atelier-workflow\">";
const CLOSE: &str = "</metadata>";

/// The metadata element that an SVG of a workflow carries.
pub fn enclose(workflow: &Workflow) -> String {
    format!("{OPEN}{}{CLOSE}", escaped(&workflow.to_json()))
}

/// The definition in an SVG, as it was written; none when the text is no SVG with one.
pub fn enclosed(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let (_, after) = text.split_once(OPEN)?;
    let (escaped, _) = after.split_once(CLOSE)?;
    Some(unescaped(escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_comes_out_of_an_svg_as_it_went_in() {
        let workflow = Workflow {
            name: "A <b>\"bold\"</b> & </metadata> plan &lt;".to_owned(),
            ..Workflow::default()
        };

        let svg = format!("<svg>{}<rect/></svg>", enclose(&workflow));

        assert_eq!(svg.matches(CLOSE).count(), 1);
        assert_eq!(enclosed(&svg), Some(workflow.to_json()));
        assert_eq!(enclosed("<svg></svg>"), None);
        assert_eq!(enclosed(&enclose(&workflow).replace('<', "")), None);
    }
}
