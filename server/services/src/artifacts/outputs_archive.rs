//! The archive of all outputs of an execution: texts, data and images, each a file of its own.

use std::{collections::BTreeSet, iter};

use backend::actor::Actor;
use bytes::Bytes;
use model::{
    execution::{
        event::{ArtifactBody, ArtifactSummary},
        view::{ExecutionView, NodeView},
    },
    id::ExecutionId,
    problem::Problem,
    text::markdown::is_markdown,
};
use store::{
    error::{EngineError, Result},
    executions,
};
use tokio::{sync::mpsc, task};

use super::Artifacts;
use crate::{
    archive::{self, Export, image_ending, name::file_name},
    context::OrNotFound,
    executions::views::view,
};

const DOING: &str = "putting outputs together";

impl Artifacts {
    /// The versions that count of everything an execution has made, in a ZIP.
    ///
    /// # Errors
    /// An unknown execution; one that has made nothing yet; a disk that is full.
    pub async fn outputs_archive(&self, actor: &Actor, id: ExecutionId) -> Result<Export> {
        let mut conn = self.ctx.read(actor, DOING).await?;
        let found = executions::find(&mut conn, actor.workspace, id).await?.or_not_found("run")?;
        let view = view(&mut conn, (actor.workspace, id)).await?;
        drop(conn);
        let artifacts = titled_artifacts(&view);
        if artifacts.is_empty() {
            let detail = "This run has no outputs yet. Try again when its first step is completed.";
            return Err(Problem::conflict("nothing_made", detail).into());
        }
        let (entries, mut taken) = mpsc::channel(1);
        let write = move || archive::write(iter::from_fn(|| taken.blocking_recv()));
        let write = task::spawn_blocking(write);
        let name = format!("{} outputs", file_name(&found.name));
        let mut names = Names::default();
        let mut left_out = String::new();
        for (title, artifact) in artifacts {
            let entry = match self.content(actor, id, artifact).await {
                Ok((ending, bytes)) => (names.assign(&title, ending), bytes),
                // One that is gone is no reason to keep the others back.
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, artifact = %artifact.id, "an output was left out");
                    left_out.push_str(&format!("{title}\n"));
                    continue;
                }
            };
            if entries.send((format!("{name}/{}", entry.0), entry.1)).await.is_err() {
                break;
            }
        }
        if !left_out.is_empty() {
            let list =
                format!("These outputs couldn't be read and are missing here:\n\n{left_out}");
            let entry = (format!("{name}/{}", names.assign("Left out", "txt")), list.into());
            entries.send(entry).await.ok();
        }
        drop(entries);
        let written = write.await.map_err(|error| EngineError::internal(DOING, error))?;
        written
            .and_then(|file| Export::from_file(format!("{name}.zip"), "application/zip", file))
            .map_err(|error| EngineError::internal(DOING, error))
    }

    /// The whole content of an artifact, with the extension of its file.
    async fn content(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        artifact: &ArtifactSummary,
    ) -> Result<(&'static str, Bytes)> {
        if let ArtifactBody::Image { image, .. } = artifact.body {
            let file = self.library.image_file(actor, image).await?;
            return Ok((image_ending(&file.media_type), file.bytes));
        }
        let text = self.artifact(actor, execution, artifact.id).await?.text();
        let ending = match artifact.body {
            ArtifactBody::Json { .. } => "json",
            ArtifactBody::Text { .. } | ArtifactBody::Image { .. } if is_markdown(&text) => "md",
            ArtifactBody::Text { .. } | ArtifactBody::Image { .. } => "txt",
        };
        Ok((ending, text.into()))
    }
}

/// The current artifacts in the order of their nodes, each with a title for its file.
fn titled_artifacts<'a>(view: &'a ExecutionView) -> Vec<(String, &'a ArtifactSummary)> {
    let of_node = |node: &'a NodeView| {
        let NodeView { label, artifacts, jobs, .. } = node;
        let several = jobs.len() > 1 || artifacts.len() > 1;
        artifacts.iter().map(move |artifact| {
            let number = if several { format!(" {}", artifact.item + 1) } else { String::new() };
            let sample = if artifact.sample { " (sample)" } else { "" };
            (format!("{label}{number}{sample}"), artifact)
        })
    };
    view.nodes.iter().flat_map(of_node).collect()
}

/// File names in use, in lower case: on some systems names that differ only in case are the same.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    /// A name for this title that is not in use yet: "Title.txt", "Title 2.txt" …
    fn assign(&mut self, title: &str, ending: &str) -> String {
        let stem = file_name(title);
        let numbered = (2..).map(|number| format!("{stem} {number}.{ending}"));
        let mut names = iter::once(format!("{stem}.{ending}")).chain(numbered);
        let free = names.find(|name| self.0.insert(name.to_lowercase()));
        free.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_the_folder_and_apart() {
        let mut names = Names::default();
        for (title, name) in [
            ("Copy", "Copy.txt"),
            ("copy", "copy 2.txt"),
            ("../../etc/Copy", "etc Copy.txt"),
            ("/", "document.txt"),
            ("C:\\Copy", "C Copy.txt"),
            ("Copy", "Copy 3.txt"),
        ] {
            assert_eq!(names.assign(title, "txt"), name);
        }
        assert_eq!(names.assign("Copy", "png"), "Copy.png");
    }
}
