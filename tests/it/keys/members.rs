//! `members.yaml` as a value, and the keyring that it becomes.

use std::collections::BTreeSet;

use jiff::civil::date;
use kmsite::access::{Entitlement, MasterKey};
use kmsite::id::{Lang, TierId};
use kmsite::members::{self, Grant, Member, Members, Pool};
use proptest::prelude::*;

fn tier(id: &str) -> Entitlement {
    Entitlement::Tier(TierId::new(id))
}

fn arbitrary() -> impl Strategy<Value = Members> {
    let text = prop::option::of("\\PC{0,12}");
    let id = "[a-z汉][a-z0-9]{0,6}";
    let grant = (
        "[a-z0-9 汉:-]{1,6}",
        prop::option::of(0..40_000i64),
        prop::option::of(0u64..9),
        prop::collection::btree_set("[0-9a-f]{16}", 0..3),
    );
    let grants = prop::collection::vec(grant, 0..3).prop_map(|grants| {
        let mut seen = BTreeSet::new();
        let grants = grants.into_iter().map(|(tier, until, last, orders)| Grant {
            entitlement: Entitlement::Tier(TierId::new(tier)),
            until: until.map(|days| date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap()),
            last,
            orders,
        });
        grants.filter(|grant| seen.insert(grant.entitlement.clone())).collect::<Vec<_>>()
    });
    let member = (text.clone(), text.clone(), 1u64..5, grants.clone(), any::<bool>()).prop_map(
        |(name, note, serial, grants, is_revoked)| Member { name, note, serial, grants, is_revoked, ..Member::default() },
    );
    let pool = (text.clone(), 1u32..50, grants).prop_map(|(name, count, grants)| Pool {
        name,
        note: None,
        count,
        grants,
        revoked: BTreeSet::from([1]),
    });
    (text, prop::collection::btree_map(id, member, 0..4), prop::collection::btree_map("p[0-9]{1,3}", pool, 0..3)).prop_map(
        |(key, people, pools)| Members {
            head: "# mine\n".to_owned(),
            key,
            reseals: 0,
            epochs: [(tier("pro"), 3)].into(),
            people,
            pools,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(members in arbitrary()) {
        let text = members::write(&members);
        let read = members::read(text.as_bytes());
        prop_assert_eq!(&read.diags, &[], "{}", text);
        prop_assert_eq!(&read.value, &members, "{}", text);
        prop_assert_eq!(members::write(&read.value), text);
    }
}

#[test]
fn a_member_is_a_line() {
    let mut members = Members { key: Some("00ff".to_owned()), ..Members::begun(&Lang::new("zh")) };
    let ann = Member {
        name: Some("Ann \"A\"".to_owned()),
        grants: vec![Grant { until: Some(date(2026, 12, 31)), ..Grant::of(tier("pro")) }],
        ..Member::default()
    };
    members.people.insert("m1".to_owned(), ann);
    members.epochs.insert(tier("yes"), 2);
    let text = members::write(&members);
    assert!(text.starts_with("# 谁能读什么。"), "{text}");
    let body: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        body,
        [
            "version: 1",
            "key: \"00ff\"",
            "epochs:",
            "  \"tier:yes\": 2",
            "members:",
            "  m1: { name: \"Ann \\\"A\\\"\", for: [{ tier: pro, until: 2026-12-31 }] }",
        ]
    );
}

/// The records of all buckets, and how many files they are in.
fn buckets(members: &Members) -> (Vec<usize>, Vec<Vec<u8>>) {
    let master = MasterKey::read(super::KEY).unwrap();
    let files = members.keyring(master).member_files();
    let counts = files[1..].iter().map(|file| {
        let bucket: serde_json::Value = serde_json::from_slice(&file.bytes).unwrap();
        let records = bucket["r"].as_object().unwrap();
        assert!(records.values().all(|record| record.as_str().unwrap().len() == 384), "288 bytes in base64: all look alike");
        records.len()
    });
    (counts.collect(), files.iter().map(|file| file.bytes.clone()).collect())
}

#[test]
fn buckets_tell_neither_how_many_members_there_are_nor_who_was_sold_what() {
    let pool = |count| Pool { name: None, note: None, count, grants: vec![Grant::of(tier("pro"))], revoked: BTreeSet::new() };
    let with = |count| Members { pools: [("p".to_owned(), pool(count))].into(), ..Members::default() };
    let (nobody, _) = buckets(&Members::default());
    assert_eq!(nobody, [8], "one bucket, of dummies");
    // Seven records of 288 bytes make 2 kB.
    for count in [1, 6, 7] {
        assert_eq!(buckets(&with(count)).0, [8], "{count}");
    }
    assert_eq!(buckets(&with(8)).0.len(), 2);
    let (counts, _) = buckets(&with(5000));
    assert_eq!(counts.len(), 1024, "5,000 × 288 bytes in buckets of 2 kB");
    assert!(counts.iter().all(|&count| count == counts[0]) && counts[0] % 8 == 0, "{}", counts[0]);
}

#[test]
fn a_sale_changes_one_file_and_an_epoch_all() {
    let pool = |count| Pool { name: None, note: None, count, grants: vec![Grant::of(tier("pro"))], revoked: BTreeSet::new() };
    let with = |count| Members { pools: [("p".to_owned(), pool(count))].into(), ..Members::default() };
    let (_, before) = buckets(&with(100));
    let (_, after) = buckets(&with(101));
    assert_eq!(before.len(), after.len());
    assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 1);
    assert_eq!(buckets(&with(100)).1, before, "the same members, the same bytes");

    let mut rotated = with(100);
    rotated.begin(&BTreeSet::from([tier("member")]), date(2026, 1, 1));
    let (_, rotated) = buckets(&rotated);
    // Nobody holds what began an epoch, and yet nothing stands still: whoever holds what cannot be told from it.
    assert_eq!(before.iter().zip(&rotated).filter(|(before, rotated)| before == rotated).count(), 1, "the number of bits");
}
