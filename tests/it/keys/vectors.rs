//! The program's codes, marks, lookups, records and buckets against vectors that another implementation made (`tests/vectors/members.mjs`).

use std::fs;
use std::path::Path;

use kmsite::access::{Code, Entitlement, Epoch, Holder, Keyring, MasterKey};
use serde_json::{Value, json};

fn holder(value: &Value) -> Holder {
    let grants = value["grants"].as_array().unwrap().iter();
    Holder {
        id: value["id"].as_str().unwrap().to_owned(),
        serial: value["serial"].as_u64().unwrap(),
        grants: grants
            .map(|grant| (Entitlement::read(grant[0].as_str().unwrap()).unwrap(), Epoch(grant[1].as_u64().unwrap())))
            .collect(),
    }
}

fn vectors(name: &str) -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn codes_are_read_as_people_type_them() {
    // `tests/vectors/codes.mjs` asks the script of the pages the same.
    let read = |text: &str| Code::read(text).ok().map(|code| code.lookup());
    for vector in vectors("codes.json") {
        let wanted = vector["code"].as_str().map(|code| read(code).expect("a code"));
        assert!(read(vector["typed"].as_str().unwrap()) == wanted, "{}: {}", vector["how"], vector["typed"]);
    }
}

#[test]
fn another_implementation_makes_the_same() {
    for vector in vectors("members.json") {
        let (given, made) = (&vector["given"], &vector["made"]);
        let master = MasterKey::read(made["key"].as_str().unwrap()).unwrap();
        assert_eq!(made["key"], master.write().as_str());
        let fingerprint: String = master.fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(made["fingerprint"], fingerprint);

        let epochs = given["epochs"].as_object().unwrap().iter();
        let epochs = epochs.map(|(name, epoch)| (Entitlement::read(name).unwrap(), Epoch(epoch.as_u64().unwrap()))).collect();
        let holders: Vec<Holder> = given["holders"].as_array().unwrap().iter().map(holder).collect();
        let keyring = Keyring::new(master).with_epochs(epochs).with_holders(holders.clone());
        let members: Vec<Value> = holders.iter().map(|Holder { id, serial, .. }| {
            let code = keyring.code(id, *serial);
            let written = code.write();
            assert!(Code::read(&written).unwrap().lookup() == code.lookup());
            json!({ "id": id, "serial": serial, "code": written.as_str(), "lookup": code.lookup().to_string(), "mark": keyring.mark(id, *serial) })
        }).collect();
        assert_eq!(made["members"], json!(members), "{}", given["name"]);

        let files: Value = keyring
            .member_files()
            .iter()
            .map(|file| (file.path.clone(), String::from_utf8(file.bytes.clone()).unwrap()))
            .collect();
        assert_eq!(made["files"], files, "{}", given["name"]);
    }
}
