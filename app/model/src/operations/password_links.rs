//! The operation that makes links to a new password.

/// Links by which members who have forgotten their password choose a new one.
#[macro_export]
macro_rules! password_links_operations {
    ($then:path) => {
        $then! { accounts Accounts PasswordLinkOperations {
            /// Creates a link that lets a member set a new password, once, within 24 hours.
            POST "/members/{user}/password-link" ManageMembers make_password_link =
                make_password_link(user: $crate::id::UserId)
                -> made $crate::api::account::NewPasswordLink;
        } }
    };
}
