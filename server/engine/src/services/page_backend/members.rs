//! What pages ask of members.

use backend::actor::Actor;
use model::{
    access::Role,
    api::{
        listing::{Page, PageRequest},
        members::{
            InvitationForm, InvitationRow, MemberFilter, MemberHoldings, MemberRow, NewInvitation,
        },
    },
    id::{InvitationId, UserId},
};

forward! {
    members::Members {
        fn list(actor: &Actor, filter: &MemberFilter, asked: &PageRequest) -> Page<MemberRow>;
        fn holdings(actor: &Actor, user: UserId) -> MemberHoldings;
        fn change_role(actor: &Actor, user: UserId, role: Role) -> ();
        fn remove(actor: &Actor, user: UserId, hand_over_to: Option<UserId>) -> ();
        fn leave(actor: &Actor, hand_over_to: Option<UserId>) -> ();
        fn transfer_ownership(actor: &Actor, user: UserId) -> ();
        fn invitations(actor: &Actor, asked: &PageRequest) -> Page<InvitationRow>;
        fn invite(actor: &Actor, form: InvitationForm) -> Vec<NewInvitation>;
        fn revoke_invitation(actor: &Actor, id: InvitationId) -> ();
        fn renew_invitation(actor: &Actor, id: InvitationId) -> NewInvitation;
    }
}
