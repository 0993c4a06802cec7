//! The bucket that files lie in.

use s3_blobs::{S3Keys, S3Settings};
use vault::secret::Secret;

use super::{Result, Source};

impl Source<'_> {
    pub(super) fn s3(&self) -> Result<Option<S3Settings>> {
        let endpoint = self.http_url("S3_ENDPOINT")?;
        let Some(bucket) = self.optional("S3_BUCKET") else {
            let wanted = "the name of a bucket, because other S3 settings are set";
            self.none_of(|other| other.name.starts_with("S3_"), "S3_BUCKET", wanted)?;
            return Ok(None);
        };
        let styles = [("auto", endpoint.is_some()), ("yes", true), ("no", false)];
        let path_style = self.choice("S3_PATH_STYLE", "yes, no or auto", &styles)?;
        let wanted = "set together with the other key, or not at all";
        let keys = self.both(["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"], wanted)?;
        Ok(Some(S3Settings {
            endpoint,
            region: self.text("S3_REGION"),
            bucket,
            prefix: self.text("S3_PREFIX"),
            path_style,
            keys: keys.map(|[id, secret]| S3Keys { id, secret: Secret::new(secret) }),
        }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crate::config::Config;

    fn read_config(settings: &[(&str, &str)]) -> Result<Config, String> {
        let config = Config::read(|name| {
            let found = settings.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        config.map_err(|error| error.to_string())
    }

    #[test]
    fn a_bucket_alone_is_amazons_with_the_keys_its_tools_find() {
        let s3 = read_config(&[("S3_BUCKET", "atelier")]).unwrap().s3.unwrap();

        assert_eq!((s3.endpoint, s3.region.as_str(), s3.keys), (None, "us-east-1", None));
        assert!(!s3.path_style && read_config(&[]).unwrap().s3.is_none());
    }

    #[test]
    fn at_an_endpoint_the_bucket_stands_in_the_path_unless_that_is_set() {
        let own = [("S3_BUCKET", "atelier"), ("S3_ENDPOINT", "http://minio:9000")];
        let set = [own[0], own[1], ("S3_PATH_STYLE", "no")];

        assert!(read_config(&own).unwrap().s3.unwrap().path_style);
        assert!(!read_config(&set).unwrap().s3.unwrap().path_style);
    }

    #[test]
    fn half_of_the_settings_is_refused_by_the_name_of_what_is_missing() {
        for (settings, name) in [
            (vec![("S3_ENDPOINT", "http://minio:9000")], "S3_BUCKET"),
            (vec![("S3_BUCKET", "a"), ("S3_ACCESS_KEY_ID", "id")], "S3_SECRET_ACCESS_KEY"),
            (vec![("S3_BUCKET", "a"), ("S3_SECRET_ACCESS_KEY", "hush")], "S3_ACCESS_KEY_ID"),
            (vec![("S3_BUCKET", "a"), ("S3_PATH_STYLE", "maybe")], "S3_PATH_STYLE"),
        ] {
            let words = read_config(&settings).unwrap_err();
            assert!(words.starts_with(name) && !words.contains("hush"), "{words}");
        }
    }
}
