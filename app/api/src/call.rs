//! How pages call the [operations](model::operations): in the browser over HTTP, on the server at once.

/// The functions by which pages call the operations of an area, and the table by which the server
/// answers them.
macro_rules! functions {
    ($field:ident $service:ident $operations:ident { $(
        $(#[doc = $says:literal])+
        $verb:ident $($path:literal)? $access:ident $page:ident = $method:ident(
            $($arg:ident: $kind:ty $(as $by:tt)?),* $(; $body:ident: $body_kind:ty $(as $body_by:tt)?)?
        ) -> $how:ident $($answer:ty)?;
    )* }) => {
        $(
            $(#[doc = $says])+
            pub async fn $page($($arg: $kind,)* $($body: $body_kind)?)
            -> Result<model::answer!($how $($answer)?), $crate::ApiError> {
                #[cfg(feature = "ssr")]
                {
                    let ctx = $crate::server::Ctx::get()?;
                    let actor = ctx.require(model::access::Permission::$access)?;
                    let answer = ctx.backend.$field.$method(actor, $($arg,)* $($body)?).await;
                    answer.map_err($crate::server::into_api_error)
                }
                #[cfg(not(feature = "ssr"))]
                {
                    let arguments = [
                        $((stringify!($arg), serde_json::to_value(&$arg)),)*
                        $((stringify!($body), serde_json::to_value(&$body)),)?
                    ];
                    $crate::call::send(stringify!($page), arguments.into()).await
                }
            }
        )*

        /// How the server answers them.
        #[cfg(feature = "ssr")]
        pub const OPERATIONS: &[$crate::call::Operation] = &[$($crate::call::Operation {
            name: stringify!($page),
            permission: model::access::Permission::$access,
            answer: |ctx, arguments| Box::pin(async move {
                #[allow(unused_mut, reason = "an operation may take nothing")]
                let mut arguments = arguments;
                $(let $arg: $kind = arguments.take(stringify!($arg))?;)*
                $(let $body: $body_kind = arguments.take(stringify!($body))?;)?
                arguments.end()?;
                let actor = ctx.require(model::access::Permission::$access)?;
                let answer = ctx.backend.$field.$method(actor, $($arg,)* $($body)?).await?;
                $crate::call::to_json(&answer)
            }),
        }),*];
    };
}

#[cfg(not(feature = "ssr"))]
pub(crate) use browser::send;
pub(crate) use functions;
#[cfg(feature = "ssr")]
pub use server::{Arguments, Operation, to_json};

#[cfg(not(feature = "ssr"))]
mod browser {
    use leptos::server_fn::{
        client::{Client, browser::BrowserClient},
        error::{FromServerFnError, ServerFnErrorErr},
        request::ClientReq,
        response::ClientRes,
    };
    use serde::de::DeserializeOwned;
    use serde_json::{Map, Value};

    use crate::ApiError;

    const JSON: &str = "application/json";

    type Arguments = Vec<(&'static str, serde_json::Result<Value>)>;

    /// Calls the operation of this name, and reads its answer.
    pub(crate) async fn send<T: DeserializeOwned>(
        name: &str,
        arguments: Arguments,
    ) -> Result<T, ApiError> {
        let answer = exchange(name, arguments).await?;
        serde_json::from_str(&answer).map_err(|error| unread(&error))
    }

    async fn exchange(name: &str, arguments: Arguments) -> Result<String, ApiError> {
        let arguments = arguments.into_iter().map(|(name, value)| Ok((name.to_owned(), value?)));
        let arguments: serde_json::Result<Map<String, Value>> = arguments.collect();
        let body = Value::Object(arguments.map_err(|error| unread(&error))?).to_string();
        let path = format!("/api/fn/{name}");
        let request = ClientReq::<ApiError>::try_new_post(&path, JSON, JSON, body)?;
        let reply = <BrowserClient as Client<ApiError>>::send(request).await?;
        let is_answer = (200..300).contains(&ClientRes::<ApiError>::status(&reply));
        let text = ClientRes::<ApiError>::try_into_string(reply).await?;
        if is_answer {
            return Ok(text);
        }
        Err(serde_json::from_str(&text).unwrap_or_else(|error| unread(&error)))
    }

    fn unread(error: &serde_json::Error) -> ApiError {
        ApiError::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string()))
    }
}

#[cfg(feature = "ssr")]
mod server {
    use std::{future::Future, pin::Pin};

    use model::{access::Permission, problem::Problem};
    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::{Map, Value};

    use crate::{error::bad_request, server::Ctx};

    type Answering = Pin<Box<dyn Future<Output = Result<Value, Problem>> + Send>>;

    /// An operation as pages in the browser call it.
    #[derive(Debug, Clone, Copy)]
    pub struct Operation {
        /// The last part of its address.
        pub name: &'static str,
        /// What it needs.
        pub permission: Permission,
        pub answer: fn(Ctx, Arguments) -> Answering,
    }

    /// The arguments of a call, by name.
    #[derive(Debug)]
    pub struct Arguments(pub Map<String, Value>);

    impl Arguments {
        /// Takes one that is there; what may be left out is null then.
        ///
        /// # Errors
        /// It is of another shape: the page is of another release.
        pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Problem> {
            let value = self.0.remove(name).unwrap_or_default();
            serde_json::from_value(value).map_err(|_| bad_request())
        }

        /// Checks that all were taken.
        ///
        /// # Errors
        /// There are more.
        pub fn end(self) -> Result<(), Problem> {
            if self.0.is_empty() { Ok(()) } else { Err(bad_request()) }
        }
    }

    /// An answer as it is sent.
    ///
    /// # Errors
    /// It cannot be written as JSON, which no answer can be.
    pub fn to_json(answer: &impl Serialize) -> Result<Value, Problem> {
        serde_json::to_value(answer).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Problem::internal()
        })
    }
}
