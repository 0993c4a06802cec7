//! What a provider says of a person, as far as it matters here. Only what is used is read: what else a
//! provider says, and in which form, refuses nobody.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

/// How far the clocks of the provider and the database may be apart.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// What a token has to say to be meant for a sign-in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    /// Who has signed it.
    pub issuer: &'a str,
    pub client_id: &'a str,
    /// What was sent along when the sign-in began.
    pub nonce: &'a str,
    /// What the clock says.
    pub now: DateTime<Utc>,
}

/// Checks issuer, audience, dates and nonce of an ID token; gives the id of the person.
///
/// # Errors
/// What is wrong, in words.
pub(super) fn check<'c>(
    claims: &'c Map<String, Value>,
    expected: Expected<'_>,
) -> Result<&'c str, String> {
    let Expected { issuer, client_id, nonce, now } = expected;
    let shown = |name: &str| claims.get(name).unwrap_or(&Value::Null);
    let second = |name: &str| shown(name).as_f64();
    let clock = |skew: TimeDelta| (now + skew).timestamp() as f64;
    if shown("iss") != issuer {
        return Err(format!("its issuer is {}, not {issuer}", shown("iss")));
    }
    check_audience(claims, client_id)?;
    if second("exp").is_none_or(|end| end <= clock(-SKEW)) {
        return Err(format!("it ended at {}, now is {}", shown("exp"), now.timestamp()));
    }
    if second("iat").is_some_and(|start| start > clock(SKEW)) {
        return Err(format!("it was issued at {}, now is {}", shown("iat"), now.timestamp()));
    }
    if shown("nonce") != nonce {
        return Err("it is of another sign-in (nonce)".to_owned());
    }
    let subject = text(claims, "sub").filter(|subject| !subject.is_empty());
    subject.ok_or_else(|| "it names nobody (sub)".to_owned())
}

/// Checks that a token is made for this server. Where it is made for others, too, it has to say that
/// this server has asked for it (`azp`).
pub(super) fn check_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), String> {
    let audience = claims.get("aud").unwrap_or(&Value::Null);
    let all = audience.as_array().map_or(std::slice::from_ref(audience), Vec::as_slice);
    let party = claims.get("azp").filter(|party| !party.is_null());
    let is_ours = match party {
        Some(party) => party == client_id,
        None => all.len() == 1,
    };
    if is_ours && all.iter().any(|one| one == client_id) {
        return Ok(());
    }
    let party = party.unwrap_or(&Value::Null);
    Err(format!("it is made for {audience} (azp: {party}), not for {client_id} alone"))
}

/// What is known of a person.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Their address, where the same source says that it is verified.
    pub address: Option<String>,
    pub name: Option<String>,
    /// Everything that is said of them, but an address that is not verified.
    pub claims: Map<String, Value>,
}

impl Facts {
    /// What claims say that were checked. With `trusts_silence` an address counts as verified also
    /// where nothing is said of that.
    pub fn new(mut claims: Map<String, Value>, trusts_silence: bool) -> Self {
        if !is_verified(&claims).unwrap_or(trusts_silence) {
            claims.remove("email");
        }
        // Some send every claim as a list.
        let email = match claims.get("email") {
            Some(Value::Array(all)) if all.len() == 1 => all[0].as_str(),
            other => other.and_then(Value::as_str),
        };
        let address = email.map(str::to_owned);
        Self { address, name: text(&claims, "name").map(str::to_owned), claims }
    }

    /// Both together; what was known before counts.
    pub fn or(self, more: Self) -> Self {
        let mut claims = more.claims;
        claims.extend(self.claims);
        Self { address: self.address.or(more.address), name: self.name.or(more.name), claims }
    }
}

/// Whether claims say that their address is verified; none where they say nothing of that.
pub(super) fn is_verified(claims: &Map<String, Value>) -> Option<bool> {
    match claims.get("email_verified")? {
        Value::Null => None,
        Value::String(word) => Some(word.eq_ignore_ascii_case("true")),
        value => Some(*value == true || *value == 1),
    }
}

pub(super) fn text<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_token_is_for_this_server_also_beside_others_that_it_names() {
        let made_for = |aud: Value, azp: Value| {
            check_audience(&object(json!({ "aud": aud, "azp": azp })), "atelier").is_ok()
        };

        for (aud, azp) in [
            (json!("atelier"), json!(null)),
            (json!(["atelier"]), json!("atelier")),
            (json!(["other", "atelier"]), json!("atelier")),
        ] {
            assert!(made_for(aud.clone(), azp), "{aud}");
        }
        for (aud, azp) in [
            (json!(["other", "atelier"]), json!(null)),
            (json!(["other", "atelier"]), json!("other")),
            (json!("atelier"), json!(["atelier"])),
            (json!("other"), json!("atelier")),
            (json!([]), json!("atelier")),
            (json!(null), json!(null)),
        ] {
            assert!(!made_for(aud.clone(), azp), "{aud}");
        }
    }

    #[test]
    fn an_address_counts_where_it_is_said_to_be_verified_in_whatever_form() {
        let address = |claims: Value, trusts| Facts::new(object(claims), trusts).address;
        let ada = Some("ada@example.org".to_owned());

        for verified in [json!(true), json!("true"), json!("True"), json!(1)] {
            let claims = json!({ "email": ["ada@example.org"], "email_verified": verified });
            assert_eq!(address(claims, false), ada, "{verified}");
        }
        for verified in [json!(false), json!("false"), json!(0), json!([true]), json!({})] {
            let claims = json!({ "email": "ada@example.org", "email_verified": verified });
            assert_eq!(address(claims, true), None, "{verified}");
        }
        let silent = json!({ "email": "ada@example.org", "name": ["Ada"] });
        assert_eq!(address(silent.clone(), true), ada);
        let facts = Facts::new(object(silent), false);
        assert!(facts.address.is_none() && !facts.claims.contains_key("email"), "{facts:?}");
        let two = json!({ "email": ["a@example.org", "b@example.org"], "email_verified": true });
        assert_eq!(address(two, false), None);
    }
}
