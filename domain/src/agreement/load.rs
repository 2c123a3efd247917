//! Loads versions from rows that an operator wrote: all of them, or none.
//!
//! Invariant: what is in force or accepted is never changed. A version whose time is still to come may be written anew; any
//! other is followed by a new one. The same rows again change nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, SubsecRound, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use url::Url;

use super::{Agreement, AgreementId, AgreementKind};
use crate::error::{Code, Error, Result};
use crate::organization::is_country;
use crate::schema::{agreement_acceptances, agreements};
use crate::store::Store;
use crate::text::{Checks, is_unseen};

/// The longest name of a version, title and address, in characters.
const LONGEST_VERSION: usize = 50;
const LONGEST_TITLE: usize = 200;
const LONGEST_URL: usize = 2_000;

/// A row as it is written, unchecked.
#[derive(Debug, Clone, Default)]
pub struct NewText {
    /// Where it stands.
    pub line: u64,
    /// `customer` or `partner`.
    pub kind: String,
    /// ISO 3166-1 alpha-2; empty: every country without one of its own.
    pub country: String,
    /// The publisher's name for it.
    pub version: String,
    /// BCP 47.
    pub locale: String,
    /// In that language.
    pub title: String,
    /// Where the text can be read.
    pub url: String,
    /// From when, RFC 3339.
    pub in_force_at: String,
}

/// What came of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Texts that are new.
    pub added: usize,
    /// Texts whose time is still to come, written anew.
    pub changed: usize,
    /// Texts that are as they were.
    pub unchanged: usize,
    /// Versions of the texts that are new or written anew, each once.
    pub versions: Vec<LoadedVersion>,
}

/// A version that was loaded, and from when on it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedVersion {
    /// Whose agreement.
    pub kind: AgreementKind,
    /// None: every country without one of its own.
    pub country: Option<String>,
    /// The publisher's name for it.
    pub version: String,
    /// From when on.
    pub comes: Comes,
}

/// When a version comes into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// Its time has come.
    AtOnce,
    /// Its time is still to come.
    At(DateTime<Utc>),
    /// Its time has passed: a later version is in force.
    Never,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where it stands.
    pub line: u64,
    /// The column, and the remedy.
    pub message: String,
}

/// What tells texts apart.
type Key = (AgreementKind, Option<String>, String, String);

/// Loads every row, or none and says what is wrong; with `is_trial` nothing is loaded in any case.
///
/// Nobody else loads meanwhile; who reads or accepts is held up by nothing.
pub async fn load(store: &Store, rows: &[NewText], is_trial: bool) -> Result<Result<Loaded, Vec<Flaw>>> {
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        diesel::sql_query("lock table agreements in share row exclusive mode").execute(conn).await?;
        let there: Vec<Agreement> = agreements::table.select(Agreement::as_select()).load(conn).await?;
        let accepted: Vec<AgreementId> =
            agreement_acceptances::table.select(agreement_acceptances::agreement_id).distinct().load(conn).await?;
        let mut plan = Plan::new(there, accepted.into_iter().collect(), store.now());
        rows.iter().for_each(|row| plan.take(row));
        plan.compare_versions();
        if !plan.flaws.is_empty() {
            plan.flaws.sort_by_key(|flaw| flaw.line);
            return Ok(Err(plan.flaws));
        }
        plan.loaded.versions = plan.versions();
        if !is_trial {
            save(conn, &plan.written).await?;
        }
        Ok::<_, Error>(Ok(plan.loaded))
    })
    .await
}

async fn save(conn: &mut AsyncPgConnection, written: &[Agreement]) -> Result<()> {
    for text in written {
        let anew = (
            agreements::title.eq(&text.title),
            agreements::url.eq(&text.url),
            agreements::in_force_at.eq(text.in_force_at),
        );
        let insert = diesel::insert_into(agreements::table).values(text);
        insert.on_conflict(agreements::id).do_update().set(anew).execute(conn).await?;
    }
    Ok(())
}

/// What is there, with what the rows make of it.
struct Plan {
    texts: BTreeMap<Key, Agreement>,
    accepted: HashSet<AgreementId>,
    now: DateTime<Utc>,
    /// Of each text that a row writes, its line.
    lines: BTreeMap<Key, u64>,
    written: Vec<Agreement>,
    loaded: Loaded,
    flaws: Vec<Flaw>,
}

impl Plan {
    fn new(there: Vec<Agreement>, accepted: HashSet<AgreementId>, now: DateTime<Utc>) -> Self {
        let texts = there.into_iter().map(|text| (key(&text), text)).collect();
        let (lines, written, loaded, flaws) = (BTreeMap::new(), Vec::new(), Loaded::default(), Vec::new());
        Self { texts, accepted, now, lines, written, loaded, flaws }
    }

    fn flaw(&mut self, line: u64, message: impl Into<String>) {
        self.flaws.push(Flaw { line, message: message.into() });
    }

    fn take(&mut self, row: &NewText) {
        let mut text = match row.check() {
            Ok(text) => text,
            Err(wrong) => return wrong.into_iter().for_each(|message| self.flaw(row.line, message)),
        };
        let key = key(&text);
        if let Some(first) = self.lines.insert(key.clone(), row.line) {
            return self.flaw(row.line, format!("this text stands in line {first} already"));
        }
        match self.texts.get(&key) {
            None => self.loaded.added += 1,
            Some(there) if *there == (Agreement { id: there.id, ..text.clone() }) => {
                self.loaded.unchanged += 1;
                return;
            }
            Some(there) if self.accepted.contains(&there.id) => {
                return self.flaw(row.line, "this text was accepted and stays as it is; give a new version");
            }
            Some(there) if there.in_force_at <= self.now => {
                let since = there.in_force_at.to_rfc3339();
                let remedy = format!("this text is in force since {since} and stays as it is; give a new version");
                return self.flaw(row.line, remedy);
            }
            Some(there) => {
                text.id = there.id;
                self.loaded.changed += 1;
            }
        }
        self.written.push(text.clone());
        self.texts.insert(key, text);
    }

    /// The versions that are written, in the order of their first rows.
    fn versions(&self) -> Vec<LoadedVersion> {
        let mut versions: Vec<LoadedVersion> = Vec::new();
        for text in &self.written {
            let Agreement { kind, country, version, .. } = text.clone();
            let loaded = LoadedVersion { kind, country, version, comes: self.comes(text) };
            if !versions.contains(&loaded) {
                versions.push(loaded);
            }
        }
        versions
    }

    fn comes(&self, text: &Agreement) -> Comes {
        let is_same = |other: &&Agreement| other.kind == text.kind && other.country == text.country;
        let in_force = self.texts.values().filter(is_same).map(|other| other.in_force_at).filter(|at| *at <= self.now);
        if text.in_force_at > self.now {
            Comes::At(text.in_force_at)
        } else if in_force.max() == Some(text.in_force_at) {
            Comes::AtOnce
        } else {
            Comes::Never
        }
    }

    /// A version's languages come into force together, and no two versions for the same at once.
    fn compare_versions(&mut self) {
        let mut times: BTreeMap<_, BTreeSet<DateTime<Utc>>> = BTreeMap::new();
        let mut versions: BTreeMap<_, BTreeSet<&String>> = BTreeMap::new();
        for ((kind, country, version, _), text) in &self.texts {
            times.entry((kind, country, version)).or_default().insert(text.in_force_at);
            versions.entry((kind, country, text.in_force_at)).or_default().insert(version);
        }
        let mut flaws = Vec::new();
        for (key, line) in &self.lines {
            let (kind, country, version, _) = key;
            let Some(text) = self.texts.get(key) else { continue };
            if times.get(&(kind, country, version)).is_some_and(|times| times.len() > 1) {
                let message = "in_force_at: every language of a version comes into force at the same time";
                flaws.push(Flaw { line: *line, message: message.to_owned() });
            }
            if let Some(versions) = versions.get(&(kind, country, text.in_force_at)).filter(|all| all.len() > 1) {
                let others = versions.iter().filter(|other| **other != version);
                let others = others.map(|other| other.as_str()).collect::<Vec<_>>().join(", ");
                let message = format!("in_force_at: version {others} comes into force at that time; give another time");
                flaws.push(Flaw { line: *line, message });
            }
        }
        self.flaws.extend(flaws);
    }
}

fn key(text: &Agreement) -> Key {
    (text.kind, text.country.clone(), text.version.clone(), text.locale.clone())
}

impl NewText {
    /// The text, or everything that is wrong with it.
    fn check(&self) -> Result<Agreement, Vec<String>> {
        let mut checks = Checks::default();
        let kind = self.kind.trim().parse::<AgreementKind>().ok();
        if kind.is_none() {
            checks.0.push(Code::Invalid.on("kind").saying("give customer or partner"));
        }
        let country = Some(self.country.trim()).filter(|country| !country.is_empty());
        if country.is_some_and(|country| !is_country(country)) {
            let remedy = "give a country's two letters in capitals, such as US, or nothing for every country";
            checks.0.push(Code::Invalid.on("country").saying(remedy));
        }
        let version = checks.required_line("version", &self.version, LONGEST_VERSION);
        let locale = checks.locale("locale", self.locale.trim());
        let title = checks.required_line("title", &self.title, LONGEST_TITLE);
        let url = self.url.trim();
        if !is_web(url) {
            checks.0.push(Code::Invalid.on("url").saying("give an address such as https://example.com/agreement"));
        }
        let at = DateTime::parse_from_rfc3339(self.in_force_at.trim()).ok();
        if at.is_none() {
            let remedy = "give a time as in RFC 3339, such as 2026-03-01T00:00:00Z";
            checks.0.push(Code::Invalid.on("in_force_at").saying(remedy));
        }
        let wrong = checks.0.iter().map(|refusal| format!("{}: {}", refusal.field.join("."), refusal.message));
        let wrong: Vec<String> = wrong.collect();
        match (kind, at) {
            (Some(kind), Some(at)) if wrong.is_empty() => Ok(Agreement {
                id: AgreementId::fresh(),
                kind,
                country: country.map(str::to_owned),
                version,
                locale,
                title,
                url: url.to_owned(),
                // As the database keeps it.
                in_force_at: at.to_utc().trunc_subsecs(6),
            }),
            _ => Err(wrong),
        }
    }
}

fn is_web(url: &str) -> bool {
    let is_plain = !url.chars().any(|c| is_unseen(c) || c.is_whitespace()) && url.chars().count() <= LONGEST_URL;
    let is_safe = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty();
    is_plain && Url::parse(url).is_ok_and(|url| is_safe(&url))
}
