//! Contents page 2: each route and the function it calls.
