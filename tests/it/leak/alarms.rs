//! Honest sites that say in public what stands behind a wall in another order: no alarm; and their like that give something away: an alarm.

use crate::sandbox::Sandbox;

/// What a free article says, what stands behind the wall of a paid one, and what a file says that was copied into the output.
struct Case {
    name: &'static str,
    free: &'static str,
    paid: &'static str,
    copied: &'static str,
}

/// Whether the audit lets the site pass.
fn passes(case: &Case) -> bool {
    let sandbox = Sandbox::new(&[
        ("site.yaml", "title: T\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\n"),
        ("content/articles/free.md", &format!("---\ntitle: 公开\n---\n{}\n", case.free)),
        (
            "content/articles/paid.md",
            &format!("---\ntitle: 付费\ntier: member\n---\n开头。\n\n<!-- paywall -->\n\n{}\n", case.paid),
        ),
        ("static/copied.txt", case.copied),
    ]);
    let run = sandbox.run(&["build"]);
    assert_eq!(run.code != 0, run.err.contains("error[KM0510]"), "{}: {}", case.name, run.err);
    run.code == 0
}

#[test]
fn what_stands_beside_each_other_by_chance_is_no_leak() {
    let cases = [
        Case {
            name: "a label between two paragraphs",
            free: "Here is an error that names its own file:\n\n```rust title=\"the main program of folder one\"\nfn main() {}\n```",
            paid: "There is an error that names its own file:\n\nThe main program of folder one is to blame.",
            copied: "",
        },
        Case {
            name: "a label between two paragraphs, in Chinese",
            free: "这里有一处错误，它说出自己的文件：\n\n```rust title=\"第一个文件夹里的主程序\"\nfn main() {}\n```",
            paid: "那里有一处错误，它说出自己的文件：\n\n第一个文件夹里的主程序要负责。",
            copied: "",
        },
        Case {
            name: "a label before code of short lines",
            free: "```rust title=\"src/main.rs\"\nfn main() {\n    let x = 3.1415;\n    let r = 8.0;\n    println!(\"{x}\");\n}\n```",
            paid: "The first of all files is src/main.rs\n\n```rust\nfn main() {\n    let x = 3.1415;\n    let r = 8.0;\n    println!(\"{x}\");\n}\n```",
            copied: "",
        },
        Case {
            name: "code that looks like a tag",
            free: "```rust\npub unsafe trait Project<Kind: ProjectKind>: Projectable { type Output: Field; fn base(); }\n```",
            paid: "```rust\npub unsafe trait Project: Projectable { type Output: Field; fn base(); }\n```",
            copied: "",
        },
        Case {
            name: "an address in percent-encoding",
            free: "[a](https://example.com/notes/Weighing%20Copper%20Kettles.html) [b](https://example.com/%E7%A7%B0%E9%93%9C%E5%A3%B6%E7%9A%84%E5%8A%9E%E6%B3%95)",
            paid: "## Weighing Copper Kettles\n\n甲\n\n## 称铜壶的办法\n\n乙",
            copied: "",
        },
        Case {
            name: "a heading of two parts",
            free: "本节的任务\n\n```text title=\"捕捉音频\"\nx\n```\n\nThe next Task\n\n```text title=\"capture audio\"\nx\n```",
            paid: "## 任务 - 捕捉音频\n\n甲\n\n## Task: capture audio\n\n乙",
            copied: "",
        },
    ];
    for case in &cases {
        assert!(passes(case), "{}", case.name);
    }
}

#[test]
fn what_is_said_nowhere_else_is_a_leak_however_short_its_paragraphs() {
    let cases = [
        Case {
            name: "of two paragraphs one is public",
            free: "The first step of it is the easy one.",
            paid: "The first step of it is the easy one.\n\nThen salt the copper kettle.",
            copied: "the first step of it is the easy one then salt the copper kettle",
        },
        Case {
            name: "of two paragraphs one is public, in Chinese",
            free: "第一步是最容易的一步。",
            paid: "第一步是最容易的一步。\n\n然后往铜壶里撒盐。",
            copied: "第一步是最容易的一步。然后往铜壶里撒盐。",
        },
        Case {
            name: "a list of words that are public one by one",
            free: "Cedar and walnut, maple and willow. Juniper, hazel! Alder or rowan; linden.",
            paid: "- juniper\n- cedar\n- linden\n- willow\n- alder\n- maple\n- rowan\n- walnut\n- hazel",
            copied: "juniper cedar linden willow alder maple rowan walnut hazel",
        },
        Case {
            name: "a table of words that are public one by one",
            free: "甲乙，丙丁；戊己、庚辛。壬癸：子丑！寅卯？辰巳，午未。",
            paid: "| a | b |\n|---|---|\n| 庚辛 | 甲乙 |\n| 午未 | 子丑 |\n| 丙丁 | 壬癸 |\n| 辰巳 | 寅卯 |\n| 戊己 | 甲乙 |",
            copied: "庚辛,甲乙\n午未,子丑\n丙丁,壬癸\n辰巳,寅卯\n戊己,甲乙\n",
        },
        Case {
            name: "code in short lines",
            free: "`let kettle` is Rust, and so is `salt.weigh()`.",
            paid: "```rust\nlet kettle = copper();\nlet grains = salt.weigh();\nkettle.stir(grains);\n```",
            copied: "let kettle = copper(); let grains = salt.weigh(); kettle.stir(grains);",
        },
        Case {
            name: "a heading of two parts, one of which is public",
            free: "任务。 The Task.",
            paid: "## 任务 - 捕捉音频\n\n甲\n\n## Task: capture audio\n\n乙",
            copied: "Task: capture audio",
        },
    ];
    for case in &cases {
        assert!(!passes(case), "{}", case.name);
    }
}
