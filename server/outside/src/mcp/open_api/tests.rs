//! What is read of documents and commands, and the requests that are made of it.
#![allow(clippy::unwrap_used, reason = "tests")]

use model::mcp::server::{SecretHeader, SecretPlace};
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    Api, pages,
    request::{ApiRequest, build},
};

const IN_OPENAPI_3: &str = r##"
openapi: 3.0.3
info: { title: Pets }
servers:
  - url: "https://{region}.pets.example/v1/"
    variables: { region: { default: eu } }
security: [{ key: [] }]
components:
  securitySchemes: { key: { type: apiKey, in: query, name: api_key } }
  parameters:
    Id: { name: petId, in: path, required: true, schema: { type: integer } }
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, nullable: true, example: Tea }
        weight: { type: number, minimum: 0, exclusiveMinimum: true }
        children: { type: array, items: { $ref: "#/components/schemas/Pet" } }
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - { name: page, in: query, schema: { type: integer } }
        - { name: tag, in: query, schema: { type: array, items: { type: string } } }
        - { name: ids, in: query, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: words, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: string } } }
        - { name: filter, in: query, style: deepObject, schema: { type: object } }
        - { name: api_key, in: query, schema: { type: string } }
    post:
      operationId: create-pet
      summary: Makes a pet.
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } }
  /pets/{petId}:
    parameters: [{ $ref: "#/components/parameters/Id" }]
    put:
      requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { tags: { type: array, items: { type: string } }, owner: { type: object } } } } } }
    delete:
      operationId: deletePet
  /elsewhere:
    get:
      operationId: far
      servers: [{ url: "https://other.example" }]
"##;

fn tool<'a>(api: &'a Api, name: &str) -> &'a model::mcp::api::ApiOperation {
    let found = api.operations.iter().find(|one| one.definition.name == name);
    found.unwrap_or_else(|| panic!("{name} in {:?}", api.clone_names()))
}

impl Api {
    fn clone_names(&self) -> Vec<&str> {
        self.operations.iter().map(|one| one.definition.name.as_str()).collect()
    }
}

fn request(api: &Api, name: &str, arguments: Value) -> Result<ApiRequest, String> {
    let Value::Object(arguments) = arguments else { panic!("no object") };
    build(tool(api, name), &Url::parse(api.url.as_ref().unwrap()).unwrap(), arguments)
}

/// The method, the address, and the body as text.
fn line(api: &Api, name: &str, arguments: Value) -> String {
    let made = request(api, name, arguments).unwrap();
    let body = made.body.map(|(_, body)| String::from_utf8(body).unwrap());
    format!("{} {} {}", made.method, made.url, body.unwrap_or_default()).trim().to_owned()
}

#[test]
fn a_document_of_openapi_3_becomes_tools_and_requests() {
    let api = Api::read(IN_OPENAPI_3, None).unwrap();

    assert_eq!(api.url.as_deref(), Some("https://eu.pets.example/v1"));
    let (name, place) = ("api_key".to_owned(), SecretPlace::Query);
    assert_eq!(api.headers, [SecretHeader { name, secret: String::new(), place }]);
    assert_eq!(api.clone_names(), ["list_pets", "create_pet", "put_pets_pet_id", "delete_pet"]);
    assert!(api.unused[0].reason.contains("https://other.example"), "{:?}", api.unused);
    let hints = |name: &str| {
        let hints = tool(&api, name).definition.annotations;
        (hints.read_only, hints.destructive, hints.idempotent)
    };
    assert_eq!(hints("list_pets"), (Some(true), None, Some(true)));
    assert_eq!(hints("create_pet"), (Some(false), Some(false), Some(false)));
    assert_eq!(hints("delete_pet"), (Some(false), Some(true), Some(true)));
    let made = &tool(&api, "create_pet").definition;
    let pet = json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": ["string", "null"]},
            "weight": {"type": "number", "exclusiveMinimum": 0},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Pet"}},
        },
    });
    let mut whole = pet.clone();
    whole["$defs"] = json!({"Pet": pet});
    assert_eq!(made.input_schema, whole);
    assert_eq!(made.description, "Makes a pet.\n\nPOST /pets");
    let listing = &tool(&api, "list_pets").definition.input_schema;
    assert!(
        listing["properties"]["all_pages"].is_object()
            && listing["properties"].get("api_key").is_none()
    );

    let query = json!({"tag": ["a b", "c"], "ids": [1, 2], "words": ["x", "y"], "filter": {"age": {"gt": 3}}, "all_pages": true});
    let base = "https://eu.pets.example/v1/pets";
    assert_eq!(
        line(&api, "list_pets", query),
        format!("GET {base}?tag=a+b&tag=c&ids=1%2C2&words=x%7Cy&filter%5Bage%5D%5Bgt%5D=3")
    );
    assert_eq!(
        line(&api, "create_pet", json!({"name": "Tea"})),
        format!("POST {base} {{\"name\":\"Tea\"}}")
    );
    let form = json!({"petId": 7, "tags": ["a", "b"], "owner": {"name": "Ada"}});
    assert_eq!(
        line(&api, "put_pets_pet_id", form),
        format!("PUT {base}/7 owner%5Bname%5D=Ada&tags=a&tags=b")
    );
    assert_eq!(line(&api, "delete_pet", json!({"petId": "a/b"})), format!("DELETE {base}/a%2Fb"));
    for up in ["..", "", "a/../b"] {
        assert!(request(&api, "delete_pet", json!({"petId": up})).is_err(), "{up}");
    }
}

#[test]
fn documents_of_swagger_2_and_openapi_3_1_are_read() {
    let swagger = json!({
        "swagger": "2.0", "host": "api.example", "basePath": "/v2", "schemes": ["http", "https"],
        "consumes": ["application/json"],
        "securityDefinitions": {"basic": {"type": "basic"}},
        "paths": {"/files/{name}": {"post": {"parameters": [
            {"name": "name", "in": "path", "required": true, "type": "string"},
            {"name": "sizes", "in": "query", "type": "array", "items": {"type": "integer"}},
            {"name": "file", "in": "formData", "type": "file", "required": true},
            {"name": "note", "in": "formData", "type": "string"},
        ]}}},
    });
    let api = Api::read(&swagger.to_string(), None).unwrap();
    assert_eq!(api.headers[0].place, SecretPlace::Basic);
    let made = request(
        &api,
        "post_files_name",
        json!({"name": "a", "sizes": [1, 2], "file": "SGk=", "note": "x"}),
    );
    let made = made.unwrap();
    assert_eq!(made.url.as_str(), "https://api.example/v2/files/a?sizes=1%2C2");
    let (kind, body) = made.body.unwrap();
    let body = String::from_utf8(body).unwrap();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    assert!(
        body.contains("filename=\"file\"\r\nContent-Type: application/octet-stream\r\n\r\nHi\r\n"),
        "{body}"
    );
    assert!(body.contains("name=\"note\"\r\n\r\nx\r\n"), "{body}");

    let newer = json!({
        "openapi": "3.1.0",
        "servers": [{"url": "/api"}],
        "paths": {"/a": {"post": {
            "parameters": [{"name": "text", "in": "query", "schema": {"type": "string", "pattern": "(?<broken"}}],
            "requestBody": {"content": {"application/json": {"schema": {"type": ["object", "null"], "properties": {"text": {"type": "string"}}}}}},
        }}},
    });
    let address = Url::parse("https://docs.example/v1/openapi.json").unwrap();
    let api = Api::read(&newer.to_string(), Some(&address)).unwrap();
    assert_eq!(api.url.as_deref(), Some("https://docs.example/api"));
    let line = line(&api, "post_a", json!({"text": "q", "body": {"text": "b"}}));
    assert_eq!(line, "POST https://docs.example/api/a?text=q {\"text\":\"b\"}");
}

#[test]
fn a_schema_that_is_too_large_or_deep_is_left_open_in_part() {
    let deep = (0..40).fold(
        json!({"type": "string"}),
        |inner, _| json!({"type": "object", "properties": {"a": inner}}),
    );
    let many: Map<String, Value> = (0..300)
        .map(|n| (format!("s{n}"), json!({"type": "object", "description": "x".repeat(300), "properties": {"next": {"$ref": format!("#/components/schemas/s{}", n + 1)}}})))
        .collect();
    let document = json!({
        "openapi": "3.0.0", "servers": [{"url": "https://a.example"}],
        "components": {"schemas": many},
        "paths": {"/a": {"post": {"requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
            "deep": deep, "many": {"$ref": "#/components/schemas/s0"},
        }}}}}}}},
    });

    let api = Api::read(&document.to_string(), None).unwrap();

    let description = &api.operations[0].definition.description;
    assert!(description.contains("too deep or too large"), "{description}");
}

#[test]
fn a_curl_command_becomes_one_operation_without_its_keys() {
    let api = Api::read(
        r#"curl -sS -XPOST 'https://api.example/v1/{team}/issues?token=canary-1&dry=1' \
            -H 'Authorization: Bearer canary-2' -H "X-Api-Key: canary-3" -H 'Accept: application/vnd.x+json' \
            -u ada:canary-4 --data-raw '{"title": "Tea", "labels": ["a"], "count": 3}'"#,
        None,
    )
    .unwrap();

    assert_eq!(api.url.as_deref(), Some("https://api.example"));
    let keys: Vec<_> = api.headers.iter().map(|key| (key.name.as_str(), key.place)).collect();
    assert_eq!(
        keys,
        [
            ("Authorization", SecretPlace::Basic),
            ("Authorization", SecretPlace::Header),
            ("X-Api-Key", SecretPlace::Header),
            ("token", SecretPlace::Query),
        ]
    );
    assert!(!format!("{api:?}").contains("canary"), "{api:?}");
    let made = request(&api, "post_v1_team_issues", json!({"team": "x", "count": 4})).unwrap();
    assert_eq!(made.url.as_str(), "https://api.example/v1/x/issues?dry=1");
    let body =
        made.body.map(|(kind, body)| (kind, serde_json::from_slice::<Value>(&body).unwrap()));
    let sent = json!({"title": "Tea", "labels": ["a"], "count": 4});
    assert_eq!(body, Some(("application/json".to_owned(), sent)));
    assert_eq!(made.headers, [("accept".to_owned(), "application/vnd.x+json".to_owned())]);

    let search = Api::read("curl -G api.example/search -d q=tea -d n=2", None).unwrap();
    assert_eq!(
        line(&search, "get_search", json!({"q": "oat"})),
        "GET https://api.example/search?q=oat&n=2"
    );
    let form = Api::read("curl https://api.example/a -d 'x=1&y=two'", None).unwrap();
    assert_eq!(line(&form, "post_a", json!({})), "POST https://api.example/a x=1&y=two");
    let keys =
        r#"{"author": "Ada", "client_secret": "canary", "in": [{"apiToken": "canary", "n": 1}]}"#;
    let keys =
        Api::read(&format!("curl api.example/b -H 'TE: trailers' -d '{keys}'"), None).unwrap();
    assert!(!format!("{keys:?}").contains("canary"), "{keys:?}");
    let made = request(&keys, "post_b", json!({"client_secret": "s"})).unwrap();
    let sent: Value = serde_json::from_slice(&made.body.unwrap().1).unwrap();
    assert_eq!(sent, json!({"author": "Ada", "client_secret": "s", "in": [{"n": 1}]}));
    assert!(made.headers.iter().all(|(name, _)| *name != "te"), "{:?}", made.headers);
    let odd = Api::read(r#"curl api.example/c -d '{"@type": "Tea"}'"#, None).unwrap();
    assert_eq!(line(&odd, "post_c", json!({})), r#"POST https://api.example/c {"@type":"Tea"}"#);
    for (wrong, words) in [
        ("curl 'https://a.example", "quote"),
        ("curl https://a.example -d @file", "file"),
        ("<html>", "web page"),
        ("a: [", "neither"),
        ("{\"a\": 1}", "isn't an OpenAPI document"),
        ("{\"openapi\": \"3.0.0\", \"paths\": {}}", "no operations"),
    ] {
        let told = Api::read(wrong, None).unwrap_err();
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn what_is_chosen_is_kept_and_else_what_reads_first() {
    let read = || Api::read(IN_OPENAPI_3, None).unwrap();

    let kept = read().choose(&["create_pet".to_owned(), "listPet".to_owned(), "far".to_owned()]);

    assert_eq!(kept.operations.len(), 1);
    let told: Vec<_> = kept.unused.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(told, ["far", "listPet"]);
    assert!(kept.unused[1].reason.contains("list_pets"), "{:?}", kept.unused);
    assert_eq!(read().choose(&[]).operations.len(), 4);
}

#[test]
fn the_next_page_is_found_however_it_is_told() {
    let document = |params: &[&str]| {
        let params: Vec<Value> =
            params.iter().map(|name| json!({"name": name, "in": "query"})).collect();
        let document = json!({"openapi": "3.0.0", "servers": [{"url": "https://a.example"}], "paths": {"/a": {"get": {"parameters": params}}}});
        Api::read(&document.to_string(), None).unwrap().operations.remove(0)
    };
    let url = Url::parse("https://a.example/a?q=1").unwrap();
    let link = "<https://a.example/a?page=1>; rel=\"prev\", </a?page=3>; rel=\"next\"";
    for (params, header, page, next) in [
        (&["page"][..], Some(link), json!([1]), Some("/a?page=3")),
        (&["page"], Some("<https://evil.example/a>; rel=next"), json!([1]), None),
        (&["limit"], None, json!({"next_page_uri": "/a?p=x"}), Some("/a?p=x")),
        (
            &["cursor"],
            None,
            json!({"items": [1], "response_metadata": {"next_cursor": "c="}}),
            Some("/a?q=1&cursor=c%3D"),
        ),
        (&["cursor"], None, json!({"items": [1], "next_cursor": ""}), None),
        (
            &["starting_after"],
            None,
            json!({"has_more": true, "data": [{"id": "x"}]}),
            Some("/a?q=1&starting_after=x"),
        ),
        (&["page"], None, json!([1]), Some("/a?q=1&page=2")),
        (&["page"], None, json!([]), None),
        (&["offset"], None, json!({"more": false, "items": [1]}), None),
        (&["offset"], None, json!({"more": true, "items": [1, 2]}), Some("/a?q=1&offset=2")),
    ] {
        let found = pages::next(&document(params), &url, header, &page);
        let want = next.map(|next| url.join(next).unwrap());
        assert_eq!(found, want, "{page}");
    }
    let mut whole = json!({"data": [1], "cursor": "a"});
    assert!(pages::append(&mut whole, json!({"data": [2], "cursor": "b"})));
    assert!(!pages::append(&mut whole, json!({"data": [], "cursor": "c"})));
    assert_eq!(whole, json!({"data": [1, 2], "cursor": "b"}));
}
