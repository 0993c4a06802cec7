//! Passwords that were forgotten: the answer tells nobody who has an account.

use model::{
    api::account::{ForgottenPasswordForm, NewPasswordForm},
    notice::delivery::DeliveryChannel,
};
use store::error::EngineError;

use super::{invitations::with_mail, send};
use crate::engine::accounts::people::{EMAIL, Instance, from, home, instance};

async fn forget(it: &Instance, email: &str, ip: &str) -> Result<(), EngineError> {
    let form = ForgottenPasswordForm { email: email.to_owned() };
    it.services.accounts.forget_password(form, &from(ip)).await
}

#[tokio::test]
async fn a_link_is_sent_to_an_account_and_to_nobody_else_and_all_hear_the_same() {
    let (it, mut server) = with_mail().await;

    assert!(forget(&it, " ADA@example.org", "192.0.2.1").await.is_ok());
    assert!(forget(&it, "nobody@example.org", "192.0.2.1").await.is_ok());
    assert_eq!(send(&it.services, DeliveryChannel::Mail).await, 1);

    let mail = server.taken().unwrap();
    assert_eq!(mail.to, EMAIL);
    assert!(server.taken().is_none());
    let link = mail.link("Choose a new password");
    let token = link.strip_prefix("http://127.0.0.1:3000/reset/").unwrap();
    // Opening it changes nothing.
    assert!(it.services.accounts.password_link(token, &home()).await.is_ok());
    let form = NewPasswordForm { password: "battery staple".to_owned() };
    it.services.accounts.reset_password(token, form, &home()).await.unwrap();
    let sealed: i64 = sqlx::query_scalar("SELECT count(*) FROM notices WHERE nonce IS NOT NULL")
        .fetch_one(&it.db.pool)
        .await
        .unwrap();
    assert_eq!(sealed, 0);
}

#[tokio::test]
async fn nobody_fills_a_mailbox_and_one_network_cannot_go_through_a_list() {
    let (it, mut server) = with_mail().await;

    for place in 0..6 {
        assert!(forget(&it, EMAIL, &format!("192.0.2.{place}")).await.is_ok());
    }
    send(&it.services, DeliveryChannel::Mail).await;
    let mut mails = 0;
    while server.taken().is_some() {
        mails += 1;
    }
    let mut refused = None;
    for guess in 0..25 {
        refused = forget(&it, &format!("{guess}@example.org"), "198.51.100.1").await.err();
    }

    assert_eq!(mails, 3);
    assert_eq!(refused.unwrap().into_problem().status(), 429);
}

#[tokio::test]
async fn a_server_without_mails_says_whom_to_ask() {
    let it = instance().await;

    let refused = forget(&it, EMAIL, "192.0.2.1").await.unwrap_err().into_problem();

    assert_eq!(refused.code, "no_mail");
    let wrong = forget(&it, "ada", "192.0.2.1").await.unwrap_err().into_problem();
    assert_eq!(wrong.errors[0].path.as_deref(), Some("email"));
}
