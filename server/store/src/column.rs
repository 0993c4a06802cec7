//! Columns that are read straight into the model's types: `query_as!` calls `into` on what it reads,
//! and ids are made of their UUIDs by themselves. Other columns name one of these types, for example
//! `status AS "status: EnumText<_>"`; where one may be null, `ended_at AS "ended_at!: Nullable<Time>"`.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use model::time::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::{
    Decode, Postgres,
    error::BoxDynError,
    postgres::PgValueRef,
    types::{Json, Uuid},
};

use crate::timestamp;

/// A time, for a [`Timestamp`].
pub(crate) struct Time(DateTime<Utc>);

/// A text that stores a variant of an enum.
pub(crate) struct EnumText<T>(T);

/// A value that is stored as JSON.
pub(crate) struct FromJson<T>(T);

/// A column of type `C` that may be null.
pub(crate) struct Nullable<C>(Option<C>);

impl Decode<'_, Postgres> for Time {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Decode::<Postgres>::decode(value).map(Self)
    }
}

impl<T: FromStr<Err: Into<BoxDynError>>> Decode<'_, Postgres> for EnumText<T> {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <&str as Decode<Postgres>>::decode(value)?.parse().map(Self).map_err(Into::into)
    }
}

impl<T: DeserializeOwned> Decode<'_, Postgres> for FromJson<T> {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        <Json<T> as Decode<Postgres>>::decode(value).map(|json| Self(json.0))
    }
}

impl<'r, C: Decode<'r, Postgres>> Decode<'r, Postgres> for Nullable<C> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        Decode::<Postgres>::decode(value).map(Self)
    }
}

// No `From`: neither that trait nor the types of the model are of this crate.
impl Time {
    pub(crate) fn into(self) -> Timestamp {
        timestamp(self.0)
    }
}

impl<T> EnumText<T> {
    pub(crate) fn into(self) -> T {
        self.0
    }
}

impl<T> FromJson<T> {
    pub(crate) fn into(self) -> T {
        self.0
    }
}

impl Nullable<Time> {
    pub(crate) fn into(self) -> Option<Timestamp> {
        self.0.map(Time::into)
    }
}

impl<T> Nullable<EnumText<T>> {
    pub(crate) fn into(self) -> Option<T> {
        self.0.map(EnumText::into)
    }
}

impl Nullable<Uuid> {
    pub(crate) fn into<T: From<Uuid>>(self) -> Option<T> {
        self.0.map(T::from)
    }
}
