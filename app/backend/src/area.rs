//! Traits of [operations](model::operations). An area that pages ask for more than those has a trait by
//! hand that stands on it.

/// The trait of operations of an area; its implementation hands each call to a service.
macro_rules! area {
    ($field:ident $service:ident $operations:ident { $(
        $(#[doc = $says:literal])+
        $verb:ident $($path:literal)? $access:ident $page:ident = $method:ident(
            $($arg:ident: $kind:ty $(as $by:tt)?),* $(; $body:ident: $body_kind:ty $(as $body_by:tt)?)?
        ) -> $how:ident $($answer:ty)?;
    )* }) => {
        #[doc = concat!("What pages and programs ask of the area `", stringify!($field), "`.")]
        #[async_trait::async_trait]
        pub trait $operations: Send + Sync {
            $(
                $(#[doc = $says])+
                async fn $method(
                    &self,
                    actor: &$crate::actor::Actor,
                    $($arg: $kind,)*
                    $($body: $body_kind,)?
                ) -> Result<model::answer!($how $($answer)?), model::problem::Problem>;
            )*
        }
    };
}

pub(crate) use area;
