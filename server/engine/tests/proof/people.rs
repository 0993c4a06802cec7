//! What people have set up, said, tried and been told around the executions that a release leaves, and
//! that it is all there afterwards.

use std::collections::BTreeMap;

use axum::{Router, extract::State, http::StatusCode};
use backend::actor::Actor;
use model::{
    access::{Role, TokenScope},
    account::TokenForm,
    agent::library::AgentForm,
    api::{
        documents::DocumentFilter,
        listing::PageRequest,
        members::{InvitationForm, MemberFilter},
        presets::NewPreset,
        projects::ProjectChange,
        review_links::ReviewLinkForm,
        templates::{DraftChange, EnabledChange, NewTemplate, PublishRequest},
        workspaces::WorkspaceChange,
    },
    budget::BudgetForm,
    comment::{CommentFilter, NewComment, subject::CommentSubject},
    document::Aside,
    execution::run_scope::RunScope,
    id::{DocumentId, ExecutionId, TemplateId},
    mcp::{
        auth::ServerAuth,
        server::{ServerForm, ServerKind},
    },
    notice::{
        delivery::{DeliveryChannel, DeliveryState},
        webhook::{WebhookForm, WebhookKind},
    },
    pages::{LaunchRequest, TestRequest},
    preferences::{NoticeKind, Theme},
    provider::{Pace, ProviderForm},
    provider_choice::{ProviderChoice, ProviderName, Vendor},
    review::{Approval, Decision},
    secret::SecretForm,
    template::TemplateCategory,
    workflow::Workflow,
};
use outside::outbound::OutboundClient;
use serde_json::{Map, Value, json};
use services::testing::{play::graph, world::World};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{
    engine::stub,
    proof::{
        drawn::text,
        left::{Studio, is_paused},
    },
};

/// Where nobody listens.
const NOBODY: &str = "127.0.0.1:1";
/// What a template is called that was tried out and switched off.
const TRIED: &str = "Tried";

fn all() -> PageRequest {
    PageRequest::default()
}

/// What holds for the whole workspace: who may come in, providers, tools, an agent of the library.
pub async fn set_up(world: &mut World) {
    let private = stub::allowing(&[NOBODY.parse().unwrap()]);
    world.change_deps(|deps| deps.outbound = OutboundClient::new(private).unwrap());
    let World { services, owner, .. } = &*world;
    let invited =
        InvitationForm { emails: vec!["cleo@example.org".to_owned()], role: Role::Editor };
    services.members.invite(owner, invited).await.unwrap();
    let token = TokenForm {
        name: "ci".to_owned(),
        role: Role::Runner,
        scope: TokenScope::Launch,
        expires_in_days: None,
    };
    services.accounts.create_token(owner, token).await.unwrap();
    services.profile.keep_theme(owner, Theme::Dark).await.unwrap();
    let access = ProviderForm {
        api_key: Some("sk-kept".to_owned()),
        pace: Pace { calls_at_once: Some(2), calls_per_minute: Some(60) },
        ..ProviderForm::default()
    };
    services.provider_access.set_provider(owner, Vendor::OpenAi, access).await.unwrap();
    let sample = Some(ProviderName::Sample);
    let choice = ProviderChoice { text: sample, image: sample };
    services.provider_access.choose_providers(owner, choice).await.unwrap();
    let secret = SecretForm {
        value: Some("s3cret".to_owned()),
        hosts: vec!["mcp.tracker.example".to_owned()],
    };
    services.provider_access.set_secret(owner, "tracker", secret).await.unwrap();
    let server = ServerForm {
        name: "github".to_owned(),
        kind: ServerKind::Http,
        url: "https://mcp.tracker.example/mcp".to_owned(),
        document: None,
        operations: vec![],
        headers: vec![],
        auth: ServerAuth::default(),
        aliases: BTreeMap::new(),
        enabled: true,
        alias_set: Default::default(),
        allowed: vec![],
        calls_per_minute: 0,
    };
    services.tools.register_server(owner, server).await.unwrap();
    let scribe = json!({ "name": "Scribe", "definition": { "instructions": "Write." } });
    let scribe: AgentForm = serde_json::from_value(scribe).unwrap();
    let scribe = services.agents.create_agent(owner, scribe).await.unwrap().agent.id;
    let first = PublishRequest { note: "First".to_owned(), draft_revision: None };
    services.agents.publish_agent(owner, scribe, first).await.unwrap();
    give_defaults(world).await;
}

fn webhook(address: &str) -> WebhookForm {
    WebhookForm {
        name: "Alarms".to_owned(),
        kind: WebhookKind::Generic,
        url: Some(format!("http://{address}/hook")),
        events: [NoticeKind::ExecutionFailed, NoticeKind::Mention].into(),
    }
}

/// Gives launches a context where they have none.
async fn give_defaults(world: &World) {
    let World { services, owner, .. } = world;
    let names = Some(vec!["STAGE".to_owned()]);
    let change = WorkspaceChange { launch_env_names: names, ..WorkspaceChange::default() };
    services.workspaces.change_workspace(owner, change).await.unwrap();
    let change = ProjectChange {
        launch_defaults: Some(serde_json::from_value(launch_defaults()).unwrap()),
        ..ProjectChange::default()
    };
    let project = services.projects.list(owner).await.unwrap()[0].id;
    services.projects.change_project(owner, project, change).await.unwrap();
}

fn launch_defaults() -> Value {
    json!({
        "context": { "repo": { "owner": "team", "name": "shop", "default_branch": "main" } },
        "env": { "STAGE": "test" },
    })
}

impl Studio<'_> {
    /// What people do with templates and executions, of which some are there.
    pub async fn people(&mut self) {
        let world = self.world;
        let World { services, owner, .. } = world;
        let reads = self.templates["Reads"];
        let preset = NewPreset { name: "Spring".to_owned(), parameters: parameters() };
        services.templates.create_preset(owner, reads, preset).await.unwrap();
        let budget = BudgetForm { micros: 5_000_000 };
        services.provider_access.set_budget(owner, Some(reads), budget).await.unwrap();
        self.tried().await;
        let ben = world.join("Ben", Role::Editor).await;
        self.publish("Named", named(&[owner, &ben])).await;
        let id = self.brought("Named", is_paused).await;
        let review = services.reviews.list_of_execution(owner, id).await.unwrap()[0].id;
        let approval = Decision::Approve(Approval::default());
        services.reviews.decide(&ben, review, approval).await.unwrap();
        services
            .reviews
            .make_review_link(owner, review, ReviewLinkForm { hours: 24 })
            .await
            .unwrap();

        // What has failed before that is told to nobody.
        services.notices.dispatch().await.unwrap();
        services.notices.add_webhook(owner, webhook(NOBODY)).await.unwrap();
        self.brought("Fails", |view| view.status.is_over()).await;
        services.notices.dispatch().await.unwrap();
        let tried = services.notices.deliver(DeliveryChannel::Webhook).await.unwrap();
        assert_eq!(tried, 1, "a webhook is told of what has failed");
        let document = self.world.view(id).await.documents[0].id;
        for subject in subjects(reads, document, id) {
            let text = format!("@[Ada]({}) about this", owner.user);
            let comment = NewComment { subject: Some(subject), thread_id: None, text };
            services.comments.add(&ben, comment).await.unwrap();
        }
    }

    /// A template that was tried out, which left a document, and that was switched off then.
    async fn tried(&self) {
        let World { services, owner, .. } = self.world;
        let nodes = [("write", "generate_copy", text("Tea", 1))];
        let mut workflow = graph(&nodes, &[("start", "write"), ("write.texts", "end")]);
        workflow.name = TRIED.to_owned();
        let template = NewTemplate {
            definition: serde_json::to_value(workflow).unwrap(),
            name: Some(TRIED.to_owned()),
            description: None,
            category: TemplateCategory::Other,
            example_output: String::new(),
            unfinished: false,
            rename: false,
        };
        let id = services.templates.create_template(owner, template).await.unwrap().id;
        let launch = LaunchRequest::for_template(id);
        let trial = TestRequest { launch, part: RunScope::Whole, given: BTreeMap::new() };
        let trial = services.drafts.test_run(owner, trial).await.unwrap();
        self.world.wait_over(trial.execution_id).await;
        let tags = DraftChange {
            draft_revision: None,
            definition: None,
            name: None,
            description: None,
            category: None,
            example_output: None,
            tags: Some(vec!["shop".to_owned()]),
            unfinished: true,
        };
        services.templates.save_draft(owner, id, tags).await.unwrap();
        let off = EnabledChange { enabled: false, reason: "Too long.".to_owned() };
        services.templates.set_template_enabled(owner, id, off).await.unwrap();
    }
}

fn parameters() -> Map<String, Value> {
    Map::from_iter([("topic".to_owned(), json!("tea"))])
}

/// All of these people have to approve.
fn named(people: &[&Actor]) -> Workflow {
    let ids: Vec<_> = people.iter().map(|person| person.user).collect();
    let check = json!({ "reviewers": "people", "people": ids, "approvals": people.len() });
    let nodes = [("write", "generate_copy", text("Tea", 1)), ("check", "review", check)];
    graph(&nodes, &[("start", "write"), ("write.texts", "check"), ("check.approved", "end")])
}

fn subjects(
    template: TemplateId,
    document: DocumentId,
    execution: ExecutionId,
) -> [CommentSubject; 4] {
    [
        CommentSubject::Template { id: template, node_id: None },
        CommentSubject::Document { id: document },
        CommentSubject::Execution { id: execution, node_id: None },
        CommentSubject::Execution { id: execution, node_id: Some("check".into()) },
    ]
}

/// The only id that a query finds.
async fn id(world: &World, sql: &'static str) -> Uuid {
    sqlx::query_scalar(sql).fetch_one(&world.db.pool).await.unwrap()
}

/// What people see of that.
pub async fn seen(world: &World) -> Value {
    let World { services, owner, .. } = world;
    let members =
        services.members.list(owner, &MemberFilter::default(), &all()).await.unwrap().items;
    let invited = services.members.invitations(owner, &all()).await.unwrap().items;
    let tokens = services.accounts.list_tokens(owner).await.unwrap();
    let providers = services.provider_access.providers(owner).await.unwrap();
    let openai = providers.openai.unwrap();
    let secrets = services.provider_access.list_secrets(owner).await.unwrap();
    let servers = services.tools.list_servers(owner).await.unwrap();
    let github = servers.iter().find(|server| server.name == "github").unwrap();
    let agents = services.agents.offered_agents(owner).await.unwrap();
    let scribe = agents.iter().find(|agent| agent.key == "scribe").unwrap();
    let projects = services.projects.list(owner).await.unwrap();
    let reads = id(world, "SELECT template_id FROM launch_presets").await;
    let presets = services.templates.presets(owner, TemplateId(reads)).await.unwrap();
    let budgets = services.provider_access.list_budgets(owner).await.unwrap();
    let tried = id(world, "SELECT id FROM workflow_templates WHERE NOT enabled").await;
    let tried = services.templates.template(owner, TemplateId(tried)).await.unwrap().card;
    let aside = DocumentFilter { aside: true, ..DocumentFilter::default() };
    let aside = services.library.documents_page(owner, &aside, &all()).await.unwrap().items;
    let is_aside = |why| aside.iter().any(|row| row.aside == Some(why));
    json!({
        "members": members.iter().map(|member| &member.name).collect::<Vec<_>>(),
        "invited": invited.iter().map(|invited| &invited.email).collect::<Vec<_>>(),
        "tokens": tokens.iter().map(|token| (&token.name, token.scope)).collect::<Vec<_>>(),
        "openai": [json!(openai.has_key), json!(openai.pace), json!(providers.choice)],
        "secrets": secrets.iter().map(|secret| &secret.name).collect::<Vec<_>>(),
        "github": [json!(github.url), json!(github.tools.len())],
        "scribe": scribe.version,
        "launch_defaults": projects[0].launch_defaults,
        "presets": presets.iter().map(|one| (&one.name, &one.parameters)).collect::<Vec<_>>(),
        "budgets": budgets.iter().map(|budget| budget.monthly_micros).collect::<Vec<_>>(),
        "tried": [json!(tried.tags), json!(tried.disabled.map(|disabled| disabled.reason))],
        "aside": [is_aside(Aside::Test), is_aside(Aside::Superseded)],
        "said": said(world, TemplateId(reads)).await,
    })
}

/// How many threads there are on each of the [subjects], the last of which is part of the one before.
async fn said(world: &World, template: TemplateId) -> Vec<usize> {
    let execution = "SELECT id FROM workflow_executions WHERE run_definition ->> 'name' = 'Named'";
    let document =
        "SELECT d.id FROM documents d JOIN workflow_executions e ON e.id = d.execution_id
                     WHERE e.run_definition ->> 'name' = 'Named'";
    let (execution, document) = (id(world, execution).await, id(world, document).await);
    let mut said = vec![];
    for subject in subjects(template, DocumentId(document), ExecutionId(execution)) {
        let filter = CommentFilter { subject, state: None };
        let threads = world.services.comments.list(&world.owner, &filter, &all()).await.unwrap();
        let comments = threads.items.iter().flat_map(|thread| &thread.comments);
        said.push(comments.filter(|comment| comment.text.ends_with(") about this")).count());
    }
    said
}

/// The same as it has to be: what is written again sets aside what was there once it is finished.
pub fn wanted(is_finished: bool) -> Value {
    let pace = json!({ "calls_at_once": 2, "calls_per_minute": 60 });
    json!({
        "members": ["Ben", "Ada"],
        "invited": ["cleo@example.org"],
        "tokens": [["ci", "launch"]],
        "openai": [true, pace, { "text": "sample", "image": "sample" }],
        "secrets": ["tracker"],
        "github": ["https://mcp.tracker.example/mcp", 2],
        "scribe": 1,
        "launch_defaults": launch_defaults(),
        "presets": [["Spring", parameters()]],
        "budgets": [5_000_000],
        "tried": [["shop"], "Too long."],
        "aside": [true, is_finished],
        "said": [1, 1, 2, 1],
    })
}

/// Sends what was still to be sent, to a receiver that takes it: what has failed once, and the
/// mentions that nobody had been given yet.
pub async fn assert_told(world: &mut World) {
    let (sender, mut taken) = mpsc::unbounded_channel();
    let take = |State(sender): State<mpsc::UnboundedSender<String>>, body: String| async move {
        sender.send(body).unwrap();
        StatusCode::NO_CONTENT
    };
    let address = stub::serve(Router::new().fallback(take).with_state(sender)).await;
    world.change_deps(|deps| {
        deps.outbound = OutboundClient::new(stub::allowing(&[address])).unwrap()
    });
    let World { services, owner, .. } = &*world;
    let page = services.notices.notices_page(owner).await.unwrap();
    let [waits] = page.deliveries.as_slice() else { panic!("{:#?}", page.deliveries) };
    assert_eq!((waits.state, waits.attempts), (DeliveryState::Waiting, 1));
    let moved = webhook(&address.to_string());
    services.notices.change_webhook(owner, page.webhooks[0].id, moved).await.unwrap();

    services.notices.dispatch().await.unwrap();
    while services.notices.deliver(DeliveryChannel::Webhook).await.unwrap() > 0 {}

    let page = services.notices.notices_page(owner).await.unwrap();
    assert!(page.deliveries.iter().all(|told| told.state == DeliveryState::Delivered), "{page:#?}");
    let mut kinds = BTreeMap::new();
    while let Ok(body) = taken.try_recv() {
        let told: Value = serde_json::from_str(&body).unwrap();
        *kinds.entry(told["type"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let failed = ("execution.failed".to_owned(), 1);
    let mention = ("comment.mention".to_owned(), 4);
    assert_eq!(kinds, BTreeMap::from([failed, mention]));
}
