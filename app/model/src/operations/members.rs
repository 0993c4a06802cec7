//! The operations of members and invitations.

/// Members of a workspace, and invitations into it.
#[macro_export]
macro_rules! members_operations {
    ($then:path) => {
        $then! { members Members MemberOperations {
            /// A page of the members that the filter admits, who joined last first.
            PAGE Read load_members = list(
                filter: $crate::api::members::MemberFilter as &,
                asked: $crate::api::listing::PageRequest as &)
                -> one $crate::api::listing::Page<$crate::api::members::MemberRow>;
            /// Lists what someone has to take over when a member leaves.
            GET "/members/{user}/holdings" Read load_member_holdings =
                holdings(user: $crate::id::UserId) -> one $crate::api::members::MemberHoldings;
            /// Changes what a member is.
            PAGE ManageMembers change_role =
                change_role(user: $crate::id::UserId, role: $crate::access::Role) -> done;
            /// Removes a member; their templates go to whoever is named, or stay as they are.
            PAGE ManageMembers remove_member =
                remove(user: $crate::id::UserId, hand_over_to: Option<$crate::id::UserId>) -> done;
            /// Makes another member the owner, and the actor, who is one, an admin.
            PAGE TransferWorkspace transfer_ownership =
                transfer_ownership(user: $crate::id::UserId) -> done;
            /// A page of the invitations that nobody has accepted or revoked, the newest first.
            PAGE ManageMembers load_invitations =
                invitations(asked: $crate::api::listing::PageRequest as &)
                -> one $crate::api::listing::Page<$crate::api::members::InvitationRow>;
            /// Invites people by their addresses; the links in the answer are shown this once.
            PAGE ManageMembers invite = invite(form: $crate::api::members::InvitationForm)
                -> all $crate::api::members::NewInvitation;
            /// Revokes an invitation.
            DELETE "/invitations/{id}" ManageMembers revoke_invitation =
                revoke_invitation(id: $crate::id::InvitationId) -> done;
            /// Replaces an invitation with a new one, with a new link.
            POST "/invitations/{id}/link" ManageMembers renew_invitation =
                renew_invitation(id: $crate::id::InvitationId)
                -> made $crate::api::members::NewInvitation;
        } }
    };
}
