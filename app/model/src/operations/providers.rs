//! The operations of a workspace's access to providers.

/// The workspace's access to providers.
#[macro_export]
macro_rules! providers_operations {
    ($then:path) => {
        $then! { provider_access ProviderAccess ProviderOperations {
            /// Lists providers, without their keys, and the prices of models.
            GET "/providers" ManageProviders load_providers = providers()
                -> one $crate::provider::ProvidersPage;
            /// Tests access by asking for a word, JSON and an image.
            POST "/providers/{provider}/test" ManageProviders try_provider = try_provider(
                vendor: $crate::provider_choice::Vendor; form: $crate::provider::ProviderForm)
                -> one $crate::provider::ProviderTrial;
        } }
    };
}
