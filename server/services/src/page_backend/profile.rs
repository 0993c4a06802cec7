//! What pages ask of people's own accounts.

use backend::actor::Actor;
use model::api::account::{AddressForm, DeletionForm, NameForm};

forward! {
    profile::Profile {
        fn rename(actor: &Actor, form: NameForm) -> ();
        fn change_address(actor: &Actor, form: AddressForm) -> ();
        fn delete_account(actor: &Actor, form: DeletionForm) -> ();
    }
}
