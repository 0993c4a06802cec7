//! The operations of one's own account.

/// A person's own account: preferences, picture, where they are signed in.
#[macro_export]
macro_rules! account_operations {
    ($then:path) => {
        $then! { profile Profile ProfileOperations {
            /// Where the actor is signed in, and their own tokens here.
            PAGE ManageOwnAccount load_account = account_page()
                -> one $crate::api::account::AccountPage;
            /// Saves your theme, date format and muted notifications.
            PUT "/account/preferences" ManageOwnAccount set_preferences =
                set_preferences(; preferences: $crate::preferences::Preferences) -> done;
            /// Keeps the colours that the actor has chosen, and leaves their other preferences as
            /// they are.
            PAGE ManageOwnAccount keep_theme = keep_theme(theme: $crate::preferences::Theme)
                -> done;
            /// Deletes your profile photo.
            DELETE "/account/picture" ManageOwnAccount remove_picture = remove_picture() -> done;
        } }
    };
}
