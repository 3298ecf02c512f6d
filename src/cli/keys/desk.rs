//! What the commands of `keys` work at: the site's settings, its key and its members, with nobody else changing them.

use std::fs::File;
use std::io;

use serde_json::{Value, json};

use super::key;
use crate::access::{Code, Entitlement, Keyring};
use crate::cli::{Env, Failure, open};
use crate::config::{self, Config, Overrides};
use crate::diag::{self, Diag, Severity, code};
use crate::disk::own::{self, LastKeys};
use crate::id::{Lang, SourcePath};
use crate::members::{self, Members, Seat};

/// Site, key and members.
pub(super) struct Desk {
    /// `site.yaml`.
    pub(super) config: Config,
    /// The members, to be changed and saved.
    pub(super) members: Members,
    /// What codes follow from. Its members are those that were read.
    pub(super) keyring: Keyring,
    _lock: File,
}

impl Desk {
    /// Reads everything; `None` if something is wrong with it, which has been told.
    pub(super) fn open(env: &mut Env<'_>) -> Result<Option<Self>, Failure> {
        open::check_root(&env.root)?;
        let mut diags = Vec::new();
        let config = read_config(env)?.take(&mut diags);
        let Some(master) = key::master_key(env)? else { return Err(key::no_key().into()) };
        let lock = own::lock(&env.root).map_err(Failure::io("lock the keys"))?;
        let found = key::members(env)?.take(&mut diags);
        if found.is_none() && LastKeys::read(&env.root).is_some_and(|last| last.had_members) {
            diags.push(key::no_members());
        }
        let mut members = found.unwrap_or_else(|| nobody(&config));
        diags.extend(key::check_key(&master, &members));
        diags.extend(members::check(&members, &config));
        members.key.get_or_insert_with(|| key::fingerprint(&master));
        let keyring = members.keyring(master);
        let is_sound = diags.iter().all(|diag| diag.severity != Severity::Error);
        report(diags, env)?;
        Ok(is_sound.then_some(Self { config, members, keyring, _lock: lock }))
    }

    /// Writes the members.
    pub(super) fn save(&self, env: &Env<'_>) -> Result<(), Failure> {
        let text = members::write(&self.members);
        own::replace_file(&env.root.join(members::FILE), text.as_bytes())
            .map_err(Failure::io(format!("write `{}`", members::FILE)))?;
        key::remember(self.keyring.master(), &env.root);
        Ok(())
    }

    /// The code of a seat.
    pub(super) fn code(&self, seat: &Seat<'_>) -> Code {
        self.keyring.code(&seat.id, seat.serial)
    }

    /// The link that unlocks the site with a written code. What follows `#` is not sent to the host.
    pub(super) fn link(&self, code: &str) -> String {
        format!("{}unlock/#{code}", self.config.base_url)
    }

    /// What is held, in words: `tier:pro until 2026-12-31`.
    pub(super) fn held(seat: &Seat<'_>) -> Vec<String> {
        let told = |grant: &members::Grant| match (grant.until, grant.last) {
            (Some(until), Some(_)) => format!("{}, which ended {until}", grant.entitlement),
            (None, Some(_)) => format!("{}, which ended", grant.entitlement),
            (Some(until), None) => format!("{} until {until}", grant.entitlement),
            (None, None) => grant.entitlement.to_string(),
        };
        seat.grants.iter().map(told).collect()
    }

    /// A seat for programs, without its code.
    pub(super) fn json(&self, seat: &Seat<'_>) -> Value {
        let grant = |grant: &members::Grant| {
            json!({
                "what": grant.entitlement.to_string(),
                "until": grant.until.map(|until| until.to_string()),
                "ended": grant.last.is_some(),
            })
        };
        json!({
            "id": seat.id,
            "name": seat.name,
            "mark": self.keyring.mark(&seat.id, seat.serial),
            "for": seat.grants.iter().map(grant).collect::<Value>(),
            "revoked": seat.is_revoked,
        })
    }

    /// A seat for programs, with its code.
    pub(super) fn json_with_code(&self, seat: &Seat<'_>) -> Value {
        let code = self.code(seat).write();
        let mut value = self.json(seat);
        value["link"] = self.link(&code).into();
        value["code"] = code.as_str().into();
        value
    }

    /// Those whom a name, an id, a code or a mark stands for; signs of a mark that are covered fit any.
    pub(super) fn find(&self, who: &str) -> Vec<Seat<'_>> {
        let who = who.trim();
        if let Some(seat) = self.members.seat(who) {
            return vec![seat];
        }
        if let Ok(code) = Code::read(who) {
            let lookup = code.lookup();
            return self.members.seats().filter(|seat| self.code(seat).lookup() == lookup).collect();
        }
        let is_called = |seat: &Seat<'_>| seat.name.is_some_and(|name| name.to_lowercase() == who.to_lowercase());
        // The name of a pool is that of all its codes, and means none of them.
        let named: Vec<Seat<'_>> =
            self.members.seats().filter(|seat| self.members.people.contains_key(&seat.id) && is_called(seat)).collect();
        if !named.is_empty() {
            return named;
        }
        let Some(mark) = Mark::read(who) else { return Vec::new() };
        self.members.seats().filter(|seat| mark.fits(&self.keyring.mark(&seat.id, seat.serial))).collect()
    }

    /// The one whom a name, an id, a code or a mark stands for.
    pub(super) fn find_one(&self, who: &str) -> Result<Seat<'_>, Failure> {
        let mut found = self.find(who);
        match (found.pop(), found.is_empty()) {
            (Some(seat), true) => Ok(seat),
            (None, _) => {
                let names = self
                    .members
                    .people
                    .iter()
                    .flat_map(|(id, member)| std::iter::once(id.as_str()).chain(member.name.as_deref()));
                let diag = Diag::error(&code::NO_SUCH_MEMBER, format!("nobody is known as `{who}`"));
                Err(diag.did_you_mean(who, names).hint("`kmsite keys list` shows all members").into())
            }
            (Some(last), false) => {
                let ids: Vec<String> = found.iter().chain([&last]).take(10).map(|seat| format!("`{}`", seat.id)).collect();
                let diag = Diag::error(&code::SAME_NAME, format!("`{who}` stands for several members: {}", ids.join(", ")));
                Err(diag.hint("name the one you mean by its id").into())
            }
        }
    }

    /// Reads what `--for` names.
    pub(super) fn entitlement(&self, written: &str) -> Result<Entitlement, Failure> {
        let sold = self.sold();
        let entitlement = Entitlement::read(written).filter(|entitlement| sold.contains(entitlement));
        entitlement.ok_or_else(|| {
            let names: Vec<String> = sold.iter().map(ToString::to_string).collect();
            Diag::error(&code::NOT_SOLD, format!("`{written}` is nothing that this site sells"))
                .did_you_mean(written, names.iter().map(String::as_str))
                .hint(format!("it sells `{}`", names.join("`, `")))
                .into()
        })
    }

    /// Everything that the site sells.
    pub(super) fn sold(&self) -> Vec<Entitlement> {
        let tiers = self.config.tiers.iter().skip(1).map(|tier| Entitlement::Tier(tier.id.clone()));
        tiers.chain(self.config.products.iter().map(|product| Entitlement::Product(product.id.clone()))).collect()
    }
}

/// A mark as it was read off a page, some of its signs covered.
struct Mark(Vec<Option<char>>);

impl Mark {
    /// Signs of a mark: eight, and one that checks them.
    const LEN: usize = 9;
    /// So many must be seen.
    const SEEN: usize = 3;

    fn read(text: &str) -> Option<Self> {
        let signs = text.chars().filter(|c| !matches!(c, '-' | ' '));
        let signs: Vec<Option<char>> = signs.map(|sign| sign.is_ascii_alphanumeric().then(|| plain(sign))).collect();
        let seen = signs.iter().flatten().count();
        (signs.len() == Self::LEN && seen >= Self::SEEN).then_some(Self(signs))
    }

    fn fits(&self, mark: &str) -> bool {
        let mark = mark.chars().filter(|&c| c != '-');
        self.0.iter().zip(mark).all(|(seen, sign)| seen.is_none_or(|seen| seen == sign))
    }
}

/// A sign as codes have it.
const fn plain(sign: char) -> char {
    match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        sign => sign,
    }
}

/// Members of a site that has sold nothing.
pub(super) fn nobody(config: &Config) -> Members {
    Members::begun(config.languages.default.as_ref().unwrap_or(&Lang::new("en")))
}

/// Reads `site.yaml`.
pub(super) fn read_config(env: &Env<'_>) -> Result<diag::Noted<Config>, Failure> {
    let file = SourcePath::new(config::FILE);
    let bytes = match std::fs::read(env.root.join(config::FILE)) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::io(format!("read `{}`", config::FILE))(error)),
    };
    let overrides = Overrides { variables: env.variables.clone(), base_url: None };
    Ok(config::load(bytes.as_deref().map(|bytes| (&file, bytes)), &overrides))
}

/// Tells findings about files of the site's folder.
pub(super) fn report(mut diags: Vec<Diag>, env: &mut Env<'_>) -> Result<(), Failure> {
    let root = env.root.clone();
    let source = move |path: &SourcePath| std::fs::read(root.join(path.as_str())).ok();
    diag::settle(&mut diags, &source);
    diag::point_on(&mut diags);
    env.report(&diags, &source)?;
    Ok(())
}
