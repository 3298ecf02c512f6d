//! Events as they come: every form, everything that is wrong with them, and what `promo report` says.

use std::fmt::Write as _;

use kmsite::promote::experiment::{Kind, import, tally};

use crate::program::Folder;

fn line(time: u64, reader: &str, kind: &str, variant: &str) -> String {
    format!(
        "{{\"time\":{time},\"reader\":\"{reader}\",\"kind\":\"{kind}\",\"experiment\":\"launch\",\"variant\":\"{variant}\"}}\n"
    )
}

/// So many readers of two variants, of whom so many clicked.
fn events(arms: [(&str, u64, u64); 2]) -> String {
    let mut text = String::new();
    for (variant, readers, clicks) in arms {
        for number in 0..readers {
            let reader = format!("{variant}{number}");
            text += &line(1_800_000_000 + number * 10, &reader, "impression", variant);
            if number % readers.div_ceil(clicks.max(1)) == 0 {
                text += &line(1_800_000_001 + number * 10, &reader, "click", variant);
            }
        }
    }
    text
}

#[test]
fn a_report_counts_readers_and_says_what_to_do() {
    let folder = Folder::empty().with("e.jsonl", events([("control", 2000, 100), ("b", 2000, 200)]));
    let report = folder.run(&["promo", "report", "e.jsonl", "--json"]).json();
    let launch = &report["experiments"][0];
    assert_eq!((&report["goal"], &launch["experiment"]), (&"click".into(), &"launch".into()));
    let [control, b] = [&launch["variants"][0], &launch["variants"][1]];
    assert_eq!(
        (&control["variant"], &control["readers"], &control["conversions"]),
        (&"control".into(), &2000.into(), &100.into())
    );
    assert_eq!(b["rate"], 0.1);
    assert!(b["best"].as_f64().unwrap() > 0.999 && b["loss"].as_f64().unwrap() < 1e-6);
    assert!(launch["anytime_p"].as_f64().unwrap() < 0.01, "{launch}");
    assert_eq!(launch["sample_ratio_p"], 1.0);
    let ran = folder.run(&["promo", "report", "e.jsonl", "--html", "r.html", "--lang", "zh"]);
    assert!(ran.out.contains("decided: take `b`"), "{}", ran.out);
    let page = std::fs::read_to_string(folder.path().join("r.html")).unwrap();
    assert!(page.contains("已见分晓：用 b") && page.contains("<svg") && !page.contains("http"), "{page}");
}

#[test]
fn what_is_odd_is_counted_and_told_by_its_line() {
    let ok = line(1_800_000_000, "r1", "impression", "a");
    let lines = [
        ok.as_str(),
        &ok,
        "not json\n",
        "{\"time\":-5,\"reader\":\"r\",\"kind\":\"click\",\"experiment\":\"launch\",\"variant\":\"a\"}\n",
        "{\"time\":1,\"reader\":\"r\",\"kind\":\"dance\",\"experiment\":\"launch\",\"variant\":\"a\"}\n",
        "{\"time\":1,\"kind\":\"click\",\"experiment\":\"launch\",\"variant\":\"a\"}\n",
        "{\"time\":1,\"reader\":\"r\",\"kind\":\"view\",\"piece\":\"/a/\"}\n",
        "{\"time\":1,\"reader\":\"r\",\"kind\":\"click\",\"experiment\":\"other\",\"variant\":\"a\"}\n",
        "{\"time\":1800000001,\"reader\":\"g\",\"kind\":\"impression\",\"experiment\":\"launch\",\"variant\":\"a\",\"agent\":\"Googlebot/2.1\"}\n",
        &line(1_700_000_000, "r2", "impression", "b"),
    ];
    let found = import(lines.concat().as_bytes(), Some(&["launch".to_owned()]));
    let told: Vec<(usize, &str)> = found.left.told.iter().map(|(line, message)| (*line, message.as_str())).collect();
    assert_eq!(
        told,
        [
            (3, "it is no JSON object of texts and numbers"),
            (4, "its time is negative"),
            (5, "its `kind` is none of `impression`, `click`, `signup`, `purchase`"),
            (6, "it has no `reader`"),
        ]
    );
    let left = &found.left;
    assert_eq!((left.bad, left.other, left.duplicates, left.bots, left.out_of_order), (4, 1, 1, 1, 1));
    assert_eq!(left.unknown.get("other"), Some(&1));
    assert_eq!((found.lines, found.events.len()), (10, 2));
    // Whatever is cut, nothing panics.
    let all = lines.concat();
    for cut in 0..all.len() {
        let _ = import(&all.as_bytes()[cut..], None);
    }
    let _ = import(b"\xff\xfe\n{\n", None);
}

#[test]
fn a_reader_with_very_many_events_is_a_program() {
    let mut text = line(1, "reader", "impression", "a");
    (0..300).for_each(|time| text += &line(time, "machine", "click", "a"));
    let found = import(text.as_bytes(), None);
    assert_eq!((found.events.len(), found.left.bots), (1, 300));
}

#[test]
fn csv_and_access_logs_hold_the_same_events() {
    let json =
        import((line(1_795_161_600, "r1", "impression", "a") + &line(1_795_161_601, "r1", "sign-up", "a")).as_bytes(), None);
    let csv = "time,reader,kind,experiment,variant\r\n2026-11-20T08:00:00Z,r1,impression,launch,\"a\"\r\n2026-11-20T08:00:01Z,r1,signup,launch,a\r\n";
    let log = "1.2.3.4 - - [20/Nov/2026:16:00:00 +0800] \"GET /e?experiment=launch&variant=a&kind=impression&reader=r1 HTTP/1.1\" 204 0 \"-\" \"Mozilla/5.0\"\n\
        1.2.3.4 - - [20/Nov/2026:16:00:00 +0800] \"GET /style.css HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0\"\n\
        1.2.3.4 - - [20/Nov/2026:16:00:01 +0800] \"GET /e?experiment=launch&variant=a&kind=signup&reader=r1 HTTP/1.1\" 204 0 \"-\" \"Mozilla/5.0\"\n";
    for text in [csv, log] {
        let found = import(text.as_bytes(), None);
        assert_eq!(found.events, json.events, "{text}: {:?}", found.left);
    }
    assert_eq!(import(log.as_bytes(), None).left.other, 1);
}

#[test]
fn a_reader_counts_once_and_in_one_variant() {
    let text = [
        line(1, "twice", "impression", "a"),
        line(2, "twice", "impression", "a"),
        line(3, "twice", "click", "a"),
        line(4, "twice", "click", "a"),
        line(1, "both", "impression", "a"),
        line(2, "both", "impression", "b"),
        line(1, "blind", "click", "b"),
        line(5, "plain", "impression", "b"),
    ];
    let tallies = tally(&import(text.concat().as_bytes(), None), Kind::Click);
    let counts: Vec<(&str, u64, u64)> =
        tallies[0].arms.iter().map(|arm| (&*arm.name, arm.count.readers, arm.count.conversions)).collect();
    assert_eq!(counts, [("a", 1, 1), ("b", 1, 0)]);
    assert_eq!((tallies[0].crossed, tallies[0].unseen), (1, 1));
}

#[test]
fn readers_who_were_not_shared_out_as_meant_are_an_alarm() {
    let folder = Folder::empty().with("e.jsonl", events([("control", 1000, 50), ("b", 1300, 130)]));
    let ran = folder.run(&["promo", "report", "e.jsonl"]);
    assert!(ran.out.contains("were not shared out as meant"), "{}", ran.out);
}

#[test]
fn weights_that_changed_are_no_alarm_and_each_build_is_told() {
    let mut text = String::new();
    for (build, control, b) in [("one", 500, 500), ("two", 900, 100)] {
        for (variant, readers) in [("control", control), ("b", b)] {
            for number in 0..readers {
                let _ = writeln!(
                    text,
                    "{{\"time\":{number},\"reader\":\"{build}{variant}{number}\",\"kind\":\"impression\",\"experiment\":\"x\",\"variant\":\"{variant}\",\"build\":\"{build}\"}}"
                );
            }
        }
    }
    let folder = Folder::empty().with("e.jsonl", text);
    let report = folder.run(&["promo", "report", "e.jsonl", "--json"]).json();
    assert_eq!(report["experiments"][0]["builds"]["two"]["variants"]["control"]["readers"], 900);
    assert_eq!(report["experiments"][0]["builds"]["one"]["variants"]["b"]["readers"], 500);
}

#[test]
fn a_file_without_events_is_an_error() {
    let told = |text: &str, part: &str| {
        let ran = Folder::empty().with("e", text).run(&["promo", "report", "e"]);
        assert!(ran.code == 2 && ran.err.contains("KM1150") && ran.err.contains(part), "{text:?}: {}", ran.err);
    };
    told("", "no line is an event of an experiment");
    told("{\"time\":\"x\",\"experiment\":\"a\"}\n", "line 1: its time is none");
    told("name,value\na,b\n", "no line is an event of an experiment");
}
