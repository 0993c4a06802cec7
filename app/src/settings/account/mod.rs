//! The own account of whoever is signed in.

mod address;
mod browser;
mod deletion;
mod password;
mod picture;
mod places;
mod preferences;
mod profile;
mod tokens;

use api::account::load_account;
use frame::layout::{
    page_resource::{ResourceView, load_once},
    session::use_session,
};
use leptos::prelude::*;
use model::api::account::AccountPage as Loaded;
use ui::{card::PageHeader, skeleton::SkeletonShape};
use web::settings_page::SettingsPage;

use self::{
    address::AddressCard, deletion::DeletionCard, password::PasswordCard, places::PlacesCard,
    preferences::PreferencesCard, profile::ProfileCard, tokens::TokensCard,
};

/// The page of the own account.
#[component]
pub fn AccountPage() -> impl IntoView {
    let page = load_once(|| (), |()| load_account());
    view! {
        <div class="page page--narrow settings">
            <PageHeader
                title=SettingsPage::Account.title()
                lead="Your profile, sign-in and preferences."
            />
            <ResourceView
                page=page
                failure="Couldn't load your account"
                shape=SkeletonShape::Cards
                count=3
                show=|page| view! { <Sections page=page /> }.into_any()
            />
        </div>
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
