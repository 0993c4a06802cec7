//! Images: the list, their bytes, and small copies of them.

use axum::{
    Json as Answer,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    access::Permission,
    api::{
        documents::ImageFilter,
        listing::{Page, PageRequest},
    },
    id::{ExecutionId, ImageId, ProjectId},
    library::ImageRow,
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::{
    Services,
    library::documents::{ImageFile, ThumbnailSide},
};

use crate::rest::routes::{Access, Routes};
use crate::{
    auth::caller::Caller,
    error::Refusal,
    http::json::{Json, Path, Query},
};

model::images_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let edit = Access::Needs(Permission::EditDocument);
    operations(routes)
        .mount(read.get("/images", "Lists images, newest first; filter by words of the description, project or execution."), list)
        .mount(
            edit.post("/images", "Adds an image to the library.")
                .takes_file()
                .gives::<ImageRow>(StatusCode::CREATED),
            add,
        )
        .mount(edit.put("/images/{id}", "Sets the description of an image."), describe)
        .mount(
            read.get("/images/{id}/content", "Returns an image.").sends("image/*"),
            content,
        )
        .mount(
            read.get("/images/{id}/thumbnail", "Returns a thumbnail of an image.").sends("image/*"),
            thumbnail,
        )
}

/// The name of an image, and the project it goes into.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    /// The workspace's first project when absent.
    #[serde(alias = "project_id")]
    project: Option<ProjectId>,
}

async fn add(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(New { name, project }): Query<New>,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    let image = services.library.add_image(&actor, project, &name, bytes).await?;
    Ok((StatusCode::CREATED, Answer(image)).into_response())
}

/// What an image shows.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Description {
    alt: String,
}

async fn describe(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ImageId>,
    Json(Description { alt }): Json<Description>,
) -> Result<Answer<ImageRow>, Refusal> {
    Ok(Answer(services.library.describe_image(&actor, id, &alt).await?))
}

/// The query of the list of images.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ImageQuery {
    #[serde(default)]
    q: String,
    #[serde(alias = "project_id")]
    project: Option<ProjectId>,
    execution: Option<ExecutionId>,
    limit: Option<i64>,
    cursor: Option<String>,
}

async fn list(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(ImageQuery { q, project, execution, limit, cursor }): Query<ImageQuery>,
) -> Result<Answer<Page<ImageRow>>, Refusal> {
    let filter = ImageFilter { q, project, execution };
    let asked = PageRequest { limit, cursor };
    Ok(Answer(services.library.images_page(&actor, &filter, &asked).await?))
}

/// The query of a small copy.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Size {
    #[serde(default = "largest")]
    side: u32,
}

impl Size {
    /// The long side in pixels; the next larger size that exists is sent.
    pub fn side(&self) -> ThumbnailSide {
        ThumbnailSide::at_least(self.side)
    }
}

fn largest() -> u32 {
    ThumbnailSide::Large.pixels()
}

async fn content(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ImageId>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Ok(serve_image(services.library.image_file(&actor, id).await?, &headers))
}

async fn thumbnail(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<ImageId>,
    Query(size): Query<Size>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Ok(serve_image(services.library.thumbnail(&actor, id, size.side()).await?, &headers))
}

/// The content of an image never changes, so browsers may cache it; it is never run or framed.
pub fn serve_image(image: ImageFile, asked: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", image.tag);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    let mut response = match known {
        Some(known) if known == tag => StatusCode::NOT_MODIFIED.into_response(),
        _ => Body::from(image.bytes).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, image.media_type.as_str()),
        (header::ETAG, &tag),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    response
}
