//! The pages of the settings as links: the account's menu, the palette and the settings' own menu
//! list them with the same icons.

use ui::icon::Icon;
use web::settings_page::SettingsPage;

/// The icon before a page's name.
pub fn settings_icon(page: SettingsPage) -> Icon {
    match page {
        SettingsPage::Account => Icon::User,
        SettingsPage::Members => Icon::Users,
        SettingsPage::Workspace => Icon::Settings,
        SettingsPage::Tokens => Icon::KeyRound,
        SettingsPage::Secrets => Icon::Lock,
        SettingsPage::Providers => Icon::Sparkles,
        SettingsPage::Agents => Icon::Bot,
        SettingsPage::Tools => Icon::Plug,
        SettingsPage::Notices => Icon::Bell,
        SettingsPage::Budgets => Icon::Coins,
        SettingsPage::Retention => Icon::Hourglass,
        SettingsPage::Audit => Icon::BookOpen,
        SettingsPage::Storage => Icon::Archive,
        SettingsPage::Stuck => Icon::TriangleAlert,
    }
}
