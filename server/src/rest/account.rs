//! One's own account over the API, the pictures of people, and links to a new password.

use axum::{
    Json as Answer,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    api::account::{AddressForm, DeletionForm, NameForm, NewPasswordForm, PasswordLinkView},
    id::UserId,
    picture::PersonPicture,
};
use services::{Services, library::documents::ImageFile};

use super::{
    library::serve_image,
    routes::{Access, Routes},
    uploads::Named,
};
use crate::{
    auth::caller::{Caller, Visit},
    error::Result,
    http::json::{Json, Path, Query},
};

model::account_operations!(crate::rest::operation::operations);

mod links {
    model::password_links_operations!(crate::rest::operation::operations);
}

const OWN: Access = Access::Needs(Permission::ManageOwnAccount);

pub(super) fn mount(routes: Routes) -> Routes {
    let routes = operations(routes)
        .mount(OWN.put("/account/name", "Changes your name."), rename)
        .mount(
            OWN.put("/account/address", "Changes the email you sign in with; needs your password."),
            change_address,
        )
        .mount(
            OWN.post("/account/picture", "Sets your profile photo.")
                .takes_file()
                .gives::<PersonPicture>(StatusCode::CREATED),
            set_picture,
        )
        .mount(
            OWN.delete("/account", "Deletes your account; needs your email and password.")
                .gives_nothing(),
            delete,
        );
    mount_links(routes)
}

/// The pictures of people, and the links to a new password.
fn mount_links(routes: Routes) -> Routes {
    let anybody = Access::Public;
    links::operations(routes)
        .mount(
            Access::Needs(Permission::Read)
                .get("/members/{user}/picture", "Returns the profile photo of a member.")
                .sends("image/*"),
            picture,
        )
        .mount(
            anybody.get("/password-links/{link}", "Shows whose password a link replaces."),
            password_link,
        )
        .mount(
            anybody.post(
                "/password-links/{link}",
                "Replaces the password and ends all sessions; the link expires.",
            ),
            reset_password,
        )
}

async fn rename(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<NameForm>,
) -> Result<StatusCode> {
    services.profile.rename(&actor, form).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change_address(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<AddressForm>,
) -> Result<StatusCode> {
    services.profile.change_address(&actor, form).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_picture(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(Named { name }): Query<Named>,
    bytes: Bytes,
) -> Result<Response> {
    let picture = services.profile.set_picture(&actor, &name, bytes).await?;
    Ok((StatusCode::CREATED, Answer(picture)).into_response())
}

async fn delete(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Caller(actor): Caller,
    Json(form): Json<DeletionForm>,
) -> Result<Response> {
    services.profile.delete_account(&actor, form).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, (ctx.cookie)(None))]).into_response())
}

async fn picture(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(user): Path<UserId>,
    headers: HeaderMap,
) -> Result<Response> {
    let picture = services.profile.person_picture(&actor, user).await?;
    let file = ImageFile {
        media_type: picture.media_type,
        bytes: picture.bytes.into(),
        tag: picture.version.to_string(),
    };
    Ok(serve_image(file, &headers))
}

async fn password_link(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(link): Path<String>,
) -> Result<Answer<PasswordLinkView>> {
    Ok(Answer(services.accounts.password_link(&link, &ctx.origin).await?))
}

async fn reset_password(
    State(services): State<Services>,
    Visit(ctx): Visit,
    Path(link): Path<String>,
    Json(form): Json<NewPasswordForm>,
) -> Result<StatusCode> {
    services.accounts.reset_password(&link, form, &ctx.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
