//! Who answers where several providers are set up: whom a step names, or the workspace has chosen.

use model::{
    execution::failure::{Failure, FailureClass},
    provider_choice::{ProviderChoice, ProviderName},
};
use outside::providers::{ImageRequest, ProviderAccess, ProviderSettings, Providers};
use vault::secret::Secret;

use super::{
    anthropic::{KEY, TEXT},
    providers::{client, hello},
    wire::{Answer, Wire},
};

#[tokio::test]
async fn one_is_chosen_for_texts_and_one_for_pictures_and_a_step_may_name_another() {
    let wire = Wire::serving(Answer::raw_stream(TEXT)).await;
    let access = ProviderAccess {
        base_url: format!("http://{}/v1", wire.address).parse().ok(),
        api_key: Some(Secret::new(KEY)),
        ..ProviderAccess::default()
    };
    let nobody = ProviderSettings { ollama_url: None, ..ProviderSettings::default() };
    let one = nobody.with_access("anthropic", access.clone());
    let two = one.clone().with_access("openai", access);
    let client = client(wire.address);
    let alone = Providers::detect(&one, &client).await;
    let both = Providers::detect(&two, &client).await;

    // Who makes no pictures is not asked for any, unless a step says so.
    assert_eq!((alone.text(None).await.name(), alone.image(None).name()), ("anthropic", "sample"));
    let named = alone.image(Some("anthropic/claude-x"));
    let refused = named.generate_image(&ImageRequest::default()).await.unwrap_err();
    assert_eq!(refused.failure.code, "no_images");

    assert_eq!((both.text(None).await.name(), both.image(None).name()), ("openai", "openai"));
    let chosen =
        ProviderChoice { text: Some(ProviderName::Anthropic), image: Some(ProviderName::Sample) };
    let chosen = both.with_choice(chosen);
    assert_eq!(
        (chosen.text(None).await.name(), chosen.image(None).name()),
        ("anthropic", "sample")
    );
    for (model, name) in [
        ("openai/gpt-5", "openai"),
        ("gpt-5-mini", "openai"),
        ("claude-haiku-4-5", "anthropic"),
        ("sample", "sample"),
        ("somebody-elses", "anthropic"),
    ] {
        assert_eq!(chosen.text(Some(model)).await.name(), name, "{model}");
    }
    assert_eq!(both.text(Some("claude-haiku-4-5")).await.name(), "anthropic");
    assert_eq!(chosen.image(Some("gpt-image-1")).name(), "openai");

    // Who is chosen and not there is waited for: nobody else is sent what was meant for them.
    let gone = ProviderChoice { text: Some(ProviderName::Ollama), image: None };
    let gone = both.with_choice(gone).text(None).await;
    let failure = gone.generate_text(&hello(), &mut |_| {}).await.unwrap_err().failure;
    assert_eq!((gone.name(), failure.code.as_str()), ("ollama", "provider_not_set_up"));
    assert!(failure.pauses() && wire.calls() == 0);
}

#[tokio::test]
async fn an_ollama_that_is_chosen_or_named_and_away_is_waited_for_and_nobody_stands_in() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = ProviderSettings {
        ollama_url: format!("http://{address}").parse().ok(),
        ..ProviderSettings::default()
    };
    let nobody = Providers::detect(&away, &client(address)).await;
    let chosen = ProviderChoice { text: Some(ProviderName::Ollama), image: None };

    for provider in
        [nobody.with_choice(chosen).text(None).await, nobody.text(Some("ollama/llama3")).await]
    {
        let failure = provider.generate_text(&hello(), &mut |_| {}).await.unwrap_err().failure;
        assert_eq!((provider.name(), failure.code.as_str()), ("ollama", Failure::AWAY));
        assert!(matches!(failure.class, FailureClass::Transient { .. }), "{failure:?}");
        assert_eq!(provider.address(), Some(address.to_string().as_str()));
    }
    assert!(nobody.text(None).await.is_sample(), "nobody has asked for Ollama");
}
