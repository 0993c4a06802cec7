//! The REST routes of the [operations](model::operations).

/// Mounts the operations of an area that have a path.
macro_rules! operations {
    ($field:ident $service:ident $operations:ident { $(
        $(#[doc = $says:literal])+
        $verb:ident $($path:literal)? $access:ident $page:ident = $method:ident(
            $($arg:ident: $kind:ty $(as $by:tt)?),* $(; $body:ident: $body_kind:ty $(as $body_by:tt)?)?
        ) -> $how:ident $($answer:ty)?;
    )* }) => {
        pub(super) fn operations(routes: $crate::rest::routes::Routes) -> $crate::rest::routes::Routes {
            $(let routes = $crate::rest::operation::route!(
                routes [$($path)?] $verb $access concat!($($says),+).trim_ascii();
                $field $method($($arg: $kind),*)($($body: $body_kind)?) $how($($answer)?)
            );)*
            routes
        }
    };
}

/// Mounts one operation.
macro_rules! route {
    ($routes:ident [] $($rest:tt)*) => { $routes };
    (
        $routes:ident [$path:literal] $verb:ident $access:ident $says:expr;
        $field:ident $method:ident($($arg:ident: $kind:ty),*)($($body:ident: $body_kind:ty)?)
        $how:ident($($answer:ty)?)
    ) => {{
        use axum::{
            extract::State,
            http::{Method, StatusCode},
            response::IntoResponse,
        };
        use model::access::Permission;

        use $crate::{
            auth::caller::Caller,
            error::Refusal,
            http::json::Path,
            rest::routes::{Access, Route},
            state::AppState,
        };

        let access = Access::Needs(Permission::$access);
        let route = Route::new(access, Method::$verb, $path, $says);
        $routes.mount(
            $crate::rest::operation::gives!($how route $($answer)?),
            async |State(state): State<AppState>, Caller(actor): Caller,
                Path(($($arg,)*)): Path<($($kind,)*)> $(, $crate::rest::operation::input!($verb $body):
                    $crate::rest::operation::input!(type $verb $body_kind))?| {
                let answer = state.backend.$field.$method(&actor, $($arg,)* $($body)?).await?;
                Ok::<_, Refusal>($crate::rest::operation::answer!($how answer).into_response())
            },
        )
    }};
}

/// What is behind an operation's `;`: the query with GET, else the body.
macro_rules! input {
    (GET $input:ident) => { $crate::http::json::Query($input) };
    (type GET $kind:ty) => { $crate::http::json::Query<$kind> };
    ($verb:ident $input:ident) => { $crate::http::json::Json($input) };
    (type $verb:ident $kind:ty) => { $crate::http::json::Json<$kind> };
}

/// A route that says what comes back.
macro_rules! gives {
    (one $route:ident $answer:ty) => {
        $route.gives::<$answer>(StatusCode::OK)
    };
    (all $route:ident $answer:ty) => {
        $route.gives::<$crate::rest::listing::List<$answer>>(StatusCode::OK)
    };
    (made $route:ident $answer:ty) => {
        $route.gives::<$answer>(StatusCode::CREATED)
    };
    (done $route:ident) => {
        $route.gives_nothing()
    };
}

/// What comes back as it is sent.
macro_rules! answer {
    (one $answer:ident) => {
        axum::Json($answer)
    };
    (all $answer:ident) => {
        $crate::rest::listing::List::answer($answer)
    };
    (made $answer:ident) => {
        (StatusCode::CREATED, axum::Json($answer))
    };
    (done $answer:ident) => {{
        let () = $answer;
        StatusCode::NO_CONTENT
    }};
}

pub(super) use {answer, gives, input, operations, route};
