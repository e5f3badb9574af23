//! Applies the migrations to a scratch `SQLite` file, so that the compiler checks every statement.

use std::{env, fs, path::Path};

use sqlx::{Connection as _, SqliteConnection, migrate::Migrator};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=build.rs");
    let scratch = Path::new(&env::var("OUT_DIR")?).join("schema.db");
    if scratch.exists() {
        fs::remove_file(&scratch)?;
    }
    let url = format!("sqlite://{}", scratch.display());
    let mut connection = SqliteConnection::connect(&format!("{url}?mode=rwc")).await?;
    Migrator::new(Path::new("migrations")).await?.run(&mut connection).await?;
    connection.close().await?;
    println!("cargo:rustc-env=DATABASE_URL={url}");
    Ok(())
}
