//! The access to providers.

use std::collections::BTreeMap;

use outside::providers::{ProviderAccess, WIRE_FORMATS, WireFormat};
use vault::secret::Secret;

use super::{ConfigError, SETTINGS, Source};

impl Source<'_> {
    /// The access to each provider of which the address or the key is set.
    pub(super) fn providers(&self) -> Result<BTreeMap<&'static str, ProviderAccess>, ConfigError> {
        let mut found = BTreeMap::new();
        for wire in WIRE_FORMATS {
            let text = |what| setting_name(wire, what).and_then(|name| self.optional(name));
            let base_url = setting_name(wire, "BASE_URL").map(|name| self.http_url(name));
            let access = ProviderAccess {
                base_url: base_url.transpose()?.flatten(),
                api_key: text("API_KEY").map(Secret::new),
                text_model: text("TEXT_MODEL"),
                image_model: text("IMAGE_MODEL"),
            };
            if access.is_set() {
                found.insert(wire.name, access);
            }
        }
        Ok(found)
    }
}

/// The name of a setting of a provider; none where the table of settings has no such.
fn setting_name(wire: &WireFormat, what: &str) -> Option<&'static str> {
    let name = format!("ATELIER_{}_{what}", wire.name.to_uppercase());
    SETTINGS.iter().map(|setting| setting.name).find(|known| *known == name)
}
