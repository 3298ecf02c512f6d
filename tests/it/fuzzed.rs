//! The fuzz targets, each fed with its seeds changed at random, the same way every time: a start for the fuzzer, and a net where there is none.

#[path = "../../fuzz/targets.rs"]
mod targets;

/// A generator of numbers that repeats itself (xorshift64*: Vigna, “An experimental exploration of Marsaglia's xorshift generators, scrambled”, 2016).
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next() % limit.max(1)
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// What breaks parsers: signs with a meaning, ends of signs, numbers at their limits.
const TOKENS: [&[u8]; 34] = [
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xe4\xb8",
    "\u{feff}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{202e}".as_bytes(),
    "Ａ".as_bytes(),
    "中".as_bytes(),
    "ſ".as_bytes(),
    b"\r",
    b"\n",
    b"\t",
    b"  ",
    b"---\n",
    b"+++\n",
    b"<!-- paywall -->",
    b"<!--",
    b"-->",
    b"<div>",
    b"&#x110000;",
    b"{{#include a}}",
    b"\"",
    b"'",
    b",",
    b";",
    b":",
    b"- ",
    b"&a *a",
    b"!!binary ",
    b"18446744073709551616",
    b"-1",
    b"1e999",
    b"0",
];

/// Changes a seed in a few places.
fn changed(seed: &[u8], seeds: &[&[u8]], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        let (from, to) = (random.below(bytes.len() + 1), random.below(bytes.len() + 1));
        let range = from.min(to)..from.max(to).min(from.min(to) + 40);
        match random.below(7) {
            0 => drop(bytes.splice(range, [])),
            1 => bytes.truncate(from),
            2 if !bytes.is_empty() => {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            3 => {
                let again = bytes[range].to_vec();
                drop(bytes.splice(to..to, again));
            }
            4 => {
                let other = random.pick(seeds);
                let at = random.below(other.len() + 1);
                drop(bytes.splice(from.., other[at..].iter().copied()));
            }
            _ => drop(bytes.splice(from..from, random.pick(&TOKENS).iter().copied())),
        }
    }
    bytes
}

fn feed(target: fn(&[u8]), seeds: &[&[u8]], count: usize) {
    let mut random = Random(0x6b6d_7369_7465);
    for seed in seeds {
        target(seed);
    }
    for _ in 0..count {
        let bytes = changed(random.pick(seeds), seeds, &mut random);
        let done = std::panic::catch_unwind(|| target(&bytes));
        assert!(done.is_ok(), "this input panics: {:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn any_code_is_read_or_refused() {
    let seeds =
        ["KM-8EC43-HCKFQ-WCV55-XZ7XF-ED65R", "https://example.org/unlock/#km8ec43hckfqwcv55xz7xfed65r", crate::sandbox::KEY];
    feed(targets::code, &seeds.map(str::as_bytes), 80_000);
}

#[test]
fn any_list_of_members_is_read_or_refused() {
    let seeds = [
        "# head\nversion: 1\nkey: \"0011223344556677\"\nreseals: 1\nepochs:\n  \"tier:pro\": 3\nmembers:\n  m1: { name: \"安\", serial: 2, for: [{ tier: pro, until: 2031-05-01, last: 2, orders: [\"ab\"] }] }\n  m2: { note: x, for: [{ product: course }], revoked: true, buyer: \"cd\", refunded: [\"ef\"] }\n",
        "version: 1\npools:\n  p1: { name: \"卡密\", count: 3, for: [{ tier: member }], revoked: [2] }\n",
        "version: 1\n",
    ];
    feed(targets::members, &seeds.map(str::as_bytes), 10_000);
}

#[test]
fn any_list_of_sales_is_read_or_refused() {
    let seeds: [&[u8]; 4] = [
        "order,email,product,date,status,refunded\n1,a@b.c,\"x, \"\"y\"\"\",2026-11-03 10:00:00 -0500,paid,false\n".as_bytes(),
        "\u{feff}订单编号;买家邮箱;昵称;商品名称;付款时间;订单状态\r\n1001;li@example.cn;小李;会员;2999/1/31 12:00;已支付\r\n"
            .as_bytes(),
        b"\xb6\xa9\xb5\xa5\xba\xc5,\xc9\xcc\xc6\xb7\r\n1001,\xbb\xe1\xd4\xb1\r\n",
        b"\xff\xfeo\0r\0d\0e\0r\0\t\0d\0a\0t\0e\0\n\x001\0\t\0a\0\n\0",
    ];
    feed(targets::sales, &seeds, 20_000);
}

const CHAPTERS: [&str; 3] = [
    "# A\n\n*b* **c** `d` ~~e~~ [f](b.md#g \"h\") ![i](j.png)[^k]\n\n[^k]: l\n\n| m | n |\n|---|---|\n| o | p |\n\n- [ ] q\n  1. r\n",
    "---\ntitle: 标题\ntier: member\ntags: [a, b]\nquiz: [{ question: x, options: [y], answer: 0 }]\n---\n开头。\n\n<!-- paywall -->\n\n$a^2$ $$b$$\n\n```rust title=\"c\"\nfn d() {}\n```\n\n> [!NOTE]\n> e\n",
    "<div title='a' style=\"b: c\"><Callout title=\"d\">\n\n*e*\n\n</Callout></div> <Figure src=\"f.png\" alt={1} /> {{#include g.rs:h}} {{< i >}} &amp; &#x41;\n",
];

#[test]
fn any_chapter_is_parsed() {
    feed(targets::chapter, &CHAPTERS.map(str::as_bytes), 6_000);
}

#[test]
fn any_settings_are_read_or_refused() {
    let seeds = [
        "title: { zh: 题, en: T }\nbase_url: https://example.org/\nlanguages: { default: zh, others: [en] }\ntiers:\n  - { id: pro, price: { amount: 9.9, currency: CNY, per: month } }\nproducts: [{ id: a, includes: [a] }]\n",
        "title: A\ndate: 2024-05-01\ntier: member\naliases: [/b/]\nlink: https://example.org/\nextra: { a: { b: [1, 2.5, ~] } }\n",
    ];
    feed(targets::settings, &seeds.map(str::as_bytes), 300);
}

#[test]
fn nothing_behind_a_wall_is_published_whatever_it_is() {
    feed(targets::gate, &CHAPTERS.map(str::as_bytes), 100);
}
