//! Lists of executions: narrowed, in parts, as a file.

use axum::http::StatusCode;
use model::access::Role;
use serde_json::json;

use super::{ALL, Stage, elsewhere};

#[tokio::test]
async fn a_list_is_narrowed_by_words_state_template_person_and_time() {
    let stage = Stage::new().await;
    let colleague = stage.server.member(stage.owner.workspace, Role::Runner).await;
    let mine = stage.launch(&stage.cookie).await;
    let theirs = stage.launch(&colleague).await;
    stage.stop(&theirs).await;
    stage.change(&mine, "started_at = '2026-03-05T12:00:00Z', error = '100 % of_it'").await;
    stage.change(&mine, r#"config_json = '{"product": "Warm lamp", "tones": ["dry wit"]}'"#).await;
    let number = {
        let shown = stage.server.get(&format!("{ALL}/{mine}"), &stage.cookie).await.json();
        shown["number"].as_i64().unwrap()
    };
    let person = stage.server.actor(&colleague).await.unwrap().user;
    let used = stage.template("Facebook Ads Campaign").await;
    let unused = stage.template("Instagram Post").await;

    let cases = [
        (String::new(), vec![&theirs, &mine]),
        ("q=FACEBOOK%20ads".to_owned(), vec![&theirs, &mine]),
        (format!("q=%23{number}%20ads"), vec![&mine]),
        ("q=member".to_owned(), vec![&theirs]),
        // Neither a percent sign nor an underscore stands for anything else.
        ("q=%25".to_owned(), vec![&mine]),
        ("q=of_it".to_owned(), vec![&mine]),
        ("q=fa_ebook".to_owned(), vec![]),
        ("q=lamp%20wit".to_owned(), vec![&mine]),
        ("q=facebook%00".to_owned(), vec![&theirs, &mine]),
        ("status=stopped".to_owned(), vec![&theirs]),
        ("status=running,stopped".to_owned(), vec![&theirs, &mine]),
        (format!("template_id={used}"), vec![&theirs, &mine]),
        (format!("template_id={unused}"), vec![]),
        (format!("person={person}"), vec![&theirs]),
        ("until=2026-03-05".to_owned(), vec![&mine]),
        ("until=2026-03-04".to_owned(), vec![]),
        ("from=2026-03-05&until=2026-03-05T12:00:01Z".to_owned(), vec![&mine]),
        ("from=2026-03-06".to_owned(), vec![&theirs]),
        (format!("person={person}&status=running"), vec![]),
    ];
    for (query, expected) in cases {
        assert_eq!(stage.ids(&query).await.iter().collect::<Vec<_>>(), expected, "{query}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_refused_by_name() {
    let stage = Stage::new().await;
    let long = "x".repeat(201);
    let queries = [
        "status=asleep".to_owned(),
        "from=soon".to_owned(),
        "until=2026-02-30".to_owned(),
        format!("q={long}"),
    ];

    for query in queries {
        for path in [ALL.to_owned(), format!("{ALL}/csv")] {
            let reply = stage.server.get(&format!("{path}?{query}"), &stage.cookie).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
            assert!(reply.json()["errors"][0]["path"].is_string(), "{query}");
        }
    }
    let parts = stage.server.get(&format!("{ALL}/csv?limit=1"), &stage.cookie).await;
    assert_eq!(parts.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn parts_of_a_narrowed_list_follow_each_other_also_at_one_moment() {
    let stage = Stage::new().await;
    let mut all = vec![];
    for _ in 0..5 {
        let id = stage.launch(&stage.cookie).await;
        stage.change(&id, "started_at = '2026-03-05T12:00:00Z'").await;
        all.push(id);
    }
    stage.stop(&all[2]).await;
    all.remove(2);
    // Ids are made in the order of time.
    all.reverse();

    let (mut read, mut cursor) = (vec![], String::new());
    loop {
        let path = format!("{ALL}?status=running&q=ads&limit=3{cursor}");
        let page = stage.server.get(&path, &stage.cookie).await.json();
        let items = page["items"].as_array().unwrap();
        read.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    assert_eq!(read, all);
}

#[tokio::test]
async fn the_file_has_every_row_of_the_filter_and_no_formulas() {
    let stage = Stage::new().await;
    let (first, second) = (stage.launch(&stage.cookie).await, stage.launch(&stage.cookie).await);
    stage.change(&first, "name = '=cmd|'' /C calc''!A1', total_cost = 3120000").await;
    stage.change(&second, "name = '广告 \"spring\", إعلان'").await;
    let third = stage.launch(&stage.cookie).await;
    stage.stop(&third).await;

    let reply = stage.server.get(&format!("{ALL}/csv?status=running"), &stage.cookie).await;

    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    assert!(reply.header("content-disposition").contains("attachment"));
    let text = String::from_utf8(reply.body).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("\u{feff}number,id,name,template,status"), "{text}");
    assert!(lines[1].contains("\"广告 \"\"spring\"\", إعلان\""), "{text}");
    assert!(lines[2].contains("\"'=cmd|' /C calc'!A1\"") && lines[2].contains(",3.120000,"));
    assert!(lines[2].contains(&first) && lines[2].contains("\"Ada\""), "{text}");
}

#[tokio::test]
async fn a_file_of_more_rows_than_are_read_at_once_is_whole() {
    let stage = Stage::new().await;
    let id = stage.launch(&stage.cookie).await;
    let copies = format!(
        "INSERT INTO workflow_executions (id, workspace_id, name, run_definition, project_id, \
         trigger, status, end_reason, completed_at, started_at) \
         SELECT gen_random_uuid(), workspace_id, 'Copy ' || n, '{{}}', project_id, 'api', \
                'stopped', 'user', started_at, started_at - n * interval '1 minute' \
           FROM workflow_executions, generate_series(1, 450) n WHERE id = '{id}'"
    );
    stage.execute(copies).await;

    let reply = stage.server.get(&format!("{ALL}/csv?q=copy"), &stage.cookie).await;

    let text = String::from_utf8(reply.body).unwrap();
    let names: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
    assert_eq!(names.len(), 450);
    assert_eq!((names[0], names[449]), ("\"Copy 1\"", "\"Copy 450\""));
}

#[tokio::test]
async fn rel_s2_nothing_of_another_workspace_is_listed_exported_counted_or_commanded() {
    let stage = Stage::new().await;
    let id = stage.launch(&stage.cookie).await;
    let stranger = elsewhere(&stage).await;

    let list = stage.server.get(ALL, &stranger).await.json();
    let file = stage.server.get(&format!("{ALL}/csv"), &stranger).await;
    let stop = stage.several(&stranger, &json!({ "command": "stop", "ids": [id] })).await.json();
    let attention = stage.server.post("/api/fn/load_attention", &stranger, &json!({})).await.json();
    let under_way = stage.server.post("/api/fn/load_activity", &stranger, &json!({})).await.json();
    let choices =
        stage.server.post("/api/fn/load_execution_choices", &stranger, &json!({})).await.json();

    assert_eq!(list["items"], json!([]));
    assert_eq!(String::from_utf8(file.body).unwrap().lines().count(), 1);
    assert_eq!(stop["items"][0]["refused"]["code"], "not_found");
    assert_eq!((&attention["active"], &attention["waiting"]), (&json!(0), &json!(0)));
    assert_eq!(under_way, json!({ "active": [], "waiting": [], "ended": [], "mentions": [] }));
    assert_eq!(choices["templates"], json!([]));
    assert_eq!(choices["people"].as_array().unwrap().len(), 1);
    assert_eq!(stage.ids("status=running").await, [id]);
}
