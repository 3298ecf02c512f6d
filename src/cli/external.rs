//! Asks the web whether links to other sites work: addresses -> findings.
//!
//! Each address is asked for once, however often it is linked to. Nothing here runs unless the creator asks for it.

use std::collections::BTreeMap;
use std::time::Duration;

use rayon::prelude::*;
use ureq::Agent;

use crate::access;
use crate::compile::Compiled;
use crate::diag::{At, Diag, code};

/// How long a site may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many addresses are asked for at once.
const AT_ONCE: usize = 16;

/// Checks the links of all documents to other sites.
pub(super) fn check(compiled: &Compiled) -> Vec<Diag> {
    let mut places: BTreeMap<String, At> = BTreeMap::new();
    for doc in &compiled.parsed.docs {
        for link in access::written_links(doc) {
            let address = link.dest.split('#').next().unwrap_or_default();
            if address.starts_with("http://") || address.starts_with("https://") {
                places.entry(address.to_owned()).or_insert_with(|| At::span(&doc.path, link.span));
            }
        }
    }
    let config = Agent::config_builder().timeout_global(Some(PATIENCE)).user_agent(concat!("kmsite/", env!("CARGO_PKG_VERSION")));
    let agent: Agent = config.build().into();
    let ask = || places.par_iter().filter_map(|(address, at)| finding(&agent, address, at)).collect();
    match rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE).build() {
        Ok(pool) => pool.install(ask),
        Err(_) => ask(),
    }
}

/// What is wrong with an address: the answer to `HEAD`, or to `GET` where `HEAD` is refused.
fn finding(agent: &Agent, address: &str, at: &At) -> Option<Diag> {
    let refused = |error: &ureq::Error| matches!(error, ureq::Error::StatusCode(400 | 403 | 404 | 405 | 501));
    let answer = match agent.head(address).call() {
        Err(error) if refused(&error) => agent.get(address).call(),
        answer => answer,
    };
    let problem = match answer {
        Ok(_) | Err(ureq::Error::StatusCode(401 | 402 | 403 | 429)) => return None,
        Err(ureq::Error::StatusCode(status)) => format!("`{address}` answers with status {status}"),
        Err(error) => format!("`{address}` does not answer: {error}"),
    };
    Some(Diag::warning(&code::DEAD_EXTERNAL, problem).at(at.clone()).hint("mend or remove the link"))
}
