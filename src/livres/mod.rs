//! Recipe books: PDF files in, recipes out.
//!
//! `lecture` turns the bytes of a book into recipes as printed; it knows neither the chain's
//! ingredients nor the database.

pub mod lecture;
