//! `atelier blobs move`: copies the files from one store to the other.

use std::{str::FromStr, sync::Arc};

use anyhow::{Context, Result};
use blobs::Blobs;
use s3_blobs::S3Settings;
use services::admin::{Admin, moving::Moved};
use store::error::EngineError;

use super::{in_bucket, in_folder};
use crate::config::Config;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Files,
    Bucket,
    /// Another bucket, or another prefix, of the service that is set.
    Elsewhere {
        bucket: String,
        prefix: String,
    },
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "files" => return Ok(Self::Files),
            "s3" => return Ok(Self::Bucket),
            _ => {}
        }
        let place = text.strip_prefix("s3://").filter(|place| !place.is_empty());
        let place = place.ok_or("files, s3, or s3://bucket/prefix")?;
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        Ok(Self::Elsewhere { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

pub struct Stores {
    from: Arc<dyn Blobs>,
    to: Arc<dyn Blobs>,
}

/// Opens the store the files are in now, and the one they are copied to.
pub async fn stores(config: &Config, target: &Target) -> Result<Stores> {
    let set = config.s3.as_ref().context(
        "no bucket is set. Set S3_BUCKET and its other settings, even to move files out of the \
         bucket",
    )?;
    let folder = Arc::new(in_folder(config)?);
    let bucket = Arc::new(in_bucket(set).await?);
    Ok(match target {
        Target::Files => Stores { from: bucket, to: folder },
        Target::Bucket => Stores { from: folder, to: bucket },
        Target::Elsewhere { bucket: name, prefix } => {
            let (name, prefix) = (name.clone(), prefix.clone());
            let other = S3Settings { bucket: name, prefix, ..set.clone() };
            Stores { from: bucket, to: Arc::new(in_bucket(&other).await?) }
        }
    })
}

/// Copies the files and prints the progress. Gives how many files were lost before or not copied.
pub async fn copy(admin: &Admin, stores: &Stores) -> Result<usize, EngineError> {
    let tell = |moved: &Moved| eprintln!("{} checked …", looked_at(moved));
    let moved = admin.move_blobs(&*stores.from, &*stores.to, tell).await?;
    for digest in &moved.lost {
        println!(
            "The file {digest} is missing or damaged in the old store. Run `atelier doctor` for \
             details."
        );
    }
    for (digest, why) in &moved.failed {
        println!("Couldn't copy the file {digest}: {why}");
    }
    let Moved { copied, there, lost, failed } = &moved;
    println!("{copied} copied and verified, {there} already there and verified.");
    match (lost.len(), failed.len()) {
        (0, 0) => println!("All {} are copied. {NEXT}", looked_at(&moved)),
        (lost, 0) => println!("{lost} were already lost. {NEXT}"),
        (lost, failed) => println!(
            "{lost} were already lost, {failed} couldn't be copied. Run the command again."
        ),
    }
    Ok(lost.len() + failed.len())
}

const NEXT: &str = "To copy what servers stored in the meantime: stop them, run the command again, \
                    and start them with the new store. Nothing was deleted from the old one.";

fn looked_at(moved: &Moved) -> usize {
    moved.copied + moved.there + moved.lost.len() + moved.failed.len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_in_three_ways() {
        let place = |bucket: &str, prefix: &str| Target::Elsewhere {
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
        };
        for (text, target) in [
            ("files", Target::Files),
            ("s3", Target::Bucket),
            ("s3://other", place("other", "")),
            ("s3://other/a/b", place("other", "a/b")),
        ] {
            assert_eq!(text.parse::<Target>().unwrap(), target);
        }
        assert!("s3://".parse::<Target>().is_err() && "there".parse::<Target>().is_err());
    }
}
