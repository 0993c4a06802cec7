//! The operations of API tokens.

/// API tokens.
#[macro_export]
macro_rules! tokens_operations {
    ($then:path) => {
        $then! { accounts Accounts TokenOperations {
            /// Lists tokens: all for an admin, your own otherwise.
            GET "/tokens" ManageOwnAccount load_tokens = list_tokens()
                -> one Vec<$crate::account::TokenView>;
            /// Revokes a token.
            DELETE "/tokens/{id}" ManageOwnAccount revoke_token =
                revoke_token(id: $crate::id::TokenId) -> done;
        } }
    };
}
