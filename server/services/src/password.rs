//! Argon2id off the runtime, two at a time, in memory that is used again: a burst of sign-ins costs
//! neither memory nor latency.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use store::error::{EngineError, Result};
use tokio::sync::Semaphore;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const AT_ONCE: usize = 2;

/// Hashes and checks passwords; clones share the limit.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    // Allocated anew on whatever thread comes, these 19 MiB would stay in each thread's arena:
    // 200 sign-ins were measured to leave 800 MiB behind.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), memory: Arc::default() }
    }
}

impl Passwords {
    /// The PHC string of a password, with a fresh salt.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move |memory| {
            let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(unhashable)?;
            let salt = Salt::new(&rand::random::<[u8; 16]>()).map_err(unhashable)?;
            let hash = PasswordHash {
                algorithm: ARGON2ID_IDENT,
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(&params).map_err(unhashable)?,
                hash: Some(digest(&password, &salt, params, memory)?),
                salt: Some(salt),
            };
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password is the one of the hash. Without a hash it works as long and says no,
    /// so that nobody learns from the time which accounts exist.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move |memory| {
            let known = hash.is_some();
            let kept = PasswordHash::new(hash.as_deref().unwrap_or(&NOBODY)).map_err(unhashable)?;
            let params = Params::try_from(&kept).map_err(unhashable)?;
            let Some(salt) = kept.salt else { return Ok(false) };
            // Outputs compare in constant time.
            Ok(Some(digest(&password, &salt, params, memory)?) == kept.hash && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|error| EngineError::internal("waiting to check a password", error))?;
        let shared = Arc::clone(&self.memory);
        // The place moves into the work: a caller that goes away must not free it early.
        tokio::task::spawn_blocking(move || {
            let _place = place;
            let kept = shared.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut memory = kept.unwrap_or_default();
            let done = work(&mut memory);
            shared.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            done
        })
        .await
        .map_err(|error| EngineError::internal("checking a password", error))?
    }
}

fn digest(password: &str, salt: &Salt, params: Params, memory: &mut Vec<Block>) -> Result<Output> {
    memory.resize(params.block_count(), Block::default());
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut sum = [0; Params::DEFAULT_OUTPUT_LEN];
    hasher
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut sum, memory)
        .map_err(unhashable)?;
    Output::new(&sum).map_err(unhashable)
}

fn unhashable(error: impl std::fmt::Display) -> EngineError {
    EngineError::internal("hashing a password", error.to_string())
}

/// The hash of an account that has no password: no password fits it.
pub fn no_password() -> &'static str {
    &NOBODY
}

/// A hash of the same cost that no password has.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let salt = "YXRlbGllciBub2JvZHk";
    let sum = "A".repeat(43);
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${sum}")
});

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use argon2::PasswordHasher;

    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("battery staple".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        let passwords = Passwords::default();

        assert!(!passwords.verify(String::new(), None).await.unwrap());
        let hash = Some(no_password().to_owned());
        assert!(!passwords.verify(String::new(), hash).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_made_by_another_program_is_understood() {
        let passwords = Passwords::default();
        let argon2 = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap(),
        );
        let hash = argon2.hash_password(b"correct horse").unwrap().to_string();

        assert!(passwords.verify("correct horse".to_owned(), Some(hash)).await.unwrap());
    }

    /// Checks a wrong password and returns the memory that the hashing has filled.
    async fn work_of(hash: Option<String>) -> Vec<Vec<u64>> {
        let passwords = Passwords::default();
        assert!(!passwords.verify("battery staple".to_owned(), hash).await.unwrap());
        let memory = passwords.memory.lock().unwrap().pop().unwrap();
        memory.iter().map(|block| block.as_ref().to_vec()).collect()
    }

    #[tokio::test]
    async fn rel_s4_an_unknown_account_costs_the_hashing_of_a_known_one() {
        let hash = Passwords::default().hash("correct horse".to_owned()).await.unwrap();
        let params = |hash: &str| {
            let hash = PasswordHash::new(hash).unwrap();
            let params = Params::try_from(&hash).unwrap();
            let output = hash.hash.unwrap().as_bytes().len();
            (params.m_cost(), params.t_cost(), params.p_cost(), output)
        };

        assert_eq!(params(&NOBODY), params(&hash));
        let (known, unknown) = (work_of(Some(hash)).await, work_of(None).await);
        assert_eq!(unknown.len(), known.len());
        for blocks in [known, unknown] {
            let untouched = blocks.iter().filter(|block| block.iter().all(|word| *word == 0));
            assert_eq!(untouched.count(), 0, "every block of the memory is worked on");
        }
    }
}
