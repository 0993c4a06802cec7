//! An OpenID provider for the tests: it speaks HTTP, has keys of its own, redeems a code once, and only
//! for whoever has asked for it. On demand it says what no provider may say.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Form, Json, Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, Request, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

pub const CLIENT: &str = "atelier";
pub const SECRET: &str = "hush-hush";

/// What is odd about the tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Twist {
    #[default]
    Nothing,
    /// They say little; the rest has to be asked for.
    Thin,
    /// They say little, and what is asked for is signed, too.
    SignedPerson,
    /// Asked about a person, it does not say whether their address is verified.
    SilentPerson,
    /// They are signed with the provider's RSA key, as with most providers.
    Rsa,
    /// They ended half a minute ago, as clocks differ.
    JustExpired,
    Expired,
    FromTheFuture,
    OtherIssuer,
    OtherNonce,
    OtherAudience,
    OneMoreAudience,
    OtherParty,
    OtherAccessToken,
    /// The algorithm is "none".
    Unsigned,
    /// They are signed with the client's secret.
    SharedSecret,
    /// They are signed with a key that the provider does not have, in the name of one that it has.
    ForeignKey,
}

/// A provider that listens.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    router: Router,
    known: Arc<Mutex<Known>>,
}

struct Known {
    issuer: String,
    keys: Vec<SigningKey>,
    rsa: RsaKeyPair,
    key_reads: usize,
    person: Value,
    twist: Twist,
    grants: HashMap<String, Grant>,
}

/// What a code was given for.
struct Grant {
    nonce: String,
    challenge: String,
    redirect: String,
}

struct SigningKey {
    id: String,
    pair: EcdsaKeyPair,
}

type Shared = State<Arc<Mutex<Known>>>;
type Fields = HashMap<String, String>;

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/realms/main", listener.local_addr().unwrap());
        let known = Arc::new(Mutex::new(Known {
            issuer: issuer.clone(),
            keys: vec![SigningKey::new("first")],
            rsa: RsaKeyPair::from_pkcs8(include_bytes!("rsa_key.pk8")).unwrap(),
            key_reads: 0,
            person: Value::Null,
            twist: Twist::default(),
            grants: HashMap::new(),
        }));
        let router = Router::new()
            .route("/realms/main/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/person", get(person))
            .with_state(known.clone());
        let served = axum::serve(listener, router.clone());
        tokio::spawn(async move { served.await.unwrap() });
        Self { issuer, router, known }
    }

    /// Who signs in from now on.
    pub fn know(&self, person: Value) {
        self.lock().person = person;
    }

    /// What its tokens are like from now on.
    pub fn twist(&self, twist: Twist) {
        self.lock().twist = twist;
    }

    /// Signs with another key from now on, and forgets the one before.
    pub fn rotate(&self) {
        self.lock().keys = vec![SigningKey::new("second")];
    }

    /// How often its keys were read.
    pub fn key_reads(&self) -> usize {
        self.lock().key_reads
    }

    /// What a browser does there: it is known at once, and led back, to this path.
    pub async fn authorize(&self, address: &str) -> String {
        let url = Url::parse(address).unwrap();
        let path = format!("{}?{}", url.path(), url.query().unwrap());
        let request = Request::get(path).body(Body::empty()).unwrap();
        let reply = self.router.clone().oneshot(request).await.unwrap();
        let back = Url::parse(reply.headers()[header::LOCATION].to_str().unwrap()).unwrap();
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }
}

impl SigningKey {
    fn new(id: &str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        Self { id: id.to_owned(), pair }
    }

    fn public(&self) -> Value {
        // The uncompressed point: a byte, then both coordinates.
        let point = self.pair.public_key().as_ref();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": encode(&point[1..33]), "y": encode(&point[33..65]),
        })
    }

    fn sign(&self, text: &str) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec()
    }
}

async fn describe(State(known): Shared) -> Json<Value> {
    let issuer = known.lock().unwrap().issuer.clone();
    let root = issuer.trim_end_matches("/realms/main").to_owned();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{root}/authorize"),
        "token_endpoint": format!("{root}/token"),
        "userinfo_endpoint": format!("{root}/person"),
        "jwks_uri": format!("{root}/keys"),
        "end_session_endpoint": format!("{root}/sign-out"),
        // Nobody needs these.
        "response_types_supported": "code",
        "claims_supported": 7,
        // What it says of itself opens nothing: neither of the last two is taken.
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn keys(State(known): Shared) -> Json<Value> {
    let mut known = known.lock().unwrap();
    known.key_reads += 1;
    let rsa: RsaPublicKeyComponents<Vec<u8>> = known.rsa.public().into();
    let (n, e) = (encode(&rsa.n), encode(&rsa.e));
    let rsa = json!({ "kty": "RSA", "use": "sig", "kid": "rsa", "n": n, "e": e });
    // Of a kind that nobody knows yet.
    let odd = json!({ "kty": "AKP", "alg": "ML-DSA-44", "kid": ["odd"] });
    let keys = known.keys.iter().map(SigningKey::public);
    let keys: Vec<Value> = [odd, rsa].into_iter().chain(keys).collect();
    Json(json!({ "keys": keys }))
}

async fn authorize(State(known): Shared, Query(asked): Query<Fields>) -> Redirect {
    assert_eq!((&*asked["client_id"], &*asked["response_type"]), (CLIENT, "code"));
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(asked["scope"].split(' ').any(|scope| scope == "openid"), "{asked:?}");
    let mut known = known.lock().unwrap();
    let code = Uuid::now_v7().to_string();
    let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", &asked["state"])
        .append_pair("iss", &known.issuer)
        .append_pair("session_state", "unknown to clients");
    let grant = Grant {
        nonce: asked["nonce"].clone(),
        challenge: asked["code_challenge"].clone(),
        redirect: asked["redirect_uri"].clone(),
    };
    known.grants.insert(code, grant);
    Redirect::to(back.as_str())
}

async fn token(State(known): Shared, headers: HeaderMap, Form(asked): Form<Fields>) -> Response {
    let client = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")));
    assert_eq!(headers[header::AUTHORIZATION], client);
    let mut known = known.lock().unwrap();
    let grant = known.grants.remove(&asked["code"]).filter(|grant| {
        let challenge = encode(Sha256::digest(asked["code_verifier"].as_bytes()).as_slice());
        grant.challenge == challenge && grant.redirect == asked["redirect_uri"]
    });
    let Some(grant) = grant else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
            .into_response();
    };
    let token = known.to_token(&known.claims(&grant.nonce));
    let tokens = json!({
        "access_token": "access", "token_type": "bearer", "id_token": token,
        // Nobody needs these.
        "expires_in": "300", "scope": ["openid"], "refresh_token": 7,
    });
    Json(tokens).into_response()
}

async fn person(State(known): Shared, headers: HeaderMap) -> Response {
    assert_eq!(headers[header::AUTHORIZATION], "Bearer access");
    let known = known.lock().unwrap();
    let mut person = known.person.clone();
    match known.twist {
        Twist::SignedPerson => return known.to_token(&person).into_response(),
        Twist::SilentPerson => person["email_verified"] = Value::Null,
        _ => {}
    }
    Json(person).into_response()
}

impl Known {
    fn to_token(&self, claims: &Value) -> String {
        let key = &self.keys[0];
        let (algorithm, id) = match self.twist {
            Twist::Unsigned => ("none", None),
            Twist::SharedSecret => ("HS256", None),
            Twist::Rsa => ("RS256", None),
            _ => ("ES256", Some(&key.id)),
        };
        let mut head = json!({ "typ": "JWT", "alg": algorithm });
        if let Some(id) = id {
            head["kid"] = json!(id);
        }
        let text = format!("{}.{}", encode_json(&head), encode_json(claims));
        let signature = match self.twist {
            Twist::Unsigned => vec![],
            Twist::SharedSecret => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Twist::Rsa => {
                let mut signature = vec![0; self.rsa.public().modulus_len()];
                let random = SystemRandom::new();
                self.rsa.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).unwrap();
                signature
            }
            Twist::ForeignKey => SigningKey::new(&key.id).sign(&text),
            _ => key.sign(&text),
        };
        format!("{text}.{}", encode(&signature))
    }

    fn claims(&self, nonce: &str) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 300,
        });
        for (name, value) in self.person.as_object().unwrap() {
            if !matches!(self.twist, Twist::Thin | Twist::SignedPerson) || name == "sub" {
                claims[name] = value.clone();
            }
        }
        let (name, value) = match self.twist {
            Twist::JustExpired => ("exp", json!(now - 30)),
            Twist::Expired => ("exp", json!(now - 300)),
            Twist::FromTheFuture => ("iat", json!(now + 300)),
            Twist::OtherIssuer => ("iss", json!("https://other.example")),
            Twist::OtherNonce => ("nonce", json!("another one")),
            Twist::OtherAudience => ("aud", json!(["someone-else"])),
            Twist::OneMoreAudience => ("aud", json!([CLIENT, "someone-else"])),
            Twist::OtherParty => ("azp", json!("someone-else")),
            Twist::OtherAccessToken => ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
            Twist::Nothing
            | Twist::Thin
            | Twist::SignedPerson
            | Twist::SilentPerson
            | Twist::Rsa
            | Twist::Unsigned
            | Twist::SharedSecret
            | Twist::ForeignKey => return claims,
        };
        claims[name] = value;
        claims
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn encode_json(value: &Value) -> String {
    encode(value.to_string().as_bytes())
}
