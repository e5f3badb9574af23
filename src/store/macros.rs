//! The statement macros: one SQL literal, checked by the compiler against the migrations, run on either engine.

/// All rows of a statement, as a struct that derives `sqlx::FromRow`.
macro_rules! rows {
    ($tx:expr, $row:ty, $sql:literal $(, $bind:expr)* $(,)?) => {
        match &mut $tx.engine {
            $crate::store::Engine::Sqlite(open) =>
                $crate::store::at_once(sqlx::query_as!($row, $sql $(, $bind)*).fetch_all(&mut **open)).await,
            $crate::store::Engine::Postgres(open) =>
                sqlx::query_as::<_, $row>($sql)$(.bind(&$bind))*.fetch_all(&mut **open).await,
        }
    };
}

/// The row of a statement that gives at most one.
macro_rules! row {
    ($tx:expr, $row:ty, $sql:literal $(, $bind:expr)* $(,)?) => {
        match &mut $tx.engine {
            $crate::store::Engine::Sqlite(open) =>
                $crate::store::at_once(sqlx::query_as!($row, $sql $(, $bind)*).fetch_optional(&mut **open)).await,
            $crate::store::Engine::Postgres(open) =>
                sqlx::query_as::<_, $row>($sql)$(.bind(&$bind))*.fetch_optional(&mut **open).await,
        }
    };
}

/// Runs a statement and tells how many rows it touched.
macro_rules! run {
    ($tx:expr, $sql:literal $(, $bind:expr)* $(,)?) => {
        match &mut $tx.engine {
            $crate::store::Engine::Sqlite(open) =>
                $crate::store::at_once(sqlx::query!($sql $(, $bind)*).execute(&mut **open)).await.map(|done| done.rows_affected()),
            $crate::store::Engine::Postgres(open) =>
                sqlx::query($sql)$(.bind(&$bind))*.execute(&mut **open).await.map(|done| done.rows_affected()),
        }
    };
}

pub(crate) use {row, rows, run};
