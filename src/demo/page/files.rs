//! The page's own files, which the program carries with it.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

/// Each file with its kind.
macro_rules! files {
    ($($name:literal: $kind:literal),+ $(,)?) => {
        &[$(($name, $kind, include_str!(concat!("web/", $name)))),+]
    };
}

const FILES: &[(&str, &str, &str)] = files! {
    "index.html": "text/html",
    "base.css": "text/css",
    "blocks.css": "text/css",
    "dialogs.css": "text/css",
    "layout.css": "text/css",
    "messages.css": "text/css",
    "acts.js": "text/javascript",
    "blocks.js": "text/javascript",
    "clock.js": "text/javascript",
    "combobox.js": "text/javascript",
    "composer.js": "text/javascript",
    "confirm.js": "text/javascript",
    "dom.js": "text/javascript",
    "elements.js": "text/javascript",
    "emoji.js": "text/javascript",
    "everyone.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "main.js": "text/javascript",
    "menu.js": "text/javascript",
    "messages.js": "text/javascript",
    "modal.js": "text/javascript",
    "mrkdwn.js": "text/javascript",
    "names.js": "text/javascript",
    "news.js": "text/javascript",
    "people.js": "text/javascript",
    "place.js": "text/javascript",
    "popup.js": "text/javascript",
    "richtext.js": "text/javascript",
    "selects.js": "text/javascript",
    "sidebar.js": "text/javascript",
    "store.js": "text/javascript",
    "surface.js": "text/javascript",
    "thread.js": "text/javascript",
    "time.js": "text/javascript",
    "toasts.js": "text/javascript",
};

pub(super) fn answer(name: &str) -> Response {
    let Some((_, kind, text)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return (StatusCode::NOT_FOUND, "There is nothing here.").into_response();
    };
    let mut response = text.into_response();
    let kind = HeaderValue::from_str(&format!("{kind}; charset=utf-8"));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, kind.unwrap_or_else(|_| HeaderValue::from_static("text/plain")));
    response
}
