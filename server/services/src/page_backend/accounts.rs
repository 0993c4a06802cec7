//! What pages ask of accounts.

use backend::{
    accounts::{NewToken, OpenedSession, SetUpState, SignedIn},
    actor::{Actor, Origin, Person},
};
use model::{
    account::{PasswordForm, SessionView, SetUpForm, SignInForm, SignedInPlace, TokenForm},
    api::{
        account::{ForgottenPasswordForm, NewPasswordForm, PasswordLinkView},
        members::{InvitationView, JoinForm},
    },
    oidc::SignInWays,
};
use uuid::Uuid;

forward! {
    accounts::Accounts {
        fn session_view(actor: &Actor) -> SessionView;
        fn set_up_state() -> SetUpState;
        fn set_up(form: SetUpForm, origin: &Origin) -> SignedIn;
        fn sign_in_ways() -> SignInWays;
        fn sign_in(form: SignInForm, origin: &Origin, old_key: Option<&str>) -> OpenedSession;
        fn find_invitation(
            token: &str,
            visitor: Option<Person>,
            origin: &Origin
        ) -> InvitationView;
        fn join(
            token: &str,
            form: JoinForm,
            visitor: Option<Person>,
            origin: &Origin,
            old_key: Option<&str>
        ) -> SignedIn;
        fn sign_out(key: &str, next: &str) -> Option<String>;
        fn list_sessions(actor: &Actor) -> Vec<SignedInPlace>;
        fn revoke_session(actor: &Actor, id: Uuid) -> ();
        fn revoke_other_sessions(actor: &Actor) -> ();
        fn create_token(actor: &Actor, form: TokenForm) -> NewToken;
        fn change_password(actor: &Actor, form: PasswordForm, origin: &Origin) -> SignedIn;
        fn forget_password(form: ForgottenPasswordForm, origin: &Origin) -> ();
        fn password_link(token: &str, origin: &Origin) -> PasswordLinkView;
        fn reset_password(token: &str, form: NewPasswordForm, origin: &Origin) -> ();
    }
}
