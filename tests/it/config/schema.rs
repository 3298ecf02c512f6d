//! The JSON Schemas of configuration and front matter.

use kmsite::config;
use serde_json::Value;

/// Calls `visit` with each schema below this one.
fn walk<'a>(schema: &'a Value, visit: &mut dyn FnMut(&'a Value)) {
    visit(schema);
    let below: Vec<&Value> = match schema {
        Value::Object(map) => map.values().collect(),
        Value::Array(list) => list.iter().collect(),
        _ => Vec::new(),
    };
    below.into_iter().for_each(|schema| walk(schema, visit));
}

#[test]
fn schemas_are_closed_described_and_whole() {
    for schema in [config::schema(), config::front_matter_schema()] {
        let mut properties = 0;
        walk(&schema, &mut |part| {
            if let Some(reference) = part["$ref"].as_str() {
                let name = reference.strip_prefix("#/$defs/").unwrap();
                assert!(schema["$defs"][name].is_object(), "{reference} leads nowhere");
            }
            for (name, property) in part["properties"].as_object().into_iter().flatten() {
                properties += 1;
                assert!(part["additionalProperties"] == false, "an object with `{name}` is open");
                assert!(property["description"].is_string(), "`{name}` is not described");
            }
        });
        assert!(properties > 40, "{properties}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}

#[test]
fn the_schema_of_front_matter_has_secrets_aliases_and_single_values() {
    let schema = config::front_matter_schema();
    for key in ["title", "link", "quiz", "attachments", "weight", "url", "author", "params"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    let tags = &schema["properties"]["tags"]["anyOf"];
    assert_eq!((&tags[0]["type"], &tags[1]["type"]), (&"string".into(), &"array".into()));
    for alias in ["weight: 3", "url: a", "author: b", "params: {c: 1}"] {
        assert!(serde_yaml::from_str::<kmsite::model::Front>(alias).unwrap() != kmsite::model::Front::default(), "{alias}");
    }
}
