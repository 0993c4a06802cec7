//! What agent verbs answer: the JSON Schema of each, with examples for the sample provider, of which
//! it takes the one that has most words in common with what it is asked. They are about what the
//! sample server tells; the first is for everything else.

use serde_json::{Map, Value, json};

/// A text with what it says.
pub(super) fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn object(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn with_examples(mut schema: Value, examples: Value) -> Value {
    schema["examples"] = examples;
    schema
}

fn list(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn choice(choices: &[&str]) -> Value {
    json!({ "type": "string", "enum": choices })
}

fn confidence() -> Value {
    json!({ "type": "number", "minimum": 0, "maximum": 1 })
}

pub(super) fn analysis() -> Value {
    let schema = object(json!({
        "description": text("What happened, in a few sentences."),
        "root_cause": text("Why it happened."),
        "fix_description": text("What would put it right, for people."),
        "fix_instructions": text("The same as exact instructions for whoever makes the change."),
        "affected_files": list(text("A file that has to change, by its path.")),
        "has_fix": { "type": "boolean", "description": "Whether a change is known that puts it right." },
        "confidence": confidence(),
    }));
    with_examples(schema, sample_analyses())
}

/// One of everything that goes wrong at the sample server.
fn sample_analyses() -> Value {
    let found = |description: &str, root_cause: &str, fix: &str, instructions: &str, file: &str| {
        json!({
            "description": description, "root_cause": root_cause, "fix_description": fix,
            "fix_instructions": instructions, "affected_files": [file], "has_fix": true,
            "confidence": 0.9,
        })
    };
    json!([
        found(
            "The step fails the same way each time, at the first line that reports an error; what comes after it follows from that.",
            "A value is used before it is checked, so that an empty one goes unnoticed.",
            "Check the value where it enters, and stop with a message that names what is missing.",
            "Check the value before its first use, and add a test with an empty one.",
            "src/index.ts",
        ),
        found(
            "The service starts, loads the product catalog into memory, and is stopped when its heap is full.",
            "The cache of the catalogue has no limit: it takes 431 MiB of the 512 MiB that the container has (OutOfMemoryError).",
            "Limit the cache of the catalogue to what is read often, and give the container room until then.",
            "In src/catalogue.ts keep at most 5,000 products in the cache and drop those that were read longest ago.",
            "src/catalogue.ts",
        ),
        found(
            "The service connects to the database and stops while it applies its migrations.",
            "Migration 0042_add_order_state adds the column state to orders, which already exists there: it was added by hand.",
            "Let the migration add the column only where it does not exist.",
            "In migrations/0042_add_order_state.sql write ADD COLUMN IF NOT EXISTS.",
            "migrations/0042_add_order_state.sql",
        ),
        found(
            "The service stops while it reads its configuration, before it listens.",
            "The environment variable DATABASE_URL is not set in the task that was released.",
            "Set DATABASE_URL from the secret store, and name every variable that is missing when the service starts.",
            "In deploy/service.yml add DATABASE_URL from the secret store; in src/config.ts list all missing variables in one message.",
            "src/config.ts",
        ),
        found(
            "The build stops: TypeScript does not know a type that src/countries.ts uses.",
            "Country is used in src/countries.ts and no longer imported there (TS2304).",
            "Import the type Country again.",
            "In src/countries.ts add: import type { Country } from './country';",
            "src/countries.ts",
        ),
        found(
            "One test of the deadline of orders fails: it expects the local day and gets the day in UTC.",
            "deadline() cuts the day off an instant in UTC, which is another day after 23:00 local time.",
            "Take the day in the time zone of the shop.",
            "In src/orders/deadline.ts use the local day of the date instead of toISOString().slice(0, 10).",
            "src/orders/deadline.ts",
        ),
        found(
            "The linter refuses two lines of src/checkout/pay.ts.",
            "A promise is not awaited in pay.ts, and the variable card is assigned and never used.",
            "Await the promise and remove the variable.",
            "In src/checkout/pay.ts put await before the call in line 31 and delete card in line 14.",
            "src/checkout/pay.ts",
        ),
    ])
}

pub(super) fn code_review() -> Value {
    let comment = object(json!({
        "file": text("The file, by its path."),
        "line": { "type": ["integer", "null"], "description": "The line in the new file." },
        "severity": choice(&["info", "minor", "major", "critical"]),
        "comment": text("What should be different, and why."),
    }));
    let schema = object(json!({
        "summary": text("The review in Markdown."),
        "approved": { "type": "boolean" },
        "score": { "type": "number", "minimum": 0, "maximum": 10 },
        "comments": list(comment),
    }));
    with_examples(
        schema,
        json!([{
            "summary": "The change does what its title says and is easy to follow. One value is used before it is checked; a test for the empty case would show it.",
            "approved": true,
            "score": 8,
            "comments": [{
                "file": "src/index.ts", "line": 12, "severity": "minor",
                "comment": "An empty value passes here; check it where it is read.",
            }],
        }]),
    )
}

pub(super) fn fix() -> Value {
    let change = object(json!({
        "path": text("The file."),
        "content": text("Its whole new content."),
        "reason": text("Why it changes."),
    }));
    let schema = object(json!({
        "summary": text("What was changed, in a few sentences."),
        "commit_message": text("The message of the commit."),
        "changes": list(change),
    }));
    let made = |summary: &str, message: &str, path: &str, content: &str| {
        let change = json!({ "path": path, "content": content, "reason": summary });
        json!({ "summary": summary, "commit_message": message, "changes": [change] })
    };
    with_examples(
        schema,
        json!([
            made(
                "The value is checked where it enters, and what is missing is named.",
                "Check the value before it is used",
                "src/index.ts",
                "export const value = required(\"value\");\n",
            ),
            made(
                "The type Country is imported again.",
                "Import Country where it is used",
                "src/countries.ts",
                "import type { Country } from \"./country\";\n\nlet kept: Promise<Country[]> | undefined;\n",
            ),
            made(
                "The deadline of orders is the local day.",
                "Take the local day of a deadline",
                "src/orders/deadline.ts",
                "export const deadline = (placed: Date): Date => endOfLocalDay(placed);\n",
            ),
            made(
                "The promise in checkout is awaited, and an unused variable is gone.",
                "Await the payment",
                "src/checkout/pay.ts",
                "export const pay = async (order: Order) => await send(order);\n",
            ),
        ]),
    )
}

pub(super) fn classification() -> Value {
    let schema = object(json!({
        "type": choice(&["bug", "feature", "question", "documentation", "chore"]),
        "priority": choice(&["low", "medium", "high", "critical"]),
        "category": text("The part of the product that it is about."),
        "suggested_labels": list(text("A label.")),
        "milestone": { "type": ["string", "null"], "description": "None unless the issue names one." },
        "notes": text("What whoever takes it on should know."),
        "confidence": confidence(),
    }));
    let sorted = |kind: &str, priority: &str, category: &str, notes: &str| {
        json!({
            "type": kind, "priority": priority, "category": category,
            "suggested_labels": [kind, category], "milestone": "Next release", "notes": notes,
            "confidence": 0.9,
        })
    };
    with_examples(
        schema,
        json!([
            sorted("bug", "medium", "backend", "It can be reproduced from the description."),
            sorted(
                "bug",
                "high",
                "search",
                "Searching for words with an umlaut finds nothing since the index was rebuilt."
            ),
            sorted(
                "bug",
                "medium",
                "export",
                "The export of invoices ends after 1,000 lines without a message."
            ),
            sorted(
                "bug",
                "high",
                "checkout",
                "The cart shows the price without tax, the receipt with it."
            ),
            sorted(
                "bug",
                "critical",
                "payment",
                "Orders cannot be paid with a saved card; the log says that payment_method is required."
            ),
            sorted(
                "feature",
                "low",
                "design",
                "The date picker is hard to read in dark mode; the color of links is proposed."
            ),
        ]),
    )
}

/// An update of one dependency.
fn update() -> Value {
    object(json!({
        "name": text("The package."),
        "current": text("The version in use."),
        "latest": text("The version to take."),
        "kind": choice(&["patch", "minor", "major"]),
    }))
}

fn sample_updates() -> Value {
    json!([
        { "name": "undici", "current": "6.19.2", "latest": "6.19.8", "kind": "patch" },
        { "name": "zod", "current": "3.22.4", "latest": "3.23.8", "kind": "minor" },
    ])
}

pub(super) fn dependencies() -> Value {
    let schema = object(json!({
        "available": list(update()),
        "summary": text("What can be updated, in a sentence."),
    }));
    with_examples(
        schema,
        json!([{
            "available": sample_updates(),
            "summary": "Two packages can be updated; neither is a new major version.",
        }]),
    )
}

pub(super) fn dependency_update() -> Value {
    let schema = object(json!({
        "updated": list(update()),
        "summary": text("What was updated, as a list in Markdown."),
        "breaking_changes": text("What may break, in words."),
    }));
    with_examples(
        schema,
        json!([{
            "updated": sample_updates(),
            "summary": "- undici 6.19.2 → 6.19.8\n- zod 3.22.4 → 3.23.8",
            "breaking_changes": "None known.",
        }]),
    )
}
