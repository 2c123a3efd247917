//! GraphQL over HTTP: translates, decides nothing.
