//! Links by which somebody without an account decides one review.
//!
//! The token in a link is sealed with the server's key: a forged one is refused before the database
//! is asked, and nothing can be read from it. A link acts for the person who made it, as long as
//! they may decide themselves.

use std::sync::Arc;

use backend::actor::{Actor, Credential, Origin};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    access::{Permission, TokenScope},
    api::review_links::{
        LinkedApproval, LinkedChange, LinkedItem, LinkedReview, NewReviewLink, ReviewLinkForm,
        ReviewLinkRow,
    },
    audit::AuditAction,
    id::ReviewId,
    pages::{ReviewCard, ReviewEnd},
    problem::{FieldProblem, Problem, ProblemKind},
    review::{Decision, Reviewer, Verdict, assignment::NotYours, edition},
    value::{DocumentRef, ImageRef},
};
use serde_json::Value;
use store::{
    error::{EngineError, Result},
    review_links::{self, ReviewLink},
    reviews,
};
use uuid::Uuid;
use vault::{Sealed, secret::Secret};

use super::Reviews;
use crate::{
    context::OrNotFound,
    executions::action_scope::{not_yours, review_actor},
    library::documents::ImageFile,
    rate_limit::count_wrong_link,
};

/// Context that links are sealed with: what was sealed for another one does not open as a link.
const SEAL_CONTEXT: &str = "review-link";
const NONCE_BYTES: usize = 24;
const NO_LONGER: &str = "The person who created this link can no longer decide this review. Ask \
                         someone else for a new link.";

impl Reviews {
    /// Makes a link to an open review.
    ///
    /// # Errors
    /// When the actor may not decide it, or it is decided.
    pub async fn make_review_link(
        &self,
        actor: &Actor,
        review: ReviewId,
        form: ReviewLinkForm,
    ) -> Result<NewReviewLink> {
        let hours = form.checked()?;
        let card = self.linkable(actor, review).await?;
        if card.end.is_some() {
            let words = "This review is already decided, so it needs no link.";
            return Err(Problem::conflict("review_over", words).into());
        }
        let id = Uuid::now_v7();
        let path = format!("/review/{}", self.seal_link(id)?);
        let mut tx = self.ctx.begin("making a link to a review").await?;
        let expires_at =
            review_links::insert(&mut tx, actor.workspace, review, id, actor.user, hours).await?;
        tx.record(actor, AuditAction::ReviewLinkCreated, id).await?;
        tx.commit_with(NewReviewLink { id, path, expires_at }).await
    }

    /// The links to a review that work, the newest first.
    pub async fn review_links(
        &self,
        actor: &Actor,
        review: ReviewId,
    ) -> Result<Vec<ReviewLinkRow>> {
        self.linkable(actor, review).await?;
        let mut conn = self.ctx.connect("listing links to a review").await?;
        review_links::list(&mut conn, actor.workspace, review).await
    }

    /// Ends a link.
    pub async fn revoke_review_link(
        &self,
        actor: &Actor,
        review: ReviewId,
        link: Uuid,
    ) -> Result<()> {
        self.linkable(actor, review).await?;
        let mut tx = self.ctx.begin("revoking a link to a review").await?;
        review_links::delete(&mut tx, actor.workspace, review, link).await?.or_not_found("link")?;
        tx.record(actor, AuditAction::ReviewLinkRevoked, link).await?;
        tx.commit().await
    }

    /// The review of an actor who may decide it.
    async fn linkable(&self, actor: &Actor, review: ReviewId) -> Result<ReviewCard> {
        let card = self.review(actor, review).await?;
        actor.require(Permission::DecideOwnReview)?;
        may_decide(actor, &card).map_err(not_yours)?;
        Ok(card)
    }

    /// The review that a link leads to. Opening it decides nothing.
    ///
    /// # Errors
    /// Not found for a token that is no link of this server; gone, with the reason, where the link
    /// has expired or was revoked, or the review is over.
    pub async fn review_by_link(&self, token: &str, origin: &Origin) -> Result<LinkedReview> {
        let (link, actor) = self.open_link(token, origin).await?;
        let mut card = self.still_open(&actor, link.review).await?;
        self.fill_no_changes(&actor, std::slice::from_mut(&mut card)).await?;
        let mut items = vec![];
        for item in &card.items {
            items.push(self.linked_item(&actor, item).await?);
        }
        let approved = card
            .approval_of(actor.user)
            .map(|approved| LinkedApproval { by: approved.by.name.clone(), at: approved.at });
        Ok(LinkedReview {
            execution: card.execution_name,
            made_by: link.name,
            kind: card.kind,
            instructions: card.instructions,
            items,
            cut: vec![],
            sample: card.sample,
            needed: card.needed,
            approvals: u32::try_from(card.approvals.len()).unwrap_or(u32::MAX),
            edition: edition(&card.approvals),
            approved,
            earlier: card.earlier,
            no_changes: card.no_changes,
            expires_at: link.expires_at,
        })
    }

    /// One reviewed item in full, by its index.
    ///
    /// # Errors
    /// As [`Reviews::review_by_link`]; not found where the review has no such item.
    pub async fn item_by_link(
        &self,
        token: &str,
        place: usize,
        origin: &Origin,
    ) -> Result<LinkedItem> {
        let (link, actor) = self.open_link(token, origin).await?;
        let card = self.still_open(&actor, link.review).await?;
        let item = card.items.get(place).or_not_found("item")?;
        self.linked_item(&actor, item).await
    }

    /// Decides a review by a link, in the name of the person who made the link.
    ///
    /// # Errors
    /// As [`Reviews::review_by_link`] and [`Reviews::decide`].
    pub async fn decide_by_link(
        &self,
        token: &str,
        decision: Decision,
        origin: &Origin,
    ) -> Result<()> {
        let (link, actor) = self.open_link(token, origin).await?;
        self.still_open(&actor, link.review).await?;
        if matches!(&decision, Decision::Approve(approval) if approval.items.is_some()) {
            let words = "Sign in to edit texts, or request changes instead.";
            let error = FieldProblem::field("invalid_value", "items", words);
            return Err(Problem::invalid("Your decision was not saved.", vec![error]).into());
        }
        let by = Reviewer { user: Some(actor.user), name: format!("link of {}", link.name) };
        self.decide_as(&actor, link.review, decision, by).await
    }

    /// An image that is decided about, by its place among the items.
    ///
    /// # Errors
    /// As [`Reviews::review_by_link`]; not found where the item is no image.
    pub async fn image_by_link(
        &self,
        token: &str,
        place: usize,
        origin: &Origin,
    ) -> Result<ImageFile> {
        let (link, actor) = self.open_link(token, origin).await?;
        let card = self.still_open(&actor, link.review).await?;
        let image = card.items.get(place).and_then(ImageRef::from_value);
        let image = image.or_not_found("image")?;
        self.library.image_file(&actor, image.image_id).await
    }

    /// How the reviewed items differ from those of the node's previous review; empty for its first
    /// review.
    ///
    /// # Errors
    /// As [`Reviews::review_by_link`].
    pub async fn changes_by_link(&self, token: &str, origin: &Origin) -> Result<Vec<LinkedChange>> {
        let (link, actor) = self.open_link(token, origin).await?;
        let card = self.still_open(&actor, link.review).await?;
        let changes = self.changes_of(&actor, card).await?;
        Ok(changes.into_iter().map(LinkedChange::from).collect())
    }

    /// The image that was in the place of an item when the step asked before.
    ///
    /// # Errors
    /// As [`Reviews::image_by_link`].
    pub async fn image_before_by_link(
        &self,
        token: &str,
        place: usize,
        origin: &Origin,
    ) -> Result<ImageFile> {
        let (link, actor) = self.open_link(token, origin).await?;
        let card = self.still_open(&actor, link.review).await?;
        let mut conn = self.ctx.connect("reading what was reviewed before").await?;
        let before = reviews::previous_items(&mut conn, actor.workspace, card.id).await?;
        drop(conn);
        let image = before.as_ref().and_then(|items| ImageRef::from_value(items.get(place)?));
        let image = image.or_not_found("image")?;
        self.library.image_file(&actor, image.image_id).await
    }

    async fn linked_item(&self, actor: &Actor, item: &Value) -> Result<LinkedItem> {
        let Some(DocumentRef { document_id, .. }) = DocumentRef::from_value(item) else {
            return Ok(LinkedItem::from_value(item));
        };
        let document = self.library.document(actor, document_id).await?;
        Ok(LinkedItem::Document { title: document.title, text: document.content })
    }

    async fn still_open(&self, actor: &Actor, review: ReviewId) -> Result<ReviewCard> {
        let card = self.review(actor, review).await?;
        match &card.end {
            None if may_decide(actor, &card).is_err() => {
                Err(gone_problem("link_revoked", NO_LONGER).into())
            }
            None => Ok(card),
            Some(end) => Err(gone_problem("review_over", &decided_message(end)).into()),
        }
    }

    /// The link that was presented, and the actor who decides by it.
    async fn open_link(&self, token: &str, origin: &Origin) -> Result<(ReviewLink, Actor)> {
        let mut conn = self.ctx.connect("opening a link to a review").await?;
        let Some(id) = self.unseal_link(token) else {
            let none = EngineError::NotFound("link");
            return Err(count_wrong_link(&mut conn, "link", origin, none).await);
        };
        let Some(link) = review_links::find(&mut conn, id).await? else {
            let words = "This link was revoked. Ask the sender for a new one.";
            return Err(gone_problem("link_revoked", words).into());
        };
        if link.expired {
            let words = "This link has expired. Ask the sender for a new one.";
            return Err(gone_problem("link_expired", words).into());
        }
        let Some(role) = link.role else {
            return Err(gone_problem("link_revoked", NO_LONGER).into());
        };
        let credential = Credential::Link(id);
        let actor = Actor {
            user: link.made_by,
            workspace: link.workspace,
            role,
            archived: link.archived,
            credential,
            scope: TokenScope::Full,
            origin: Some(Arc::new(origin.clone())),
        };
        Ok((link, actor))
    }

    fn seal_link(&self, id: Uuid) -> Result<String> {
        let sealed = self.ctx.deps.vault.seal(SEAL_CONTEXT, &Secret::new(id.simple().to_string()));
        let sealed = sealed.map_err(|error| EngineError::internal("sealing a link", error))?;
        Ok(URL_SAFE_NO_PAD.encode([sealed.nonce, sealed.ciphertext].concat()))
    }

    fn unseal_link(&self, token: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE_BYTES)?;
        let sealed = Sealed { nonce: nonce.to_vec(), ciphertext: ciphertext.to_vec() };
        self.ctx.deps.vault.open(SEAL_CONTEXT, &sealed).ok()?.expose().parse().ok()
    }
}

/// Whether the actor decides the review, be it open or not.
fn may_decide(actor: &Actor, card: &ReviewCard) -> std::result::Result<(), NotYours> {
    card.assignment().may_decide(&review_actor(actor, card.author))
}

/// A sentence that says what was decided, and by whom. Without the time: only the page knows the reader's zone.
fn decided_message(ReviewEnd { verdict, by, .. }: &ReviewEnd) -> String {
    match verdict {
        Verdict::Cancelled => {
            "This review was canceled: the step was skipped, or the run was stopped.".to_owned()
        }
        Verdict::Approved | Verdict::Changes | Verdict::Rejected => {
            format!("This review is decided: {} by {by}.", verdict.words())
        }
    }
}

fn gone_problem(code: &str, words: &str) -> Problem {
    Problem::new(ProblemKind::Gone, code, words)
}
