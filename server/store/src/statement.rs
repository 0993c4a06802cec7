//! Statements run on a connection. Each says what it is for, which the log names where it fails.

use sqlx::{
    FromRow, PgConnection, Postgres,
    postgres::{PgArguments, PgRow},
    query::{Map, Query, QueryScalar},
};

use crate::error::{Doing, Result};

/// A statement without rows to read.
pub(crate) trait Statement: Sized {
    async fn count_changed(self, conn: &mut PgConnection, doing: &'static str) -> Result<u64>;

    /// True when it has changed at least one row.
    async fn changed(self, conn: &mut PgConnection, doing: &'static str) -> Result<bool> {
        Ok(self.count_changed(conn, doing).await? > 0)
    }

    async fn run(self, conn: &mut PgConnection, doing: &'static str) -> Result<()> {
        self.count_changed(conn, doing).await.map(drop)
    }
}

impl Statement for Query<'_, Postgres, PgArguments> {
    async fn count_changed(self, conn: &mut PgConnection, doing: &'static str) -> Result<u64> {
        Ok(self.execute(conn).await.doing(doing)?.rows_affected())
    }
}

/// A statement whose rows are read.
pub(crate) trait Fetch: Sized {
    type Row;

    async fn all(self, conn: &mut PgConnection, doing: &'static str) -> Result<Vec<Self::Row>>;

    /// The first row; that there is none is an error of the database.
    async fn one(self, conn: &mut PgConnection, doing: &'static str) -> Result<Self::Row>;

    async fn optional(
        self,
        conn: &mut PgConnection,
        doing: &'static str,
    ) -> Result<Option<Self::Row>>;

    /// Every row as what is made of it, for example UUIDs as ids.
    async fn all_into<T: From<Self::Row>>(
        self,
        conn: &mut PgConnection,
        doing: &'static str,
    ) -> Result<Vec<T>> {
        Ok(self.all(conn, doing).await?.into_iter().map(T::from).collect())
    }
}

macro_rules! fetch {
    () => {
        type Row = O;

        async fn all(self, conn: &mut PgConnection, doing: &'static str) -> Result<Vec<O>> {
            self.fetch_all(conn).await.doing(doing)
        }

        async fn one(self, conn: &mut PgConnection, doing: &'static str) -> Result<O> {
            self.fetch_one(conn).await.doing(doing)
        }

        async fn optional(self, conn: &mut PgConnection, doing: &'static str) -> Result<Option<O>> {
            self.fetch_optional(conn).await.doing(doing)
        }
    };
}

// What `query!` and `query_as!` make.
impl<F, O> Fetch for Map<'_, Postgres, F, PgArguments>
where
    F: FnMut(PgRow) -> sqlx::Result<O> + Send,
    O: Send + Unpin,
{
    fetch!();
}

// What `query_scalar!` makes.
impl<O> Fetch for QueryScalar<'_, Postgres, O, PgArguments>
where
    O: Send + Unpin,
    (O,): for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    fetch!();
}
