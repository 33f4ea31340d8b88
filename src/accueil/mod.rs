//! (stub)
use axum::response::Response;
pub async fn accueil() -> Response {
    crate::platform::http::json(200, &())
}
pub async fn api() -> Response {
    crate::platform::http::json(200, &())
}
