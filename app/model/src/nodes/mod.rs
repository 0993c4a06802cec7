//! The node types: one module each, and the one list that makes them known everywhere.
//!
//! To add a type: write its module with a `Config` that implements [`NodeType`], and name it below.

mod changes;
mod checker;
mod collapse;
mod config;
mod default_route;
mod model_call;
mod routing;
pub mod spec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use checker::{Checker, Finding, FindingKind};
pub use config::{HandedOn, Items, JobValues, NodeInputs, NodeType, Placeholder, Settled, Work};
pub use default_route::DefaultRoute;
pub use model_call::{CallKind, CallSize, ModelCall};
pub use routing::{Affects, ExclusivePorts, TakenPorts};
pub use spec::{Category, Choice, FieldKind, FieldSpec, Level, NodeSpec, PortSpec};

use crate::{
    access::Permission,
    expr::{ExprError, Scope},
    id::DocumentId,
    outside::Outside,
    parameter::Parameter,
    ports::{Port, PortType},
    review::assignment::ReviewActor,
    time::Timestamp,
};

macro_rules! node_types {
    ($($(#[$doc:meta])* $name:ident => $module:ident),* $(,)?) => {
        $(pub mod $module;)*

        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum NodeKind {
            $($(#[$doc])* $name,)*
            /// A type this release does not know; such a node is kept, but cannot run.
            Unknown,
        }

        #[derive(Debug, Clone, PartialEq)]
        pub enum NodeConfig {
            $($(#[$doc])* $name(Box<$module::Config>),)*
            /// A type this release does not know, kept as it was written.
            Unknown(Placeholder),
        }

        /// Asks the configuration of whatever type.
        macro_rules! forward {
            ($node:expr, $config:ident => $answer:expr) => {
                match $node {
                    $(NodeConfig::$name($config) => $answer,)*
                    NodeConfig::Unknown($config) => $answer,
                }
            };
        }

        impl NodeKind {
            /// Every known kind, in the order of the palette.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What the kind is, for palette, card and panel.
            pub fn spec(self) -> &'static NodeSpec {
                match self {
                    $(Self::$name => $module::Config::SPEC,)*
                    Self::Unknown => Placeholder::SPEC,
                }
            }

            /// The ports of the kind that exclude each other; none where none do.
            pub fn exclusive_ports(self) -> Option<&'static ExclusivePorts> {
                match self {
                    $(Self::$name => $module::Config::EXCLUSIVE,)*
                    Self::Unknown => Placeholder::EXCLUSIVE,
                }
            }

            /// A new node's configuration.
            pub fn default_config(self) -> NodeConfig {
                match self {
                    $(Self::$name => NodeConfig::$name(Box::default()),)*
                    Self::Unknown => NodeConfig::Unknown(Placeholder::default()),
                }
            }
        }

        impl NodeConfig {
            pub fn kind(&self) -> NodeKind {
                match self {
                    $(Self::$name(_) => NodeKind::$name,)*
                    Self::Unknown(_) => NodeKind::Unknown,
                }
            }

            /// Reads the configuration of a node of the type written `key`.
            pub(crate) fn read(
                key: &str,
                mut written: Map<String, Value>,
            ) -> Result<Self, serde_path_to_error::Error<serde_json::Error>> {
                let kind = NodeKind::from_key(key);
                kind.spec().leave_out_empty_numbers(&mut written);
                Ok(match kind {
                    $(NodeKind::$name => {
                        Self::$name(serde_path_to_error::deserialize(Outside(Value::Object(written)))?)
                    })*
                    NodeKind::Unknown => {
                        Self::Unknown(Placeholder { key: key.to_owned(), config: written })
                    }
                })
            }

            /// Whether the node has jobs, or is decided where its inputs settle.
            pub fn work(&self) -> Work {
                forward!(self, config => config.work())
            }

            /// Whether its author says how many jobs the node has.
            pub fn has_quantity(&self) -> bool {
                self.spec().fields.iter().any(|spec| spec.name == "quantity")
            }

            /// How many jobs the node has in this scope; 1 for those without a quantity.
            ///
            /// # Errors
            /// When the quantity is a reference without a whole number in range.
            pub fn quantity(&self, scope: &Scope) -> Result<u32, ExprError> {
                forward!(self, config => config.quantity(scope))
            }

            /// When its jobs may be claimed.
            ///
            /// # Errors
            /// When a reference has no value, or the time is out of range.
            pub fn not_before(&self, scope: &Scope) -> Result<Timestamp, ExprError> {
                forward!(self, config => config.not_before(scope))
            }

            /// How many of its edges must have brought something before the node goes on without
            /// the rest.
            pub fn enough_edges(&self) -> Option<usize> {
                forward!(self, config => config.enough_edges())
            }

            /// What a node without jobs gives, and by which ports the path goes on.
            ///
            /// # Errors
            /// When a reference has no value.
            pub fn settle_inline(&self, inputs: &NodeInputs<'_>) -> Result<Settled, ExprError> {
                forward!(self, config => config.settle_inline(inputs))
            }

            /// The ports edges may leave by in a workflow with these parameters, without `error`,
            /// which every node has.
            pub fn outputs(&self, parameters: &[Parameter]) -> Vec<Port> {
                forward!(self, config => config.outputs(parameters))
            }

            /// Why a port stays empty as the node is set up, in words.
            pub fn empty_port(&self, port: &str) -> Option<&'static str> {
                forward!(self, config => config.empty_port(port))
            }

            /// Expressions that are written without `${…}`: the field's path, the expression.
            pub fn expressions(&self) -> Vec<(String, String)> {
                forward!(self, config => config.expressions())
            }

            /// Whether the texts at a field's path refer to values of the workflow.
            pub fn refers(&self, field: &str) -> bool {
                forward!(self, config => config.refers(field))
            }

            /// The type that a reference alone at a field's path must fit, where the spec does not
            /// say it.
            pub fn type_needed(&self, field: &str) -> Option<PortType> {
                forward!(self, config => config.type_needed(field))
            }

            /// What of items the text or expression at a field's path may read.
            pub fn items(&self, field: &str) -> Items {
                forward!(self, config => config.items(field))
            }

            /// Whether a call that may have been carried out is left to a person before it is
            /// repeated.
            pub fn asks_before_repeat(&self) -> bool {
                forward!(self, config => config.asks_before_repeat())
            }

            /// The output of the node, port by port, when a person says what its call gave.
            pub fn output_from_answer(&self, given: Value) -> Map<String, Value> {
                forward!(self, config => config.output_from_answer(given))
            }

            /// Whether an editor shows one card instead of what lies in it; none for types that
            /// hold no nodes.
            fn collapsed(&self) -> Option<bool> {
                forward!(self, config => config.collapsed())
            }

            /// The same, to be changed.
            fn collapsed_mut(&mut self) -> Option<&mut bool> {
                forward!(self, config => config.collapsed_mut())
            }

            /// Whether it reads what comes in by a port, unless a field names something instead.
            pub fn reads_port(&self, port: &str) -> bool {
                forward!(self, config => config.reads_port(port))
            }

            /// The documents chosen one by one that it reads with its prompt; none for types that
            /// read no documents, not even those of the launch.
            pub fn documents_read(&self) -> Option<&[DocumentId]> {
                forward!(self, config => config.documents_read())
            }

            /// What of all that it reads the node shows or hands on.
            pub fn handed_on(&self) -> HandedOn<'_> {
                forward!(self, config => config.handed_on())
            }

            pub fn job_values(&self) -> JobValues {
                forward!(self, config => config.job_values())
            }

            /// The model it calls, and what for; none for types that call none.
            pub fn model_call(&self) -> Option<ModelCall> {
                forward!(self, config => config.model_call())
            }

            /// How often one of its jobs calls its model at most; none where that is not known.
            pub fn most_calls(&self) -> Option<u32> {
                forward!(self, config => config.most_calls())
            }

            /// How large one call of its model is; where a job makes several, the mean of them.
            pub fn call_size(&self, scope: &Scope) -> CallSize {
                forward!(self, config => config.call_size(scope))
            }

            /// What it takes this person to get past what the node asks; none for types that ask
            /// nobody.
            pub fn permission_to_pass(&self, actor: &ReviewActor) -> Option<Permission> {
                forward!(self, config => config.permission_to_pass(actor))
            }

            /// Which other nodes run differently once its configuration is another one.
            pub fn affects(&self) -> Affects {
                forward!(self, config => config.affects())
            }

            /// What the node does as it is set up, in a few words.
            pub fn headline(&self) -> Option<String> {
                forward!(self, config => config.headline())
            }

            /// Adds what is wrong beyond what the spec says of single fields.
            pub fn check(&self, checker: &mut Checker) {
                forward!(self, config => config.check(checker))
            }
        }

        impl Serialize for NodeConfig {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$name(config) => config.serialize(serializer),)*
                    Self::Unknown(placeholder) => placeholder.config.serialize(serializer),
                }
            }
        }

        $(impl From<$module::Config> for NodeConfig {
            fn from(config: $module::Config) -> Self {
                Self::$name(Box::new(config))
            }
        })*
    };
}

node_types! {
    /// Where an execution begins, with its parameters.
    Start => start,
    /// Where an execution ends, with its results.
    End => end,
    /// Text from a model.
    GenerateCopy => generate_copy,
    /// Images from a model.
    GenerateImage => generate_image,
    /// Attaches images to documents.
    AttachToDocument => attach_to_document,
    /// A person decides.
    Review => review,
    /// A model's score of content.
    AiReview => ai_review,
    /// Lanes that run side by side.
    Parallel => parallel,
    /// Chooses how the path goes on.
    Conditional => conditional,
    /// Brings lanes together.
    Merge => merge,
    /// Runs another template.
    SubWorkflow => sub_workflow,
    /// Repeats what lies in it.
    ForEach => for_each,
    /// Goes on later.
    Wait => wait,
    /// Picks, reshapes, filters, sorts or sums up values.
    Transform => transform,
    /// A call of a web address.
    HttpRequest => http_request,
    /// A call of a tool of an MCP server.
    Tool => tool,
    /// A model that works with tools, turn by turn.
    Agent => agent,
    /// A sticky note.
    Note => note,
    /// An area around nodes that belong together.
    Frame => frame,
}

impl NodeKind {
    /// The kind written `key`; unknown ones are [`NodeKind::Unknown`].
    pub fn from_key(key: &str) -> Self {
        Self::ALL.iter().copied().find(|kind| kind.key() == key).unwrap_or(Self::Unknown)
    }

    /// How the kind is written, e.g. `generate_copy`.
    pub fn key(self) -> &'static str {
        self.spec().key
    }

    /// Whether other nodes are drawn in one of this kind: then an editor can show one card instead.
    pub fn holds_nodes(self) -> bool {
        self.spec().fields.iter().any(|field| field.name == "collapsed")
    }
}

impl NodeConfig {
    /// How the type is written in the workflow, the unknown ones as they came.
    pub fn key(&self) -> &str {
        if let Self::Unknown(placeholder) = self { &placeholder.key } else { self.kind().key() }
    }

    /// What the node's type is, for palette, card and panel.
    pub fn spec(&self) -> &'static NodeSpec {
        self.kind().spec()
    }

    /// The ports edges may enter by.
    pub fn inputs(&self) -> Vec<Port> {
        self.spec().inputs.iter().map(PortSpec::port).collect()
    }

    /// Every text that refers to other values: the field's path in the configuration, the text.
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts = config::texts(&self.to_value());
        texts.retain(|(field, _)| self.refers(field));
        texts
    }

    /// The configuration as JSON.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The configuration read from JSON.
    ///
    /// # Errors
    /// What is wrong with it and where, in words.
    pub fn from_value(kind: NodeKind, value: Value) -> Result<Self, String> {
        let Value::Object(map) = value else { return Err("Write a JSON object here.".to_owned()) };
        Self::read(kind.key(), map).map_err(|error| error.to_string())
    }
}

impl Serialize for NodeKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

impl<'de> Deserialize<'de> for NodeKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|key| Self::from_key(&key))
    }
}
