//! Invitations by mail: the link is in the mail, and nowhere else.

use model::{
    access::Role,
    api::{listing::PageRequest, members::InvitationForm},
    notice::delivery::{DeliveryChannel, DeliveryState},
};
use services::Services;

use super::{
    mailer, send,
    smtp::{MailServer, Manner},
};
use crate::engine::accounts::people::{Instance, home, instance, join_form};

/// An instance that sends mails, and its mail server.
pub async fn with_mail() -> (Instance, MailServer) {
    let server = MailServer::start().await;
    let mut it = instance().await;
    let mut context = it.services.context().clone();
    context.deps.mailer = Some(mailer(server.address));
    it.services = Services::with_context(context);
    (it, server)
}

#[tokio::test]
async fn an_invitation_is_mailed_with_its_link_which_is_gone_afterwards() {
    let (it, mut server) = with_mail().await;
    let form = InvitationForm { emails: vec!["ben@example.org".to_owned()], role: Role::Editor };
    let made = it.services.members.invite(&it.owner.actor, form).await.unwrap();
    let kept = || async {
        let sql = "SELECT concat(string_agg(n::text, ''), '')
                     FROM (SELECT to_jsonb(n) FROM notices n UNION ALL
                           SELECT to_jsonb(d) FROM notice_deliveries d) AS n";
        sqlx::query_scalar::<_, String>(sql).fetch_one(&it.db.pool).await.unwrap()
    };
    let token = made[0].path.strip_prefix("/join/").unwrap();
    assert!(!kept().await.contains(token), "it is sealed");

    assert_eq!(send(&it.services, DeliveryChannel::Mail).await, 1);

    let mail = server.taken().unwrap();
    assert_eq!(mail.to, "ben@example.org");
    let link = mail.link("Open invitation");
    assert_eq!(link, format!("http://127.0.0.1:3000{}", made[0].path));
    let joined = it.services.accounts.join(token, join_form("Ben"), None, &home(), None).await;
    assert_eq!(joined.unwrap().actor.role, Role::Editor);
    let sealed: i64 = sqlx::query_scalar("SELECT count(*) FROM notices WHERE nonce IS NOT NULL")
        .fetch_one(&it.db.pool)
        .await
        .unwrap();
    assert_eq!(sealed, 0);
    assert!(!mail.text.contains("Choose which emails you get"), "there is no account yet");
}

#[tokio::test]
async fn an_address_beyond_ascii_is_mailed_by_its_plain_domain_or_refused_in_words() {
    let (it, mut server) = with_mail().await;
    let emails = ["ben@bücher.example", "bén@example.org"].map(str::to_owned).to_vec();
    let form = InvitationForm { emails, role: Role::Viewer };
    it.services.members.invite(&it.owner.actor, form).await.unwrap();

    assert_eq!(send(&it.services, DeliveryChannel::Mail).await, 2);

    assert_eq!(server.taken().unwrap().to, "ben@xn--bcher-kva.example");
    assert!(server.taken().is_none());
    let first = PageRequest::default();
    let shown = it.services.members.invitations(&it.owner.actor, &first).await.unwrap();
    let said: Vec<_> = shown.items.into_iter().filter_map(|row| row.mail_error).collect();
    assert!(said.len() == 1 && said[0].contains("plain letters (a to z) before the @"), "{said:?}");
}

#[tokio::test]
async fn an_invitation_that_was_revoked_before_it_was_mailed_is_not() {
    let (it, mut server) = with_mail().await;
    let form = InvitationForm { emails: vec!["ben@example.org".to_owned()], role: Role::Viewer };
    let made = it.services.members.invite(&it.owner.actor, form).await.unwrap();
    it.services.members.revoke_invitation(&it.owner.actor, made[0].id).await.unwrap();

    assert_eq!(send(&it.services, DeliveryChannel::Mail).await, 0);
    assert!(server.taken().is_none());
}

#[tokio::test]
async fn a_link_that_was_given_up_cannot_be_sent_again_and_says_so() {
    let (it, server) = with_mail().await;
    server.set(Manner::Refuse);
    let form = InvitationForm { emails: vec!["ben@example.org".to_owned()], role: Role::Viewer };
    it.services.members.invite(&it.owner.actor, form).await.unwrap();
    it.services.notices.dispatch().await.unwrap();
    let page = || async {
        let page = it.services.notices.notices_page(&it.owner.actor).await.unwrap();
        page.deliveries.into_iter().next().unwrap()
    };

    // There is no such address, which no other attempt changes.
    assert_eq!(it.services.notices.deliver(DeliveryChannel::Mail).await.unwrap(), 1);
    assert_eq!(page().await.state, DeliveryState::Failed);
    let first = PageRequest::default();
    let shown = it.services.members.invitations(&it.owner.actor, &first).await.unwrap();
    let said = shown.items[0].mail_error.clone().unwrap();
    assert!(said.contains("doesn't deliver to this address") && said.contains("550"), "{said}");
    let retried = it.services.notices.retry_delivery(&it.owner.actor, page().await.id).await;
    assert_eq!(retried.unwrap_err().into_problem().code, "link_gone");
}
