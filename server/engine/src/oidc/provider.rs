//! A provider as it describes itself, and the check of what it has signed.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessTokenHash, AuthType, ClaimsVerificationError, Client, ClientId, ClientSecret,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl,
    Nonce, OAuth2TokenResponse as _, RedirectUrl, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType,
        CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};

use model::oidc::OidcRefusal;

use super::{
    claims::{OtherClaims, TokenClaims},
    http::Http,
    settings::OidcSettings,
};

/// How far the clocks of the provider and the database may be apart.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// The signatures that count: by a key of which only the public half is known here. Neither none at
/// all, nor one with a secret that both sides know.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type TokenFields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// What a code is redeemed for.
pub(super) type Tokens = StandardTokenResponse<TokenFields, CoreTokenType>;

/// A provider with its addresses and its public keys.
pub(super) type Provider = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Reads how the provider describes itself, and its public keys.
pub(super) async fn discover(
    settings: &OidcSettings,
    redirect: &RedirectUrl,
    http: &Http,
) -> Result<Provider, OidcRefusal> {
    let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|error| {
        tracing::error!(%error, "the issuer of the sign-in provider is no address");
        OidcRefusal::Away
    })?;
    let described = CoreProviderMetadata::discover_async(issuer, http).await.map_err(|error| {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, issuer = settings.issuer, "the sign-in provider cannot be read");
        OidcRefusal::Away
    })?;
    let ways = described.token_endpoint_auth_methods_supported();
    let takes = |way| ways.is_some_and(|ways| ways.contains(&way));
    // Where it does not say, it takes the header.
    let in_body = takes(CoreClientAuthMethod::ClientSecretPost)
        && !takes(CoreClientAuthMethod::ClientSecretBasic);
    let secret = ClientSecret::new(settings.client_secret.expose().to_owned());
    let id = ClientId::new(settings.client_id.clone());
    let provider = Provider::from_provider_metadata(described, id, Some(secret))
        .set_redirect_uri(redirect.clone());
    Ok(if in_body { provider.set_auth_type(AuthType::RequestBody) } else { provider })
}

/// The claims of the ID token among the tokens, once all is checked: issuer, audience, signature,
/// dates and nonce, and that the access token belongs to it.
pub(super) fn check<'t>(
    provider: &Provider,
    tokens: &'t Tokens,
    nonce: &Nonce,
    now: DateTime<Utc>,
) -> Result<&'t TokenClaims, ClaimsVerificationError> {
    let other = |words: &str| ClaimsVerificationError::Other(words.to_owned());
    let token = tokens.id_token().ok_or_else(|| other("there is no ID token"))?;
    let verifier = provider
        .id_token_verifier()
        .set_allowed_algs(SIGNATURES)
        .set_time_fn(move || now - SKEW)
        .set_issue_time_verifier_fn(move |issued| {
            if issued > now + SKEW {
                Err(format!("issued at {issued}, now is {now}"))
            } else {
                Ok(())
            }
        });
    let claims = token.claims(&verifier, nonce)?;
    if claims.authorized_party().is_some_and(|party| party != provider.client_id()) {
        return Err(ClaimsVerificationError::InvalidAudience("made for another party".to_owned()));
    }
    if let Some(expected) = claims.access_token_hash() {
        let signed = ClaimsVerificationError::SignatureVerification;
        let algorithm = token.signing_alg().map_err(signed)?;
        let key = token.signing_key(&verifier).map_err(signed)?;
        let found = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        if found.map_err(|error| other(&error.to_string()))? != *expected {
            return Err(other("the access token is of another ID token"));
        }
    }
    Ok(claims)
}

/// Whether a token may be signed with a key that the provider has only had since its keys were read.
pub(super) fn is_of_unknown_key(error: &ClaimsVerificationError) -> bool {
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey
                | SignatureVerificationError::AmbiguousKeyId(_)
                | SignatureVerificationError::CryptoError(_)
        )
    )
}
