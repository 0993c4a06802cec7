//! One's own account: address, picture, preferences, and its end.

use std::io::Cursor;

use backend::actor::Actor;
use image::{DynamicImage, ImageFormat, RgbaImage};
use model::{
    access::Role,
    api::{
        account::{AddressForm, DeletionForm, NameForm},
        documents::NewDocument,
        workspaces::NewWorkspace,
    },
    locale::Locale,
    preferences::{NoticeKind, Preferences, Theme},
};
use store::error::Result;

use super::people::{self, EMAIL, Instance, PASSWORD, address, home, person, refusal};

async fn change_address(it: &Instance, email: &str, password: &str) -> Result<()> {
    let form = AddressForm { email: email.to_owned(), password: password.to_owned() };
    it.services.profile.change_address(&it.owner.actor, form).await
}

async fn delete(it: &Instance, actor: &Actor, email: &str, password: &str) -> Result<()> {
    let form = DeletionForm { email: email.to_owned(), password: password.to_owned() };
    it.services.profile.delete_account(actor, form).await
}

#[tokio::test]
async fn an_address_is_changed_with_the_password_to_one_that_nobody_has() {
    let it = people::instance().await;
    it.join("Ben", Role::Viewer).await;

    let wrong = refusal(change_address(&it, "new@example.org", "wrong password").await);
    let taken = refusal(change_address(&it, "BEN@example.org", PASSWORD).await);
    change_address(&it, "ADA@example.org", PASSWORD).await.unwrap();

    assert_eq!(wrong.errors[0].path.as_deref(), Some("password"));
    assert_eq!(taken.errors[0].code, "address_taken");
    let view = it.services.accounts.session_view(&it.owner.actor).await.unwrap();
    assert_eq!(view.email, "ADA@example.org");
    for _ in 0..8 {
        drop(change_address(&it, "new@example.org", "wrong password").await);
    }
    let guessed = refusal(change_address(&it, "new@example.org", PASSWORD).await);
    assert_eq!(guessed.status(), 429);
}

#[tokio::test]
async fn name_and_preferences_follow_the_person() {
    let it = people::instance().await;
    let actor = &it.owner.actor;
    let mut wanted = Preferences { locale: Some(Locale::DeDe), ..Preferences::default() };
    wanted.muted.browser.insert(NoticeKind::ExecutionEnded);

    it.services.profile.rename(actor, NameForm { name: " Ada King ".to_owned() }).await.unwrap();
    it.services.profile.set_preferences(actor, wanted.clone()).await.unwrap();
    it.services.profile.keep_theme(actor, Theme::Dark).await.unwrap();

    let view = it.services.accounts.session_view(actor).await.unwrap();
    assert_eq!(view.user_name, "Ada King");
    assert_eq!(view.preferences, Preferences { theme: Some(Theme::Dark), ..wanted });
    let hostile = NameForm { name: "Ada\u{202e}".to_owned() };
    let refused = refusal(it.services.profile.rename(actor, hostile).await);
    assert_eq!(refused.errors[0].path.as_deref(), Some("name"));
}

#[tokio::test]
async fn a_picture_is_a_small_copy_that_members_see() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Viewer).await.actor;
    let mut file = vec![];
    let image = DynamicImage::from(RgbaImage::new(600, 300));
    image.write_to(&mut Cursor::new(&mut file), ImageFormat::Png).unwrap();

    let kept = it.services.profile.set_picture(&ben, "me.png", file.into()).await.unwrap();
    let seen = it.services.profile.person_picture(&it.owner.actor, ben.user).await.unwrap();
    let text = it.services.profile.set_picture(&ben, "me.png", "words".into()).await;

    let small = image::load_from_memory(&seen.bytes).unwrap();
    assert_eq!((small.width(), small.height(), seen.version), (256, 128, kept.version));
    assert_eq!(refusal(text).code, "file_refused");
    let view = it.services.accounts.session_view(&ben).await.unwrap();
    assert_eq!(view.picture, Some(kept));
    it.services.profile.remove_picture(&ben).await.unwrap();
    let gone = it.services.profile.person_picture(&it.owner.actor, ben.user).await;
    assert_eq!(refusal(gone).status(), 404);
}

#[tokio::test]
async fn what_somebody_made_stays_when_their_account_goes() {
    let it = people::instance().await;
    let alone = refusal(delete(&it, &it.owner.actor, EMAIL, PASSWORD).await);
    let ben = it.join("Ben", Role::Editor).await;
    let new = NewDocument { title: Some("Brief".to_owned()), ..NewDocument::default() };
    it.services.library.create_document(&ben.actor, new).await.unwrap();

    let last = refusal(delete(&it, &it.owner.actor, EMAIL, PASSWORD).await);
    let other = refusal(delete(&it, &ben.actor, EMAIL, PASSWORD).await);
    delete(&it, &ben.actor, &address("Ben"), PASSWORD).await.unwrap();

    assert_eq!(alone.code, "last_account");
    assert_eq!(last.code, "last_owner");
    assert!(last.errors[0].message.contains("“Studio”"), "{last:?}");
    assert_eq!(other.errors[0].path.as_deref(), Some("email"));
    assert!(it.services.accounts.actor_of_session(ben.key.reveal()).await.unwrap().is_none());
    let documents = it.services.library.documents(&it.owner.actor).await.unwrap();
    assert_eq!(documents.len(), 1);
    let log = "SELECT count(*) FROM audit_log WHERE action = 'account.deleted'";
    let noted: i64 = sqlx::query_scalar(log).fetch_one(&it.db.pool).await.unwrap();
    assert_eq!(noted, 1);
}

#[tokio::test]
async fn a_workspace_in_which_nobody_else_is_goes_with_the_account() {
    let it = people::instance().await;
    let ben = it.join("Ben", Role::Editor).await;
    let new = NewWorkspace { name: "Ben's own".to_owned() };
    let own =
        it.services.workspaces.create_workspace(person(&ben.actor), new, &home()).await.unwrap();

    delete(&it, &ben.actor, &address("Ben"), PASSWORD).await.unwrap();

    let deleted: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT id FROM workspaces WHERE deleted_at IS NOT NULL")
            .fetch_all(&it.db.pool)
            .await
            .unwrap();
    assert_eq!(deleted, [own.0]);
}
