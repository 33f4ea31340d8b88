//! Integration tests: real PostgreSQL, real processes, real HTTP. Each test is a sentence.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what it expects")]
#![allow(clippy::disallowed_methods, reason = "tests start real processes")]

mod outils;

mod cluster;
mod demo;
mod importer;
mod pages;
mod production;
