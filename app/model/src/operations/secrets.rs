//! The operations of secrets.

/// The workspace's secrets: named, never read back.
#[macro_export]
macro_rules! secrets_operations {
    ($then:path) => {
        $then! { provider_access ProviderAccess SecretOperations {
            /// The secrets without their values, and the steps that name one.
            PAGE ManageSecrets load_secrets = secret_list() -> one $crate::secret::SecretList;
        } }
    };
}
