//! What pages ask of people's own accounts.

use backend::actor::Actor;
use model::{
    api::account::{AccountPage, AddressForm, DeletionForm, NameForm},
    preferences::{Preferences, Theme},
};

forward! {
    profile::Profile {
        fn account_page(actor: &Actor) -> AccountPage;
        fn rename(actor: &Actor, form: NameForm) -> ();
        fn change_address(actor: &Actor, form: AddressForm) -> ();
        fn set_preferences(actor: &Actor, preferences: Preferences) -> ();
        fn keep_theme(actor: &Actor, theme: Theme) -> ();
        fn remove_picture(actor: &Actor) -> ();
        fn delete_account(actor: &Actor, form: DeletionForm) -> ();
    }
}
