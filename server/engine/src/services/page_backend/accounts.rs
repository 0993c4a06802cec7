//! What pages ask of accounts.

use backend::{
    accounts::{SetUpState, SignedIn},
    actor::{Actor, Origin},
};
use model::account::{SessionView, SetUpForm, SignInForm};

forward! {
    accounts::Accounts {
        fn session_view(actor: &Actor) -> SessionView;
        fn set_up_state() -> SetUpState;
        fn set_up(form: SetUpForm, origin: &Origin) -> SignedIn;
        fn sign_in(form: SignInForm, origin: &Origin, old_key: Option<&str>) -> SignedIn;
        fn sign_out(key: &str) -> ();
    }
}
