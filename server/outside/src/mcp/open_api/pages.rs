//! Lists that come in pages: where the next page is, and pages put together to one list.

use model::mcp::api::{ApiOperation, ApiParam, ParamPlace};
use serde_json::{Value, json};
use url::Url;

/// The most pages of one call.
pub(super) const MOST_PAGES: usize = 50;

/// Parameters that say which page is asked for, or how long it is.
const TELL_PAGES: [&str; 20] = [
    "after",
    "continue",
    "count",
    "cursor",
    "limit",
    "marker",
    "next_token",
    "nextToken",
    "offset",
    "page",
    "page_size",
    "page_token",
    "pageSize",
    "pageToken",
    "per_page",
    "PageSize",
    "start",
    "start_cursor",
    "starting_after",
    "page[number]",
];
/// Where answers say the address of the next page.
const NEXT_ADDRESS: [&str; 11] = [
    "/next",
    "/next_url",
    "/next_page",
    "/next_page_uri",
    "/next_page/uri",
    "/links/next",
    "/links/pages/next",
    "/_links/next/href",
    "/@odata.nextLink",
    "/paging/next",
    "/meta/next",
];
/// Parameters that take what an answer says there.
const NEXT_VALUE: [(&str, &str); 13] = [
    ("cursor", "/response_metadata/next_cursor"),
    ("cursor", "/next_cursor"),
    ("cursor", "/meta/next_cursor"),
    ("cursor", "/cursor"),
    ("start_cursor", "/next_cursor"),
    ("page_token", "/next_page_token"),
    ("pageToken", "/nextPageToken"),
    ("next_token", "/next_token"),
    ("nextToken", "/nextToken"),
    ("marker", "/next_marker"),
    ("continue", "/metadata/continue"),
    ("offset", "/next_page/offset"),
    ("after", "/paging/next/after"),
];
/// Names of lists, where an answer has several.
const LISTS: [&str; 5] = ["data", "items", "results", "values", "entries"];

/// Whether one of the parameters asks for a page.
pub(super) fn are_told(params: &[ApiParam]) -> bool {
    let tells = |param: &ApiParam| {
        param.place == ParamPlace::Query && TELL_PAGES.contains(&param.name.as_str())
    };
    params.iter().any(tells)
}

/// The argument that asks for all of them.
pub(super) fn argument() -> Value {
    let words =
        format!("Follow the pages of the list, at most {MOST_PAGES}, and give them as one.");
    json!({"type": "boolean", "default": false, "description": words})
}

/// The address of the page after this one; none if this is the last. It is at the same host.
pub(super) fn next(
    operation: &ApiOperation,
    url: &Url,
    link: Option<&str>,
    page: &Value,
) -> Option<Url> {
    let says_last = ["has_more", "more"].iter().any(|key| page.get(key) == Some(&false.into()));
    if says_last {
        return None;
    }
    let named = link.and_then(next_of_link).or_else(|| {
        let named = NEXT_ADDRESS.iter().filter_map(|at| page.pointer(at)?.as_str());
        named.filter(|address| address.contains(['/', '?'])).map(str::to_owned).next()
    });
    let next = match named {
        Some(address) => url.join(&address).ok()?,
        // Whoever names pages in a header has no other ones.
        None if link.is_some() => return None,
        None => by_parameter(operation, url, page)?,
    };
    (next.origin() == url.origin() && next != *url).then_some(next)
}

/// The address of the next page in a `Link` header (RFC 8288).
fn next_of_link(header: &str) -> Option<String> {
    let links = header.split(',').filter_map(|link| link.trim().strip_prefix('<')?.split_once('>'));
    let mut next = links.filter(|(_, how)| {
        let how = how.to_ascii_lowercase().replace(['"', ' '], "");
        how.split(';').any(|part| part == "rel=next")
    });
    next.next().map(|(address, _)| address.to_owned())
}

fn by_parameter(operation: &ApiOperation, url: &Url, page: &Value) -> Option<Url> {
    let has = |name: &str| {
        operation.params.iter().any(|param| param.place == ParamPlace::Query && param.name == name)
    };
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let told = NEXT_VALUE.iter().filter(|(name, _)| has(name));
    let mut told = told.filter_map(|(name, at)| Some((*name, text(page.pointer(at)?)?)));
    if let Some((name, value)) = told.next() {
        return Some(with(url, name, &value));
    }
    let items = list(page).filter(|items| !items.is_empty())?;
    let now = |name: &str| {
        let given = url.query_pairs().find(|(key, _)| key == name);
        given.map(|(_, value)| value.parse::<u64>().ok())
    };
    if has("starting_after") {
        let last = items.last().and_then(|last| text(&last["id"]))?;
        return (page["has_more"] == true).then(|| with(url, "starting_after", &last));
    }
    if has("page") {
        let page = now("page").unwrap_or(Some(1))?;
        return Some(with(url, "page", &(page + 1).to_string()));
    }
    if has("offset") {
        let offset = now("offset").unwrap_or(Some(0))? + items.len() as u64;
        return Some(with(url, "offset", &offset.to_string()));
    }
    None
}

fn with(url: &Url, name: &str, value: &str) -> Url {
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(key, _)| key != name).collect();
    let mut next = url.clone();
    next.query_pairs_mut().clear().extend_pairs(kept).append_pair(name, value);
    next
}

/// The list of a page: the page itself, or the one of its members that is one.
fn list(page: &Value) -> Option<&Vec<Value>> {
    page.as_array().or_else(|| page[list_name(page)?].as_array())
}

fn list_name(page: &Value) -> Option<String> {
    let members = page.as_object()?;
    let lists: Vec<&String> =
        members.iter().filter(|(_, member)| member.is_array()).map(|(name, _)| name).collect();
    let usual = LISTS.iter().find(|name| lists.iter().any(|list| list == *name));
    usual.map(|name| (*name).to_owned()).or_else(|| match lists.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    })
}

/// The list of a page behind that of the pages before; all else is as the last page says. False where
/// there is no list, or nothing new.
pub(super) fn append(before: &mut Value, page: Value) -> bool {
    let is_new = list(&page).is_some_and(|items| !items.is_empty()) && *before != page;
    if !is_new {
        return false;
    }
    match (before, page) {
        (Value::Array(before), Value::Array(page)) => before.extend(page),
        (before @ Value::Object(_), mut page @ Value::Object(_)) => {
            let Some(name) = list_name(&page) else { return false };
            let (Some(old), Some(new)) = (before[&name].as_array_mut(), page[&name].as_array_mut())
            else {
                return false;
            };
            old.append(new);
            std::mem::swap(old, new);
            *before = page;
        }
        _ => return false,
    }
    true
}
