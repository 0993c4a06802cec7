//! The own account of whoever is signed in.

mod deletion;
mod picture;
mod places;
mod preferences;
mod profile;
mod tokens;

use api::account::load_account;
use frame::layout::{page_resource::load_once, session::use_session};
use leptos::prelude::*;
use model::api::account::AccountPage as Loaded;
use web::settings_page::SettingsPage;

use self::{
    deletion::DeletionCard,
    places::PlacesCard,
    preferences::PreferencesCard,
    profile::{AddressCard, PasswordCard, ProfileCard},
    tokens::TokensCard,
};
use super::sheet::SettingsSheet;

#[component]
pub fn AccountPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_account());
    view! {
        <SettingsSheet
            page=SettingsPage::Account
            lead="Your profile, sign-in and preferences."
            loads=page
            failure="Couldn't load your account"
            count=3
            show=|page| view! { <Sections page=page /> }.into_any()
        />
    }
}

#[component]
fn Sections(page: Loaded) -> impl IntoView {
    let places = RwSignal::new(page.places);
    use_session().map(|session| {
        view! {
            <ProfileCard session=session />
            <AddressCard session=session />
            <PasswordCard places=places />
            <PlacesCard places=places />
            <TokensCard workspace=session.workspace() tokens=page.tokens />
            <PreferencesCard session=session mail=page.mail />
            <DeletionCard session=session />
        }
    })
}
