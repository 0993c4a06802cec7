//! What a provider signs (JWS), and the public keys by which that is checked (JWK). Of a set of keys
//! those that cannot be read are passed over, as if they were not there.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{self, SHA256, SHA384, SHA512},
    signature::{self as sig, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey},
};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Why a signed text is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SignatureError {
    /// It is none, or signed in a way that does not count.
    #[error("{0}")]
    Unusable(&'static str),
    /// No key has signed it: perhaps one that the provider has only had since its keys were read.
    #[error("it isn't signed with a key of the provider")]
    UnknownKey,
}

/// How a text is signed: by a key of which only the public half is known here. Neither not at all, nor
/// with a secret that both sides know.
#[derive(Clone, Copy)]
enum Algorithm {
    Rsa(&'static RsaParameters),
    Curve { name: &'static str, verifies: &'static dyn sig::VerificationAlgorithm },
}

impl Algorithm {
    fn from_name(name: &str) -> Option<Self> {
        let curve = |name, verifies| Self::Curve { name, verifies };
        Some(match name {
            "RS256" => Self::Rsa(&sig::RSA_PKCS1_2048_8192_SHA256),
            "RS384" => Self::Rsa(&sig::RSA_PKCS1_2048_8192_SHA384),
            "RS512" => Self::Rsa(&sig::RSA_PKCS1_2048_8192_SHA512),
            "PS256" => Self::Rsa(&sig::RSA_PSS_2048_8192_SHA256),
            "PS384" => Self::Rsa(&sig::RSA_PSS_2048_8192_SHA384),
            "PS512" => Self::Rsa(&sig::RSA_PSS_2048_8192_SHA512),
            "ES256" => curve("P-256", &sig::ECDSA_P256_SHA256_FIXED),
            "ES384" => curve("P-384", &sig::ECDSA_P384_SHA384_FIXED),
            "EdDSA" | "Ed25519" => curve("Ed25519", &sig::ED25519),
            _ => return None,
        })
    }
}

/// A public key of the provider, as it writes it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PublicKey {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

pub(super) fn read_keys(set: &Map<String, Value>) -> Vec<PublicKey> {
    let keys = set.get("keys").and_then(Value::as_array).into_iter().flatten();
    keys.filter_map(|key| PublicKey::deserialize(key).ok()).collect()
}

/// A signed text whose signature is right.
#[derive(Debug)]
pub(super) struct Signed {
    /// What it says.
    pub claims: Map<String, Value>,
    algorithm: String,
}

impl Signed {
    /// Whether `hash` is the one by which this names another token, such as `at_hash`.
    pub fn names(&self, token: &str, hash: &str) -> bool {
        let algorithm = match &self.algorithm {
            name if name.ends_with("256") => &SHA256,
            name if name.ends_with("384") => &SHA384,
            _ => &SHA512,
        };
        let whole = digest::digest(algorithm, token.as_bytes());
        let half = &whole.as_ref()[..whole.as_ref().len() / 2];
        decode(hash).is_some_and(|hash| hash == half)
    }
}

/// Reads a signed text, once its signature is found to be of one of the keys.
///
/// # Errors
/// A [`SignatureError`].
pub(super) fn verify(text: &str, keys: &[PublicKey]) -> Result<Signed, SignatureError> {
    use SignatureError::Unusable;
    let broken = || Unusable("it is no signed token");
    let mut parts = text.rsplitn(2, '.');
    let signature = parts.next().and_then(decode).ok_or_else(broken)?;
    let signed = parts.next().ok_or_else(broken)?;
    let (head, claims) = signed.split_once('.').ok_or_else(broken)?;
    let (head, claims) = read_object(head).zip(read_object(claims)).ok_or_else(broken)?;
    if head.contains_key("crit") {
        return Err(Unusable("it is signed with extensions that aren't known"));
    }
    let word = |name| head.get(name).and_then(Value::as_str);
    let name = word("alg").unwrap_or_default();
    let algorithm = Algorithm::from_name(name);
    let algorithm =
        algorithm.ok_or(Unusable("it is signed with an algorithm that doesn't count"))?;
    let id = word("kid");
    let mut fit = keys.iter().filter(|key| key.fits(name, id));
    if fit.any(|key| key.has_signed(algorithm, signed.as_bytes(), &signature)) {
        Ok(Signed { claims, algorithm: name.to_owned() })
    } else {
        Err(SignatureError::UnknownKey)
    }
}

impl PublicKey {
    /// Whether the key says nothing against having signed with this algorithm under this id.
    fn fits(&self, algorithm: &str, id: Option<&str>) -> bool {
        let same = |own: &Option<String>, wanted| own.as_deref().is_none_or(|own| own == wanted);
        same(&self.purpose, "sig")
            && same(&self.alg, algorithm)
            && id.is_none_or(|id| same(&self.kid, id))
    }

    fn has_signed(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        let number = |part: &Option<String>| part.as_deref().and_then(decode);
        match (algorithm, self.kty.as_str()) {
            (Algorithm::Rsa(parameters), "RSA") => {
                let Some((n, e)) = number(&self.n).zip(number(&self.e)) else { return false };
                let key = RsaPublicKeyComponents { n: without_zeros(&n), e: without_zeros(&e) };
                key.verify(parameters, text, signature).is_ok()
            }
            (Algorithm::Curve { name, verifies }, kind) => {
                let point = match (kind, number(&self.x), number(&self.y)) {
                    ("OKP", Some(x), _) => x,
                    // An uncompressed point: a byte that says so, then both coordinates.
                    ("EC", Some(x), Some(y)) => [&[4][..], &x, &y].concat(),
                    _ => return false,
                };
                self.crv.as_deref() == Some(name)
                    && UnparsedPublicKey::new(verifies, point).verify(text, signature).is_ok()
            }
            (Algorithm::Rsa(_), _) => false,
        }
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

fn read_object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&decode(part)?).ok()
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    // The example of RFC 7515, A.2: RS256.
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
        Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOi\
        Zj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTy\
        WzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6Bf\
        I7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    const MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrc\
        S2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kp\
        aSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5Ih\
        lJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

    fn keys(own: Value) -> Vec<PublicKey> {
        let odd =
            [json!(7), json!({ "kty": "AKP", "pub": "AA" }), json!({ "kty": "oct", "k": "AA" })];
        let all: Vec<Value> = odd.into_iter().chain([own]).collect();
        read_keys(json!({ "keys": all }).as_object().unwrap())
    }

    #[test]
    fn the_signature_of_the_standards_example_is_right_among_keys_of_other_kinds() {
        let key = json!({ "kty": "RSA", "n": MODULUS, "e": "AQAB", "x5c": 7, "kid": "a" });

        let signed = verify(SIGNED, &keys(key.clone())).unwrap();

        assert_eq!(signed.claims["iss"], "joe");
        for (name, value) in [("use", "enc"), ("alg", "PS256"), ("e", "Aw"), ("kty", "EC")] {
            let mut other = key.clone();
            other[name] = json!(value);
            let refused = verify(SIGNED, &keys(other)).unwrap_err();
            assert!(matches!(refused, SignatureError::UnknownKey), "{name}");
        }
        let changed = SIGNED.replacen("eyJpc3Mi", "eyJpc3Ni", 1);
        assert!(verify(&changed, &keys(key.clone())).is_err());
        for text in ["", "a.b", "a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."] {
            let refused = verify(text, &keys(key.clone())).unwrap_err();
            assert!(matches!(refused, SignatureError::Unusable(_)), "{text}");
        }
    }

    #[test]
    fn the_hash_of_an_access_token_is_the_left_half_of_its_digest() {
        let signed = Signed { claims: Map::new(), algorithm: "RS256".to_owned() };

        // The example of OpenID Connect Core, appendix A.3.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert!(signed.names(token, "77QmUPtjPfzWtF2AnpK9RQ"));
        assert!(!signed.names("another one", "77QmUPtjPfzWtF2AnpK9RQ"));
    }
}
