//! One style sheet out of those `main.css` imports, and the files they refer to.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    compress::files,
    digest::{self, Digest},
    minify::minify,
    site::Draft,
};

/// The style sheet, and the assets by their path below `style/assets`.
pub struct Style {
    css: String,
    assets: BTreeMap<PathBuf, Asset>,
}

struct Asset {
    content: Vec<u8>,
    /// Where it is written, relative to the site.
    place: PathBuf,
}

impl Style {
    /// Reads `main.css`, what it imports in order, and every asset.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut style = Self { css: String::new(), assets: assets(&folder.join("assets"))? };
        let main = folder.join("main.css");
        let mut css = String::new();
        for line in read(&main)?.lines() {
            match import(line).with_context(|| format!("in {}", main.display()))? {
                Some((file, layer)) => css += &style.sheet(folder, file, layer)?,
                None => css += line,
            }
            css.push('\n');
        }
        style.css = minify(&css);
        Ok(style)
    }

    /// Adds everything that decides the site's looks to `digest`.
    pub fn add_to(&self, digest: &mut Digest) {
        digest.add(self.css.as_bytes());
        for asset in self.assets.values() {
            digest.add(asset.place.to_string_lossy().as_bytes());
            digest.add(&asset.content);
        }
    }

    /// Writes `pkg/{name}.css` and the assets.
    pub fn write(&self, name: &str, draft: &Draft) -> Result<()> {
        fs::write(draft.pkg().join(format!("{name}.css")), &self.css)?;
        for asset in self.assets.values() {
            let place = draft.path().join(&asset.place);
            fs::create_dir_all(place.parent().unwrap_or(draft.path()))?;
            fs::write(place, &asset.content)?;
        }
        Ok(())
    }

    fn sheet(&self, folder: &Path, file: &str, layer: Option<&str>) -> Result<String> {
        let path = folder.join(file);
        let css = self
            .with_hashed_urls(&read(&path)?, &Path::new(file).with_file_name(""))
            .with_context(|| format!("in {}", path.display()))?;
        ensure!(!css.contains("@import"), "{}: only main.css imports", path.display());
        Ok(layer.map_or(css.clone(), |layer| format!("@layer {layer} {{\n{css}\n}}")))
    }

    /// Replaces each `url(…)` of an asset by the name it is served under.
    fn with_hashed_urls(&self, css: &str, folder: &Path) -> Result<String> {
        let mut out = String::with_capacity(css.len());
        let mut rest = css;
        while let Some((before, after)) = rest.split_once("url(") {
            let (url, tail) = after.split_once(')').context("a url( without its )")?;
            let url = url.trim().trim_matches(['"', '\'']);
            out += &format!("{before}url({})", self.served_url(url, folder)?);
            rest = tail;
        }
        Ok(out + rest)
    }

    /// The address that the asset is served under which `url`, seen from `folder`, names. Data and
    /// fragments stay as they are.
    fn served_url(&self, url: &str, folder: &Path) -> Result<String> {
        if url.starts_with("data:") || url.starts_with('#') {
            return Ok(format!("\"{url}\""));
        }
        let path = match url.strip_prefix('/') {
            Some(from_root) => PathBuf::from(from_root),
            None => below_assets(&folder.join(url)).unwrap_or_default(),
        };
        let Some(asset) = self.assets.get(&path) else {
            bail!("url({url}) names no file of style/assets");
        };
        Ok(format!("/{}", asset.place.display()))
    }
}

/// `@import "a.css" layer(b);` → `a.css` in layer `b`.
fn import(line: &str) -> Result<Option<(&str, Option<&str>)>> {
    let Some(rest) = line.trim().strip_prefix("@import") else { return Ok(None) };
    let mut parts = rest.split('"');
    let (Some(_), Some(file), Some(tail)) = (parts.next(), parts.next(), parts.next()) else {
        bail!("write {line} as @import \"file.css\";");
    };
    let layer = tail.split_once("layer(").and_then(|(_, name)| name.split_once(')'));
    Ok(Some((file, layer.map(|(name, _)| name))))
}

/// Files in folders are served by hash; those at the top by the name browsers ask for.
fn assets(folder: &Path) -> Result<BTreeMap<PathBuf, Asset>> {
    let mut found = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for path in files(folder)? {
        let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let name = path.strip_prefix(folder)?.to_owned();
        let at_top = name.components().count() == 1;
        let place = if at_top { name.clone() } else { hashed(&name, &content) };
        found.insert(name, Asset { content, place });
    }
    Ok(found)
}

/// `fonts/inter.woff2` → `pkg/fonts/inter.0123456789abcdef.woff2`.
fn hashed(name: &Path, content: &[u8]) -> PathBuf {
    let extension = name.extension().unwrap_or_default().to_string_lossy();
    let unique = format!("{}.{extension}", digest::hash_content(content));
    Path::new("pkg").join(name.with_extension(unique))
}

/// The path below `assets/` that `path`, relative to the style folder, means.
fn below_assets(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => clean.push(name),
            Component::ParentDir => clean.pop().then_some(())?,
            _ => {}
        }
    }
    clean.strip_prefix("assets").ok().map(Path::to_owned)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

    use super::*;

    fn folder(sheets: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in sheets {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn sheets_follow_each_other_in_the_order_of_main() {
        let style = folder(&[
            ("main.css", "@layer a, b;\n@import \"z.css\" layer(a);\n@import \"a.css\";\n"),
            ("z.css", ".z { top: 0; }"),
            ("a.css", ".a { top: 0; }"),
        ]);

        let css = Style::read(style.path()).unwrap().css;

        assert_eq!(css, "@layer a,b;@layer a{.z{top:0}}.a{top:0}");
    }

    #[test]
    fn urls_of_assets_carry_their_hash_however_they_are_written() {
        let style = folder(&[
            ("main.css", "@import \"pages/a.css\";"),
            ("pages/a.css", "a{x:url(\"../assets/fonts/i.woff2\") url(/fonts/i.woff2)}"),
            ("assets/fonts/i.woff2", "font"),
        ]);

        let css = Style::read(style.path()).unwrap().css;

        let url = format!("url(/pkg/fonts/i.{}.woff2)", digest::hash_content(b"font"));
        assert_eq!(css, format!("a{{x:{url} {url}}}"));
    }

    #[test]
    fn a_url_of_nothing_is_refused_by_name() {
        let style = folder(&[("main.css", "@import \"a.css\";"), ("a.css", "a{x:url(no.png)}")]);

        let error = Style::read(style.path()).err().unwrap();

        assert!(format!("{error:#}").contains("a.css: url(no.png) names no file"), "{error:#}");
    }

    #[test]
    fn what_browsers_ask_for_by_name_keeps_it() {
        let style = folder(&[("main.css", ""), ("assets/favicon.svg", "<svg/>")]);

        let style = Style::read(style.path()).unwrap();

        assert_eq!(style.assets[Path::new("favicon.svg")].place, Path::new("favicon.svg"));
    }
}
